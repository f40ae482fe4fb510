// When a behaviour rule fires. Pure: facts in, at most one rule out.
//
// A rule, as the server stores it and /config gives it:
//   { "id", "name", "priority": 10, "conditions": […all must hold…], "actions": […in order…],
//     "cap": 1 (times for one visitor; 0 or absent: no cap), "cooldown_s": 3600 (since it last fired) }
// Conditions; each may carry "not": true. A rule with a kind that is unknown here never fires.
//   { "kind": "url", "patterns": ["/pricing*", "https://shop.example/cart"] }   a glob over the path, or over the address
//   { "kind": "time_on_page" | "active_time" | "idle", "seconds": 20 }          active: seconds with input in between
//   { "kind": "scroll_depth", "percent": 60 }       { "kind": "exit_intent" }   desktop only
//   { "kind": "message_count" | "visit_count", "min": 1, "max": 3 }             either bound may be absent
//   { "kind": "question", "words": ["refund", "cancel"] }                       in the visitor's latest question
//   { "kind": "referrer", "contains": "google." }   { "kind": "utm", "name": "campaign", "value": "spring" }
//   { "kind": "device", "is": "phone" | "tablet" | "desktop" }   { "kind": "language", "in": ["de", "fr"] }
//   { "kind": "schedule", "days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:30", "timezone": "Europe/Berlin" }   1: Monday
//   { "kind": "any", "of": [ …conditions… ] }
// Actions; an unknown kind is skipped.
//   { "kind": "teaser", "text" }   { "kind": "open" }   { "kind": "lead_form" }   { "kind": "answer", "text", "citations": [] }
//   An answer by { "kind": "answer", "curated": id }: the server puts the curated answer's text and link in, or takes it out.
//   { "kind": "card", "title", "text", "buttons": [{ "label", "do": "link|message|lead|human|dismiss", "url", "text" }] }   1 or 2 buttons
//   What opens the chat by itself (open, lead_form, card) waits behind a teaser on a phone, where it would cover the whole
//   page; its text is the action's, a card's title or the greeting. With "on_phone": "open" in the action it opens there, too.

/**
 * @typedef {{url: string, seconds: number, activeSeconds: number, idleSeconds: number, scrollPercent: number, exit: boolean,
 *   messages: number, visits: number, question: string, referrer: string, device: string, language: string, now: Date,
 *   closed: boolean, history: Record<string, {count: number, at: number}>}} Facts `closed`: the visitor sent the chat away
 */

/** @param {string} pattern "*" is anything @param {string} text */
export const glob = (pattern, text) => new RegExp('^' + pattern.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*') + '$', 'i').test(text);

/** @param {any} bounds @param {number} n */
const within = ({ min = 0, max = Infinity }, n) => n >= min && n <= max;

/** @param {any} condition @param {Date} now */
function scheduled({ days, from = '00:00', to = '24:00', timezone }, now) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
    weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: timezone,
  }).formatToParts(now).map(({ type, value }) => [type, value]));
  const time = parts.hour + ':' + parts.minute;
  const day = 1 + ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.weekday);
  const inside = from <= to ? time >= from && time < to : time >= from || time < to;
  return inside && (!days || days.includes(day));
}

/** @type {Record<string, (condition: any, facts: Facts) => boolean>} */
const kinds = {
  url: ({ patterns }, { url }) => patterns.some((/** @type {string} */ p) => glob(p, /^\w+:\/\/|^\*/.test(p) ? url : new URL(url).pathname)),
  time_on_page: ({ seconds }, facts) => facts.seconds >= seconds,
  active_time: ({ seconds }, facts) => facts.activeSeconds >= seconds,
  idle: ({ seconds }, facts) => facts.idleSeconds >= seconds,
  scroll_depth: ({ percent }, facts) => facts.scrollPercent >= percent,
  exit_intent: (_, facts) => facts.exit && facts.device === 'desktop',
  message_count: (bounds, facts) => within(bounds, facts.messages),
  visit_count: (bounds, facts) => within(bounds, facts.visits),
  question: ({ words }, { question }) => words.some((/** @type {string} */ w) => question.toLowerCase().includes(w.toLowerCase())),
  referrer: ({ contains }, { referrer }) => referrer.toLowerCase().includes(contains.toLowerCase()),
  utm: ({ name, value }, { url }) => {
    const found = new URL(url).searchParams.get('utm_' + name);
    return found !== null && (value === undefined || glob(value, found));
  },
  device: ({ is }, { device }) => is === device,
  language: ({ in: list }, { language }) => list.some((/** @type {string} */ tag) => (language + '-').toLowerCase().startsWith(tag.toLowerCase() + '-')),
  schedule: (condition, { now }) => scheduled(condition, now),
  any: ({ of }, facts) => of.some((/** @type {any} */ c) => holds(c, facts)),
};

/** @param {any} condition @returns {boolean} */
const known = (condition) => Object.hasOwn(kinds, condition.kind) && (condition.kind !== 'any' || condition.of?.every(known));

/** A malformed condition does not hold, whatever it says. @param {any} condition @param {Facts} facts @returns {boolean} */
export function holds(condition, facts) {
  try {
    return known(condition) && kinds[condition.kind](condition, facts) !== Boolean(condition.not);
  } catch {
    return false;
  }
}

/** @param {any} rule @param {Facts} facts @returns {string} '' when it may fire, else why not (for data-debug) */
export function refusal(rule, facts) {
  const { count = 0, at = 0 } = facts.history[rule.id] ?? {};
  if (rule.cap && count >= rule.cap) return 'its cap is reached';
  if (rule.cooldown_s && facts.now.getTime() - at < rule.cooldown_s * 1000) return 'it cools down';
  const loud = (rule.actions ?? []).some((/** @type {any} */ a) => ['open', 'teaser', 'card', 'lead_form'].includes(a.kind));
  if (facts.closed && loud) return 'the visitor closed the chat';
  const unmet = (rule.conditions ?? []).find((/** @type {any} */ c) => !holds(c, facts));
  return unmet ? `condition ${unmet.kind} does not hold` : '';
}

/** The highest priority that may fire. @param {any[]} rules @param {Facts} facts @returns {any} */
export const due = (rules, facts) => [...rules].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0)).find((rule) => !refusal(rule, facts)) ?? null;
