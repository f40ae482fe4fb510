// The wire: one function for a JSON call, one for a streamed turn. Every failure is a Failure with the contract's code.

export class Failure extends Error {
  /** @param {string} code @param {string} [message] @param {{status?: number, retryAfter?: number, fields?: Record<string, string[]>}} [more] */
  constructor(code, message = '', { status = 0, retryAfter = 0, fields } = {}) {
    super(message || code);
    this.code = code;
    this.status = status;
    /** seconds; 0 when the server did not say */
    this.retryAfter = retryAfter;
    this.fields = fields;
  }
}

/**
 * @param {string} url
 * @param {{method?: string, body?: any, token?: string, signal?: AbortSignal, keepalive?: boolean}} options
 * @returns {Promise<Response>} a response that succeeded
 */
async function request(url, { method = 'POST', body, token, signal, keepalive }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = 'Bearer ' + token;
  let response;
  try {
    response = await fetch(url, {
      method, headers, signal, keepalive, credentials: 'omit', referrerPolicy: 'no-referrer',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure('network');
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({ error: {} }));
  throw new Failure(error?.code ?? 'internal', error?.message, {
    status: response.status, retryAfter: Number(response.headers.get('Retry-After')) || 0, fields: error?.fields,
  });
}

/** @param {string} url @param {Parameters<typeof request>[1]} options @returns {Promise<any>} the envelope's `data` */
export async function call(url, options) {
  const response = await request(url, options);
  return (await response.json().catch(() => ({}))).data;
}

/**
 * One turn. Resolves when `done` was seen; a stream that ends before is the failure `cut`.
 * @param {string} url
 * @param {{body: any, token: string, signal: AbortSignal, hear: (frame: any) => void}} options
 * @returns {Promise<{buffered: boolean}>} buffered: a slow answer came in one piece, with its headers, so some proxy holds streams back
 */
export async function stream(url, { body, token, signal, hear }) {
  const asked = performance.now();
  const response = await request(url, { body, token, signal });
  // The server's headers leave at once, whatever the answer waits for.
  const began = performance.now();
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let tokens = 0;
  /** @type {any} */
  let last = null;
  const frames = parser((frame) => {
    last = frame;
    if (frame.event === 'token') tokens += 1;
    hear(frame);
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      frames.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  frames.end();
  if (last?.event === 'error') return { buffered: false };
  if (last?.event !== 'done') throw new Failure('cut');
  return { buffered: tokens > 5 && began - asked > 3000 && performance.now() - began < 200 };
}

/**
 * Server-sent events, read piece by piece however the network cuts them: whole JSON frames, in order.
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
