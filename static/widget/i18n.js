// The interface's texts: English here (parts.js adds its own), another language from lang/, the owner's wording over both.

/** @type {Record<string, string>} */
export const english = {
  chat: 'Chat', close: 'Close chat', menu: 'More options', assistant: 'AI assistant',
  greeting: 'Hi! How can we help?', conversation: 'Conversation', placeholder: 'Ask a question…', send: 'Send',
  stop: 'Stop answering', retry: 'Try again', sources: 'Sources', you: 'You said', said: '{name} said',
  stopped: 'Stopped', thinking: 'Looking that up…', latest: 'Jump to latest', suggestions: 'Suggested questions',
  human: 'Talk to a human', person: 'A colleague', failed: 'That did not work.',
  unreachable: 'The chat cannot be reached right now.', voice: 'Speak your question',
  listening: 'Listening… press again to stop', lead_thanks: 'Thank you! We will be in touch.',
};

/** @param {string} locale */
export const direction = (locale) => (/^ar\b/i.test(locale) ? 'rtl' : 'ltr');

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Words */

/**
 * @param {Record<string, string>} language texts of one language; a missing one is said in English
 * @param {Record<string, string>} [own] the owner's
 * @returns {Words}
 */
export const words = (language, own = {}) => (key, values = {}) =>
  String(own[key] || language[key] || english[key] || key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
