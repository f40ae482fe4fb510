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
  /** what renews the visit of a person whom the site named: it opens their conversation, and so ends with the page */
  let person = '';

  const pageUrl = () => location.href.slice(0, 2048);

  /** @param {{resume?: boolean}} [options] resume false begins a new conversation */
  const arrive = ({ resume = true } = {}) => arriving ??= come(resume).finally(() => { arriving = null; });

  /** @param {boolean} resume @returns {Promise<any>} */
  const come = async (resume) => {
    const { token, ...traits } = desk.identity ?? {};
    try {
      const data = await call(desk.api + '/init', {
        body: {
          agent_id: desk.agentId, page_url: pageUrl(), anon_id: person || store.recall().anon, locale: desk.locale(), resume,
          identity_token: token, traits: desk.identity && traits,
        },
      });
      visit = data;
      if (data.identified) person = data.anonymous_id;
      else store.remember({ anon: data.anonymous_id });
      // Good for minutes only; from here on the visit speaks for itself.
      if (token) desk.identity = traits;
      return data;
    } catch (/** @type {any} */ error) {
      if (!token || !/^identity/.test(error.code)) throw error;
      // A word that does not hold costs the site its effect, and the visitor nothing.
      desk.identity = traits;
      console.warn('[FrontDesk]', error.message);
      desk.emit('error', { code: error.code, message: error.message });
      return come(resume);
    }
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
    /** The visit, also one that is still beginning. */
    met: async () => (await arriving?.catch(() => {})) ?? visit,
    forget() {
      visit = null;
      events = [];
    },
    /** And whose it was. */
    leave() {
      this.forget();
      person = '';
    },
  };
}
