// A visitor's session: the token, renewed once by itself when the server no longer takes it, and every call that needs
// it. Promises that concurrent callers share one /init.
import { Failure, call, stream } from './api.js';

/** @typedef {ReturnType<typeof begin>} Session */

/**
 * @param {import('./types').Desk} desk
 * @param {ReturnType<typeof import('./store.js').open>} store
 */
export function begin(desk, store) {
  /** @type {{jwt: string, conversation_id: string} | null} */
  let visit = null;
  /** @type {Promise<any> | null} */
  let arriving = null;
  /** @type {any[]} */
  let events = [];
  let timer = 0;

  const pageUrl = () => location.href.slice(0, 2048);

  /** @param {{resume?: boolean}} [options] resume false begins a new conversation */
  const arrive = ({ resume = true } = {}) => {
    arriving ??= call(desk.api + '/init', {
      body: {
        agent_id: desk.agentId, page_url: pageUrl(), anon_id: store.recall().anon, locale: desk.locale(), resume,
        ...(desk.identity ? { identity: desk.identity } : {}),
      },
    }).then((data) => {
      visit = data;
      store.remember({ anon: data.anonymous_id });
      return data;
    }).finally(() => { arriving = null; });
    return arriving;
  };

  /** Runs a call with the token; a refused token is renewed once. @template T @param {(token: string) => Promise<T>} ask @returns {Promise<T>} */
  const withToken = async (ask) => {
    const token = (visit ?? (await arrive())).jwt;
    try {
      return await ask(token);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'invalid_token') throw error;
      if (visit?.jwt === token) visit = null;
      return ask((visit ?? (await arrive())).jwt);
    }
  };

  /** @param {string} path @param {any} [body] @param {string} [method] @returns {Promise<any>} */
  const send = (path, body, method = 'POST') => withToken((token) => call(desk.api + path, { method, body, token }));

  const flush = (keepalive = false) => {
    clearTimeout(timer);
    timer = 0;
    if (!events.length || !visit) return;
    const batch = events.splice(0, 50);
    withToken((token) => call(desk.api + '/events', { body: { events: batch }, token, keepalive })).catch(() => {});
    if (events.length) flush(keepalive);
  };

  return {
    arrive,
    send,
    flush,
    get arrived() { return visit !== null; },
    pageUrl,
    /** @param {any} body @param {AbortSignal} signal @param {(frame: any) => void} hear */
    ask: (body, signal, hear) => withToken((token) => stream(desk.api + '/messages/stream', { body, token, signal, hear })),
    get: (/** @type {string} */ path) => send(path, undefined, 'GET'),
    /** Telemetry: gathered, sent together. @param {string} event @param {{rule_id?: string, metadata?: any}} [more] */
    track(event, more = {}) {
      events.push({ event, ...more });
      if (events.length > 200) events = events.slice(-200);
      timer ||= window.setTimeout(flush, 1500);
    },
    forget() {
      visit = null;
      events = [];
    },
  };
}
