// What the page may ask of the chat (window.FrontDesk) and what a rule does when it fires. Unknown kinds do nothing.
import { safe } from './markdown.js';
import { submit } from './leads.js';

/** @typedef {import('./panel.js').Panel} Panel */

/** Opens the chat for a rule. Where it would cover the whole page, which the visitor did not ask for, a teaser says what
 * waits there; unless the owner wants it otherwise.
 * @param {any} action @param {any} rule @param {string} text @param {Panel} panel @param {() => void} [show] what waits @returns {any} */
function enter(action, rule, text, { desk, scene, state, act, dispatch }, show = () => {}) {
  if (state.open || desk.mode !== 'bubble' || !scene.phone() || action.on_phone === 'open') {
    show();
    return act.open({ focus: false });
  }
  desk.log(`rule ${rule.name ?? rule.id}: on a phone its ${action.kind} waits behind a teaser ("on_phone": "open" in the action opens it)`);
  desk.on('open', show, { once: true });
  // The rule's own teaser says it better.
  return state.teaser?.ruleId === rule.id ? null : tease(rule, text, dispatch);
}

/** @param {any} rule @param {string} text @param {(event: any) => void} dispatch */
const tease = (rule, text, dispatch) => dispatch({ type: 'teaser.shown', teaser: { key: rule.id, ruleId: rule.id, text, buttons: [] } });

/** @param {any} action @param {any} rule @param {Panel} panel @returns {any} */
function perform(action, rule, panel) {
  const { dispatch, session, state, t } = panel;
  const text = String(action.text ?? '');
  switch (action.kind) {
    case 'teaser':
      return tease(rule, text, dispatch);
    case 'open':
      return enter(action, rule, text || state.agent?.persona?.greeting || t('greeting'), panel);
    case 'card':
      return enter(action, rule, action.title || text, panel, () => {
        dispatch({ type: 'card.shown', card: { key: rule.id, ruleId: rule.id, title: action.title, text, buttons: action.buttons ?? [] } });
        session.track('cta.shown', { rule_id: rule.id });
      });
    case 'lead_form':
      return enter(action, rule, text || t('lead'), panel, () => dispatch({ type: 'lead.asked', why: 'rule' }));
    case 'answer':
      return dispatch({ type: 'answer.given', key: rule.id + '-' + Date.now(), text, citations: action.citations });
    default:
      return null;
  }
}

/** @type {Record<string, (panel: Panel, ...values: any[]) => any>} */
export const commands = {
  open: (panel) => panel.act.open(),
  close: (panel) => panel.act.close(),
  toggle: (panel) => panel.toggle(),
  ask: async ({ act }, text) => {
    await act.open();
    return act.ask(text);
  },
  send: (panel, text) => commands.ask(panel, text),
  prefill: ({ act }, text) => {
    act.type(String(text));
    return act.open();
  },
  newConversation: async ({ turns, session, dispatch, act }) => {
    turns.stop();
    session.forget();
    dispatch({ type: 'conversation.cleared' });
    await act.arrive({ resume: false });
  },
  identify: async ({ desk, session, act, turns, dispatch }) => {
    await turns.ended();
    const met = await session.met();
    if (!desk.identity) {
      session.leave();
      dispatch({ type: 'conversation.cleared' });
    }
    if (met) await act.arrive({});
  },
  setLocale: (panel, tag) => panel.speak(tag),
  setTheme: ({ dispatch, state }, theme) => dispatch({
    type: 'agent.known', branding: state.branding,
    agent: { ...state.agent, theme: { ...state.agent?.theme, ...(typeof theme === 'string' ? { scheme: theme } : theme) } },
  }),
  track: ({ session }, event, metadata) => session.track(event, metadata ? { metadata } : {}),
  lead: async (panel, values) => {
    if (values) {
      await panel.act.arrive();
      return submit(panel, values);
    }
    await panel.act.open();
    panel.dispatch({ type: 'lead.asked', why: 'page' });
  },
  handoff: async (panel) => {
    await panel.act.open();
    await (await import('./live.js')).request(panel);
  },
  forget: async ({ turns, session, store, dispatch, act }) => {
    turns.stop();
    if (session.arrived || store.recall().anon) await session.send('/me', undefined, 'DELETE');
    session.leave();
    store.forget();
    dispatch({ type: 'conversation.cleared' });
    act.close();
  },
  consent: ({ store }, yes) => (yes ? store.remember({}) : store.forget()),
  rule: async (panel, rule) => {
    const { session, desk, act } = panel;
    await act.arrive();
    session.track('rule.fired', { rule_id: rule.id });
    desk.emit('rule:matched', { id: rule.id, name: rule.name });
    for (const action of rule.actions ?? []) await perform(action, rule, panel);
  },
  button: ({ act, session, dispatch, desk, do: command }, card, button) => {
    const dismissed = button.do === 'dismiss';
    session.track(dismissed ? 'cta.dismissed' : 'cta.click', { rule_id: card.ruleId, metadata: { label: button.label } });
    if (!dismissed) desk.emit('cta:click', { ruleId: card.ruleId, ...button });
    dispatch({ type: 'card.dismissed' });
    const url = button.url && safe(new URL(button.url, location.href).href);
    if (button.do === 'link' && url) window.open(url, '_blank', 'noopener');
    if (button.do === 'message') act.ask(button.text || button.label);
    if (button.do === 'lead') dispatch({ type: 'lead.asked', why: 'contact' });
    if (button.do === 'human') command('handoff');
  },
};
