// The interface in Chinese.
export default {
  language: 'zh', chat: '聊天', close: '关闭聊天', menu: '更多选项', assistant: 'AI 助手', greeting: '您好！有什么可以帮您？', conversation: '对话',
  placeholder: '输入问题…', send: '发送', stop: '停止回答', retry: '重试', copy: '复制', copied: '已复制', good: '有帮助', bad: '没有帮助',
  sources: '来源', you: '您', said: '{name}', stopped: '已停止', thinking: '请稍候…', latest: '跳到最新', suggestions: '建议的问题',
  human: '联系人工客服', clear: '清空对话', fresh: '新对话', sound: '声音', expand: '放大', shrink: '缩小', waiting: '正在请同事加入…',
  joined: '{name}已加入', person: '客服人员', typing: '{name}正在输入…', away: '目前没有人在线。', opens: '我们将于{time}回来。',
  contact: '留下联系方式', offline: '您已离线，消息会等到恢复连接后发送。', limited: '请稍慢一点，{seconds} 秒后可以继续。', full: '此对话暂时已达上限。', again: '可继续时间：{time}',
  failed: '没有成功。', unreachable: '暂时无法连接聊天。', dismiss: '关闭', voice: '语音提问', listening: '正在聆听…再按一次停止',
  lead: '我们如何联系您？', lead_send: '提交', lead_later: '暂不', lead_thanks: '谢谢！我们会与您联系。', required: '此项必填。',
  email: '这不像是电子邮件地址。', email_label: '电子邮箱',
};
