// What is not needed for the first question, fetched while the panel opens: its parts, styles and events, and what
// follows from a change of state.
import { context as pageContext } from './page.js';
import { submit } from './leads.js';
import { reader } from './reading.js';
import { open as openChannel } from './tabs.js';

export * from './parts.js';
export { events } from './asides.js';
export { css } from './looks.js';

/** @typedef {import('./panel.js').Panel} Panel */
/** @typedef {import('./types').State} State */

/** @param {import('./types').Desk} desk */
export const context = (desk) => pageContext(desk.data.pageContext ?? '', desk.context);

/** @type {ReturnType<typeof openChannel> | null} */
let tabs = null;

/** @type {(state: State) => void} */
export let read;

/** Keeps Tab inside while the panel covers the page. @param {Panel} panel @param {KeyboardEvent} event */
export function keep({ desk, scene }, event) {
  if (event.key !== 'Tab' || desk.mode !== 'bubble' || !scene.phone()) return;
  const shadow = /** @type {ShadowRoot} */ (desk.host.shadowRoot);
  const all = [.../** @type {NodeListOf<HTMLElement>} */ (shadow.querySelectorAll('.panel :is(button, a[href], textarea, input, select, [tabindex="0"])'))]
    .filter((e) => e.getClientRects().length);
  const [first, last] = [all[0], all[all.length - 1]];
  const at = shadow.activeElement;
  if (event.shiftKey ? at === first || at?.matches('.panel') : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

/** Adds the visitor's further deeds to the panel. @param {Panel} panel */
export function begin(panel) {
  const { dispatch, session, store, desk } = panel;
  const set = (/** @type {'sound' | 'expanded'} */ name) => {
    const value = !panel.state[name];
    dispatch({ type: 'setting.changed', name, value });
    store.remember({ [name]: value });
  };
  Object.assign(panel.act, {
    away: (/** @type {any} */ event) => {
      if (panel.state.menu && !event.target.closest('header')) dispatch({ type: 'menu.toggled' });
    },
    sound: () => set('sound'),
    expand: () => {
      set('expanded');
      dispatch({ type: 'menu.toggled' });
    },
    human: () => panel.do('handoff'),
    fresh: () => panel.do('newConversation'),
    clear: () => session.send('/conversation/clear', {}).then(
      () => dispatch({ type: 'conversation.cleared' }), () => dispatch({ type: 'notice.shown', notice: { code: 'failed' } })),
    hush: () => {
      dispatch({ type: 'teaser.dismissed' });
      store.remember({ dismissed: true });
    },
    /** @param {import('./types').Message} message @param {'good' | 'bad'} rating */
    rate: (message, rating) => {
      dispatch({ type: 'message.rated', id: message.id, rating });
      session.send(`/messages/${message.id}/feedback`, { rating }).catch(() => {});
    },
    contact: () => dispatch({ type: 'lead.asked', why: 'contact' }),
    lead: dispatch,
    submitLead: () => submit(panel),
    button: (/** @type {any} */ card, /** @type {any} */ button) => panel.do('button', card, button),
  });
  tabs = openChannel(panel);
  read = reader(/** @type {ShadowRoot} */ (desk.host.shadowRoot));
  dispatch({ type: 'asides.found', kept: store.recall() });
  session.track('page.view', { metadata: { url: session.pageUrl() } });
  desk.log('everything is loaded');
}

/** @param {Panel} panel @param {State} before */
export function changed(panel, before) {
  const { state, desk, store, session, dispatch, scene } = panel;
  if (state.unread !== before.unread) {
    const count = String(state.unread || '');
    desk.badge.hidden = !count;
    // Shown by the style sheet; heard as part of the launcher's name.
    desk.badge.dataset.count = count;
    desk.launcher.setAttribute('aria-label', String(desk.launcher.getAttribute('aria-label')).replace(/ \(\d+\)$/, '') + (count && ` (${count})`));
    desk.emit('unread', { count: state.unread });
  }
  if (state.lead.values !== before.lead.values) store.remember({ lead: state.lead.values });
  if (state.lead.asked && !before.lead.asked) {
    store.remember({ leadAsked: true });
    session.track('lead.shown');
  }
  if (state.sound && state.unread > before.unread) import('./sound.js').then((it) => it.chime());
  const shadow = /** @type {ShadowRoot} */ (desk.host.shadowRoot);
  // What is chosen vanishes with the menu; the focus must not vanish with it.
  if (before.menu && !state.menu && shadow.activeElement?.closest('.menu')) {
    /** @type {HTMLElement | null} */ (shadow.querySelector('[aria-controls=menu]'))?.focus();
  }
  // What the visitor called for is gone to, also under a long answer; what an answer brings along is not.
  const called = state.lead.phase === 'open' && state.lead.phase !== before.lead.phase && state.lead.why !== 'prompt';
  const { status } = state.handoff;
  if (called || (status !== 'bot' && status !== before.handoff.status)) scene.toEnd();
  if (status !== before.handoff.status) {
    desk.emit('handoff', { status });
    if (['waiting', 'human'].includes(status)) import('./live.js').then((it) => it.follow(panel));
  }
  if (status === 'human' && state.draft !== before.draft) import('./live.js').then((it) => it.typing(panel));
  if (before.turn && !state.turn) tabs?.tell();
  if (state.notice?.until && state.notice.until !== before.notice?.until) {
    const { code, until } = state.notice;
    const tick = setInterval(() => {
      if (panel.state.notice?.until !== until || panel.ended.aborted) return clearInterval(tick);
      if (until <= Date.now()) dispatch({ type: 'notice.gone' });
      // Seconds are counted down; the end of a day or a month is not.
      else if (code === 'rate_limited') dispatch({ type: 'second.passed' });
    }, 1000);
  }
}
