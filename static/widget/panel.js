// The chat behind the launcher: state, drawing, and what a visitor can do. What a page or a rule asks of it is in
// commands.js; what comes after the first question in extras.js. Both are fetched while the panel opens.
import { html, render } from './vendor/preact.js';
import { initial, reduce } from './state.js';
import { begin } from './session.js';
import { open as openStore } from './store.js';
import { asker, problem } from './turns.js';
import { stage } from './stage.js';
import { direction, words } from './i18n.js';
import { App, held } from './view.js';
import { css } from './styles.js';

/** @typedef {Awaited<ReturnType<typeof start>>} Panel */

/** In one wave: what extras.js imports, too. */
const LATER = ['extras', 'asides', 'commands', 'leads', 'looks', 'page', 'parts', 'reading', 'tabs'];

/** In the next frame; a hidden tab gets none, and an answer arriving there must not wait for one.
 * @param {(...nothing: any[]) => void} go */
const framed = (go) => void (document.hidden ? setTimeout(go) : requestAnimationFrame(go));

const id = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('');

/** @param {import('./types').Desk} desk */
export async function start(desk) {
  const shadow = /** @type {ShadowRoot} */ (desk.host.shadowRoot);
  const place = shadow.appendChild(document.createElement('div'));
  place.className = 'place';
  desk.styled(shadow, css);
  const store = openStore(desk.agentId, { storage: desk.data.storage, allowed: () => desk.consent });
  const session = begin(desk, store);
  const gone = new AbortController();
  /** @type {Record<string, any>} components, events and styles of extras.js, once they are here */
  let extras = {};
  let locale = '';
  let t = words({});
  let state = initial;
  let queued = false;
  /** how much is drawn: 1 the frame, 2 the header, 3 the composer, from 4 on four more messages each time, the latest first */
  let parts = 0;
  const whole = () => parts * 4 >= state.messages.length + 16;
  /** open, and the focus is still on its way in */
  let entering = false;
  let openings = 0;

  // Never long at a time: a piece in each task, none of them the frame's own, where the browser lays out and paints.
  const draw = () => {
    queued = false;
    if (gone.signal.aborted) return;
    if (!whole()) {
      parts += 1;
      redraw();
    }
    render(html`<${App} state=${state} parts=${parts} t=${t} act=${act} extras=${extras} mode=${desk.mode} phone=${scene.phone()}
      dir=${direction(locale)} voice=${'webkitSpeechRecognition' in window || 'SpeechRecognition' in window} />`, place);
    extras.read?.(state);
    scene.drawn();
  };
  const redraw = () => {
    if (queued) return;
    queued = true;
    framed(() => setTimeout(draw));
  };
  const dispatch = (/** @type {any} */ event) => {
    const before = state;
    state = reduce(state, event, extras.events);
    if (state === before) return;
    redraw();
    if (state.agent !== before.agent && state.agent?.theme) scene.theme(state.agent.theme);
    if (state.draft !== before.draft) store.remember({ draft: state.draft });
    extras.changed?.(panel, before);
  };

  /** @type {Promise<any> | null} */
  let coming = null;
  const more = () => coming ??= Promise.all(LATER.map((name) => import(`./${name}.js`))).then(([it]) => {
    extras = it;
    desk.styled(shadow, it.css);
    it.begin(panel);
  }, () => { coming = null; });

  const speak = async (/** @type {string} */ tag) => {
    const tongue = tag.toLowerCase().split('-')[0];
    const language = tongue === 'en' ? {} : await import(`./lang/${tongue}.js`).then((it) => it.default, () => ({}));
    locale = tag;
    if (desk.mode === 'page') document.documentElement.lang ||= tag;
    t = words(language, desk.config.strings);
    redraw();
  };

  /** @type {Promise<void> | null} */
  let arriving = null;
  /** @param {{resume?: boolean}} [options] */
  const visit = async (options) => {
    dispatch({ type: 'visit.awaited' });
    try {
      const [visit] = await Promise.all([session.arrive(options), more()]);
      dispatch({ type: 'visit.began', visit });
    } catch (/** @type {any} */ error) {
      arriving = null;
      const what = problem(error);
      dispatch({ type: 'visit.failed', problem: what });
      desk.emit('error', what);
    }
  };
  /** Resolves once all that a visit brings is here, also for who asks meanwhile. @param {{resume?: boolean}} [options] */
  const arrive = (options) => (options || !(arriving || held(state)) ? arriving = visit(options) : arriving);

  /** @param {string} text @param {string} [clientId] @returns {Promise<string>} the answer */
  const ask = async (text, clientId = id()) => {
    const question = String(text).trim().slice(0, 4000);
    if (!question || state.turn) return '';
    await arrive();
    if (state.phase !== 'ready') return '';
    desk.questions.push(question);
    const answer = turns.ask(question, clientId);
    scene.asked();
    return answer;
  };

  /** @param {{focus?: boolean}} [options] */
  const open = async ({ focus = true } = {}) => {
    if (state.open) return;
    const mine = ++openings;
    entering = focus;
    dispatch({ type: 'panel.opened' });
    while (!whole()) await new Promise(framed);
    draw();
    // In the frame that shows it, which lays it out: asked before, the layout would be done twice.
    await new Promise(framed);
    if (!state.open || mine !== openings) return;
    scene.opened({ focus });
    entering = false;
    store.remember({ resume: true, open: true, dismissed: false });
    desk.emit('open');
    session.track('launcher.opened');
    await arrive();
  };
  const close = () => {
    if (!state.open || desk.mode !== 'bubble') return;
    scene.closed();
    dispatch({ type: 'panel.closed' });
    store.remember({ open: false, dismissed: true, resume: ['waiting', 'human'].includes(state.handoff.status) });
    desk.emit('close');
    session.track('launcher.closed');
  };

  const act = {
    ask,
    arrive,
    open,
    close,
    submit: () => { if (!state.turn && !held(state)) ask(state.draft); },
    stop: () => turns.stop(),
    /** @param {import('./types').Message} message */
    retry(message) {
      const again = message.error?.renewId ? id() : message.clientId;
      if (again !== message.clientId) dispatch({ type: 'message.withdrawn', clientId: message.clientId });
      ask(message.text, again);
    },
    type: (/** @type {string} */ text) => dispatch({ type: 'draft.typed', text }),
    /** @param {import('./types').Message} message @param {import('./types').Citation} citation */
    cited(message, citation) {
      session.track('citation.click', { metadata: { message_id: message.id, url: citation.url } });
      desk.emit('citation:click', citation);
    },
    menu: () => dispatch({ type: 'menu.toggled' }),
    latest: () => scene.toEnd(),
    scrolled: () => scene.scrolled(),
    voice: async () => (await import('./voice.js')).listen({ locale, state: () => state, dispatch, session }),
    key(/** @type {KeyboardEvent} */ event) {
      // The host page's shortcuts must not fire while someone types here.
      event.stopPropagation();
      extras.keep?.(panel, event);
      if (event.key !== 'Escape' || event.isComposing) return;
      if (state.menu) act.menu();
      else close();
    },
  };

  const scene = stage(desk, place, act);
  const turns = asker({ session, dispatch, emit: desk.emit, context: () => extras.context?.(desk) });
  for (const name of ['online', 'offline']) {
    window.addEventListener(name, () => dispatch({ type: 'setting.changed', name: 'online', value: navigator.onLine }), { signal: gone.signal });
  }
  window.addEventListener('keydown', (event) => entering && event.key === 'Escape' && close(), { signal: gone.signal });
  window.addEventListener('pagehide', () => session.flush(true), { signal: gone.signal });

  /** Commands of the page: `panel.do('lead', values)`. @param {string} name @param {any[]} values @returns {Promise<any>} */
  const command = async (name, ...values) => {
    const { commands } = await import('./commands.js');
    await more();
    return commands[name](panel, ...values);
  };

  const panel = {
    desk, store, session, dispatch, act, turns, scene, speak, more, ended: gone.signal, do: command,
    open: () => open(), close,
    get state() { return state; },
    get t() { return t; },
    toggle: () => (state.open ? close() : open()),
    /** The visitor reaches for the launcher: everything gets ready. */
    meet: () => { if (desk.consent) arrive(); },
    resume: async () => {
      await arrive();
      if (store.recall().open && !scene.phone()) await open({ focus: false });
    },
    destroy() {
      turns.stop();
      session.flush(true);
      gone.abort();
      scene.leave();
      render(null, place);
    },
  };
  await speak(desk.locale());
  dispatch({ type: 'agent.known', agent: desk.config.agent, branding: desk.config.branding });
  dispatch({ type: 'kept.found', kept: store.recall() });
  session.track('launcher.shown');
  return panel;
}
