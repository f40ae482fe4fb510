// The interface in Japanese.
export default {
  language: 'ja', chat: 'チャット', close: 'チャットを閉じる', menu: 'その他のオプション', assistant: 'AIアシスタント', greeting: 'こんにちは。ご用件をどうぞ。',
  conversation: '会話', placeholder: '質問を入力…', send: '送信', stop: '回答を止める', retry: '再試行', copy: 'コピー', copied: 'コピーしました',
  good: '役に立った', bad: '役に立たなかった', sources: '出典', you: 'あなた', said: '{name}', stopped: '停止しました', thinking: 'お待ちください…',
  latest: '最新へ移動', suggestions: '質問の例', human: '担当者と話す', clear: '会話を消去', fresh: '新しい会話', sound: 'サウンド', expand: '拡大',
  shrink: '縮小', waiting: '担当者を呼んでいます…', joined: '{name}が参加しました', person: '担当者', typing: '{name}が入力中…',
  away: 'ただいま対応できる担当者がおりません。', opens: '{time}に再開します。', contact: '連絡先を残す', offline: 'オフラインです。メッセージは接続が戻るまで保留されます。',
  limited: '少しお待ちください。{seconds}秒後に続けられます。', full: 'この会話は現在上限に達しています。', again: '再開可能：{time}', failed: 'うまくいきませんでした。',
  unreachable: '現在チャットに接続できません。', dismiss: '閉じる', voice: '音声で質問', listening: '聞いています…もう一度押すと止まります',
  lead: 'ご連絡先を教えてください', lead_send: '送信', lead_later: '今はしない', lead_thanks: 'ありがとうございます。ご連絡いたします。',
  required: '入力してください。', email: 'メールアドレスの形式ではないようです。', email_label: 'メールアドレス',
};
