// Speaking instead of typing, where the browser can listen. What was understood goes into the input, never straight out.

/** @type {any} */
let running = null;

/** @param {{locale: string, state: () => import('./types').State, dispatch: (event: any) => void, session: any}} parts */
export function listen({ locale, state, dispatch, session }) {
  if (running) return running.stop();
  const Recognition = /** @type {any} */ (window).SpeechRecognition ?? /** @type {any} */ (window).webkitSpeechRecognition;
  const before = state().draft && state().draft + ' ';
  running = Object.assign(new Recognition(), { lang: locale, interimResults: true, continuous: false });
  running.onresult = (/** @type {any} */ event) => {
    const said = Array.from(event.results, (/** @type {any} */ result) => result[0].transcript).join('');
    dispatch({ type: 'draft.typed', text: before + said });
  };
  running.onend = () => {
    running = null;
    dispatch({ type: 'setting.changed', name: 'listening', value: false });
  };
  running.onerror = (/** @type {any} */ event) => {
    if (event.error !== 'no-speech' && event.error !== 'aborted') dispatch({ type: 'notice.shown', notice: { code: 'voice' } });
  };
  running.start();
  dispatch({ type: 'setting.changed', name: 'listening', value: true });
  session.track('voice.used');
}
