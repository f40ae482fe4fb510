// The panel's state: (state, event) → state. Pure; everything that happens is one of these events.

/** @typedef {import('./types').State} State */
/** @typedef {import('./types').Message} Message */
/** @typedef {import('./types').Frame} Frame */

/** @type {State} */
export const initial = {
  phase: 'new', open: false, agent: null, branding: null, messages: [], draft: '', turn: null,
  suggestions: [], handoff: { status: 'bot', operator: null, typing: false }, notice: null,
  lead: { phase: 'none', before: false, asked: false, values: {}, errors: {}, why: '' },
  card: null, teaser: null, unread: 0, expanded: false, sound: false, menu: false, online: true, listening: false,
};

/** A message as the server sends it. @param {any} m @returns {Message} */
export const stored = (m) => ({
  key: m.id, id: m.id, role: m.role, text: m.content ?? '', citations: m.citations ?? [], phase: m.incomplete ? 'stopped' : 'done',
  ...(m.rating ? { rating: m.rating } : {}),
});

/** @param {State} state @param {string} key @param {(m: Message) => Message} change @returns {State} */
const change = (state, key, change) => ({ ...state, messages: state.messages.map((m) => (m.key === key ? change(m) : m)) });

/** @param {State} state @param {string} clientId @param {Frame} frame @returns {State} */
function heard(state, clientId, frame) {
  const key = 'a-' + clientId;
  switch (frame.event) {
    case 'token':
      return change(state, key, (m) => {
        if (m.replay === undefined) return { ...m, phase: 'streaming', text: m.text + frame.token };
        const replay = m.replay + frame.token;
        return { ...m, phase: 'streaming', replay, text: replay.length >= m.text.length ? replay : m.text };
      });
    case 'citations':
      return change(state, key, (m) => ({ ...m, citations: frame.citations }));
    case 'suggestions':
      return { ...state, suggestions: (frame.suggestions ?? []).slice(0, 4) };
    case 'handoff':
      return { ...state, handoff: { ...state.handoff, status: frame.status, opensAt: frame.opens_at } };
    case 'done': {
      const settled = change({ ...state, turn: null, notice: null }, key, ({ replay, ...m }) => ({
        ...m, id: frame.message_id ?? null, phase: 'done', citations: m.citations ?? [], text: replay ?? m.text, low: !!frame.low_confidence,
      }));
      const messages = settled.messages
        .filter((m) => m.key !== key || m.text)
        .map((m) => (m.key === 'u-' + clientId ? { ...m, phase: /** @type {const} */ ('done') } : m));
      return { ...settled, messages, unread: state.open ? 0 : state.unread + messages.filter((m) => m.key === key).length };
    }
    case 'error':
      return failed(state, clientId, { code: frame.code, message: frame.message, renewId: true });
    default:
      return state;
  }
}

/** @param {import('./types').Problem} error @returns {import('./types').Problem | null} what only time mends */
const limit = (error) => (/rate_|budget|quota|plan/.test(error.code) ? error : null);

/** The question stays and can be tried again; an answer that never began goes.
 * @param {State} state @param {string} clientId @param {import('./types').Problem} error @returns {State} */
function failed(state, clientId, error) {
  return {
    ...state,
    turn: state.turn === clientId ? null : state.turn,
    notice: limit(error) ?? state.notice,
    messages: state.messages
      .filter((m) => m.key !== 'a-' + clientId || m.text)
      .map((m) => {
        if (m.key === 'u-' + clientId) return { ...m, phase: 'failed', error };
        return m.key === 'a-' + clientId ? { ...m, phase: 'stopped', error, citations: m.citations ?? [] } : m;
      }),
  };
}

/** @type {Record<string, (state: State, event: any) => State>} */
const events = {
  'visit.awaited': (state) => ({ ...state, phase: state.phase === 'ready' ? 'ready' : 'loading', notice: null }),
  'visit.began': (state, { visit }) => ({
    ...state, phase: 'ready', agent: visit.agent, branding: visit.branding ?? null,
    handoff: { ...state.handoff, status: visit.conversation?.status ?? 'bot' },
    messages: (visit.messages ?? []).map(stored),
  }),
  'visit.failed': (state, { problem }) => ({ ...state, phase: state.phase === 'ready' ? 'ready' : 'failed', notice: limit(problem) }),
  'agent.known': (state, { agent, branding }) => ({ ...state, agent, branding }),
  'kept.found': (state, { kept }) => ({
    ...state, draft: state.draft || kept.draft || '', sound: Boolean(kept.sound), expanded: Boolean(kept.expanded),
  }),
  'panel.opened': (state) => ({ ...state, open: true, unread: 0, teaser: null }),
  'panel.closed': (state) => ({ ...state, open: false, menu: false }),
  'draft.typed': (state, { text }) => ({ ...state, draft: text.slice(0, 4000) }),
  'message.asked': (state, { text, clientId }) => ({
    ...state, draft: '', turn: clientId, suggestions: [], notice: null, menu: false,
    card: null,
    messages: [
      ...state.messages.filter((m) => m.clientId !== clientId),
      { key: 'u-' + clientId, id: null, role: 'user', text, citations: [], phase: 'sending', clientId },
      { key: 'a-' + clientId, id: null, role: 'assistant', text: '', citations: null, phase: 'streaming', clientId },
    ],
  }),
  'frame.heard': (state, { clientId, frame }) => (state.turn === clientId ? heard(state, clientId, frame) : state),
  'turn.repeated': (state, { clientId }) => change(state, 'a-' + clientId, (m) => ({ ...m, replay: '' })),
  'turn.failed': (state, { clientId, error }) => failed(state, clientId, error),
  'turn.stopped': (state, { clientId }) => ({
    ...state, turn: null,
    messages: state.messages.filter((m) => m.key !== 'a-' + clientId || m.text).map((m) => (m.clientId !== clientId ? m
      : { ...m, phase: m.role === 'user' ? 'done' : 'stopped', citations: m.citations ?? [] })),
  }),
  'menu.toggled': (state) => ({ ...state, menu: !state.menu }),
  'setting.changed': (state, { name, value }) => ({ ...state, [name]: value }),
};

/** @param {State} state @param {{type: string, [key: string]: any}} event @param {typeof events} [more] the asides' (asides.js) @returns {State} */
export function reduce(state, event, more) {
  const next = events[event.type]?.(state, event) ?? state;
  return more?.[event.type]?.(next, event) ?? next;
}
