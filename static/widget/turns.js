// A question until it is answered: asked once, and after a cut again with the same id, so that the server replays the
// turn instead of answering twice. Promises that every question ends as answered, stopped or failed.
import { Failure } from './api.js';

const PAUSES_MS = [700, 2000, 5000];
/** Worth the same question again: the connection broke, or the turn before is still being finished. */
const PASSING = ['network', 'cut', 'turn_in_progress', 'unavailable'];

/** @param {any} error @returns {import('./types').Problem} */
export const problem = ({ code = 'internal', message, retryAfter }) => ({
  code, message, ...(retryAfter && { until: Date.now() + retryAfter * 1000 }),
});

/**
 * @param {{session: import('./session.js').Session, dispatch: (event: any) => void, context: () => any,
 *   emit: (name: string, detail?: any) => void}} parts
 */
export function asker({ session, dispatch, context, emit }) {
  /** @type {{clientId: string, abort: AbortController} | null} */
  let current = null;

  const pause = (/** @type {number} */ ms, /** @type {AbortSignal} */ signal) => new Promise((go) => {
    // Offline, only the way back online is worth waiting for.
    const timer = navigator.onLine ? setTimeout(go, ms, null) : 0;
    signal.addEventListener('abort', () => (clearTimeout(timer), go(null)), { once: true });
    window.addEventListener('online', () => go(null), { once: true, signal });
  });

  /** @param {string} text @param {string} clientId @returns {Promise<string>} the answer, '' when there is none */
  async function ask(text, clientId) {
    const abort = new AbortController();
    current = { clientId, abort };
    dispatch({ type: 'message.asked', text, clientId });
    emit('message:sent', { text });
    let answer = '';
    /** @type {any} */
    let refused = null;
    const hear = (/** @type {import('./types').Frame} */ frame) => {
      if (frame.event === 'token') answer += frame.token;
      if (frame.event === 'error') refused = frame;
      dispatch({ type: 'frame.heard', clientId, frame });
      if (frame.event === 'done' && answer) emit('message:received', { id: frame.message_id, text: answer });
    };
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          const body = { message: text, page_url: session.pageUrl(), page_context: context(), client_message_id: clientId };
          const { buffered } = await session.ask(body, abort.signal, hear);
          if (buffered && !attempt) session.track('stream.buffered');
          if (refused) emit('error', { code: refused.code, message: refused.message });
          return answer;
        } catch (error) {
          if (abort.signal.aborted) return answer;
          const passing = error instanceof Failure && PASSING.includes(error.code);
          if (!passing || attempt >= PAUSES_MS.length) throw error;
          await pause(Math.max(PAUSES_MS[attempt], error.retryAfter * 1000), abort.signal);
          if (abort.signal.aborted) return answer;
          answer = '';
          dispatch({ type: 'turn.repeated', clientId });
        }
      }
    } catch (error) {
      const what = problem(error);
      dispatch({ type: 'turn.failed', clientId, error: what });
      emit(/rate|limit|budget|quota/.test(what.code) ? 'limit' : 'error', what);
      return answer;
    } finally {
      if (current?.clientId === clientId) current = null;
    }
  }

  /** @type {Promise<any>} */
  let latest = Promise.resolve();

  return {
    ask: (/** @type {Parameters<typeof ask>} */ ...question) => (latest = ask(...question)),
    /** Once no question is being answered. */
    ended: () => latest,
    stop() {
      if (!current) return;
      dispatch({ type: 'turn.stopped', clientId: current.clientId });
      current.abort.abort();
    },
  };
}
