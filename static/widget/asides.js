// What stands beside asking and answering: a person's messages, lead form, rules' cards and teasers, ratings. Pure events
// over the same state as state.js, which runs first; loaded with extras.js.
import { stored } from './state.js';

/** @typedef {import('./types').State} State */
/** @typedef {import('./types').Message} Message */

/** Adds what is new; a message known by its id, or our own question coming back, is not shown twice.
 * @param {Message[]} known @param {any[]} arrived */
function merge(known, arrived) {
  let messages = known;
  for (const m of arrived) {
    if (messages.some((k) => k.id === m.id)) continue;
    const own = m.role === 'human-agent' ? -1 : messages.findIndex((k) => !k.id && k.role === m.role && k.text.trim() === m.content);
    messages = own < 0 ? [...messages, stored(m)] : messages.map((k, i) => (i === own ? { ...k, id: m.id } : k));
  }
  return messages;
}

/** By itself the form is shown once; a visitor who asks for it gets it again.
 * @param {State} state @param {string} why @returns {State} */
function askLead(state, why) {
  const { lead, agent } = state;
  const byItself = why === 'prompt' || why === 'rule';
  if (lead.phase !== 'none' || (byItself && (lead.asked || !agent?.lead_form?.fields?.length))) return state;
  return { ...state, lead: { ...lead, phase: 'open', asked: true, why, before: why === 'before' } };
}

/** @type {Record<string, (state: State, event: any) => State>} */
export const events = {
  'asides.found': (state, { kept }) => ({
    ...state,
    lead: {
      ...state.lead, values: { ...kept.lead, ...state.lead.values }, asked: Boolean(kept.leadAsked), phase: kept.leadDone ? 'done' : state.lead.phase,
    },
  }),
  'visit.began': (state, { visit }) => {
    if (visit.conversation?.lead_captured && state.lead.phase === 'none') return { ...state, lead: { ...state.lead, phase: 'done' } };
    return state.agent?.lead_form?.before_chat && !state.messages.length ? askLead(state, 'before') : state;
  },
  'frame.heard': (state, { clientId, frame }) => {
    if (frame.event === 'lead_prompt') return askLead(state, 'prompt');
    if (frame.event !== 'cta') return state;
    return { ...state, card: { key: clientId, text: '', buttons: [], ...frame.cta, ruleId: frame.rule_id } };
  },
  // Nobody came: said until the visitor goes on.
  'message.asked': (state) => (state.handoff.status === 'offline' ? { ...state, handoff: { ...state.handoff, status: 'bot' } } : state),
  'messages.arrived': (state, { messages, status, operator, typing }) => {
    const merged = merge(state.messages, messages);
    const fresh = merged.length - state.messages.length;
    return {
      ...state, messages: merged,
      handoff: { ...state.handoff, status: status ?? state.handoff.status, operator: operator?.name ?? null, typing: Boolean(typing) },
      unread: state.open ? 0 : state.unread + merged.slice(-fresh || merged.length).filter((m) => m.role !== 'user').length,
    };
  },
  'message.withdrawn': (state, { clientId }) => ({ ...state, messages: state.messages.filter((m) => m.clientId !== clientId) }),
  'conversation.cleared': (state) => ({ ...state, messages: [], suggestions: [], card: null, turn: null, menu: false, notice: null }),
  'notice.shown': (state, { notice }) => ({ ...state, notice }),
  'notice.gone': (state) => ({ ...state, notice: null }),
  'handoff.changed': (state, { status, opensAt }) => ({ ...state, menu: false, handoff: { ...state.handoff, status, opensAt } }),
  // Nothing but time has changed: what is left of a wait is drawn anew.
  'second.passed': (state) => ({ ...state, notice: state.notice && { ...state.notice } }),
  'message.rated': (state, { id, rating }) => ({ ...state, messages: state.messages.map((m) => (m.id === id ? { ...m, rating } : m)) }),
  'lead.asked': (state, { why }) => askLead(state, why),
  'lead.typed': (state, { name, value }) => {
    const { [name]: _, ...errors } = state.lead.errors;
    return { ...state, lead: { ...state.lead, values: { ...state.lead.values, [name]: value }, errors } };
  },
  'lead.sending': (state) => ({ ...state, lead: { ...state.lead, phase: 'sending', errors: {} } }),
  'lead.failed': (state, { errors }) => ({ ...state, lead: { ...state.lead, phase: 'open', errors } }),
  'lead.sent': (state) => ({ ...state, lead: { ...state.lead, phase: 'done', before: false, errors: {} } }),
  'lead.declined': (state) => ({ ...state, lead: { ...state.lead, phase: 'none', before: false } }),
  'card.shown': (state, { card }) => ({ ...state, card }),
  'card.dismissed': (state) => ({ ...state, card: null }),
  'teaser.shown': (state, { teaser }) => (state.open ? state : { ...state, teaser, unread: state.unread || 1 }),
  'teaser.dismissed': (state) => ({ ...state, teaser: null, unread: 0 }),
  'answer.given': (state, { key, text, citations = [] }) => ({
    ...state, unread: state.open ? 0 : state.unread + 1,
    messages: [...state.messages, { key, id: null, role: 'assistant', text, citations, phase: 'done' }],
  }),
};
