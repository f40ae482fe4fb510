// Server-sent events, read piece by piece however the network cuts them. Promises whole JSON frames, in order.

/**
 * @param {(frame: any) => void} hear called once for each frame that holds JSON
 * @returns {{push(text: string): void, end(): void}}
 */
export function parser(hear) {
  let rest = '';
  /** @type {string[]} */
  let lines = [];

  const dispatch = () => {
    if (!lines.length) return;
    const text = lines.join('\n');
    lines = [];
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    hear(frame);
  };

  const take = (/** @type {string} */ line) => {
    if (line === '') return dispatch();
    const match = /^data:? ?(.*)$/s.exec(line);
    if (match) lines.push(match[1]);
  };

  return {
    push(text) {
      rest += text;
      for (;;) {
        const end = /\r\n|\n|\r(?!$)/.exec(rest);
        if (!end) return;
        take(rest.slice(0, end.index));
        rest = rest.slice(end.index + end[0].length);
      }
    },
    end() {
      if (rest) take(rest.replace(/\r$/, ''));
      rest = '';
      dispatch();
    },
  };
}
