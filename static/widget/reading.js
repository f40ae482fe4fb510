// What a screen reader hears of an answer: finished sentences, each once, while it is written.

/** The finished part of a text that grows: whole sentences from an offset on, without Markdown's signs.
 * @param {string} text @param {number} from @param {boolean} ended @returns {[string, number]} */
export function sentences(text, from, ended) {
  const rest = text.slice(from);
  const whole = ended ? rest : /^[^]*(?:[.!?…:]["')\]]*(?=\s)|[。！？؟]|\n)/u.exec(rest)?.[0] ?? '';
  const plain = whole.replace(/\[(\d+)\](?!\()/g, '').replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*_`#>|~]+/g, '');
  return [plain.replace(/\s+/g, ' ').trim(), from + whole.length];
}

/** @param {ShadowRoot} shadow */
export function reader(shadow) {
  let read = { key: '', from: 0 };
  /** @param {import('./types').State} state */
  return (state) => {
    const last = state.messages[state.messages.length - 1];
    // A resumed conversation is not read out: only what was asked here, and what a person writes.
    if (!last || last.role === 'user' || (last.role === 'assistant' && !last.clientId)) return;
    if (read.key !== last.key) read = { key: last.key, from: 0 };
    const [words, next] = sentences(last.text, read.from, last.phase !== 'streaming');
    read.from = next;
    const region = shadow.querySelector('.sr[aria-live]');
    if (words && region) region.textContent = words;
  };
}
