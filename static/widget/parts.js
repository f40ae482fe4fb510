// Drawn once extras.js is there: menu, an answer's tools, notices, lead form, a rule's card and the teaser.
import { html, useState } from './vendor/preact.js';
import { held, icon } from './view.js';
import { safe } from './markdown.js';
import { fieldsOf } from './leads.js';
import { english } from './i18n.js';

Object.assign(english, {
  language: 'en', copy: 'Copy', copied: 'Copied', good: 'Helpful', bad: 'Not helpful', clear: 'Clear conversation',
  fresh: 'New conversation', sound: 'Sound', expand: 'Expand', shrink: 'Shrink',
  waiting: 'Asking a colleague to join…', joined: '{name} is here', typing: '{name} is typing…',
  away: 'Nobody is available right now.', opens: 'We are back {time}.', contact: 'Leave your contact details',
  offline: 'You are offline. Messages wait until you are back.',
  limited: 'That was quick. You can go on in {seconds} s.', full: 'This conversation has reached its limit for now.',
  again: 'You can go on: {time}.',
  dismiss: 'Dismiss', lead: 'How can we reach you?', lead_send: 'Send', lead_later: 'Not now',
  required: 'This is needed.', email: 'This does not look like an e-mail address.', email_label: 'E-mail',
});

/** @typedef {import('./types').State} State */
/** @typedef {import('./types').Field} Field */
/** @typedef {import('./i18n.js').Words} Words */

/** @param {{state: State, t: Words, act: any, mode: string, phone: boolean}} props */
export function Menu({ state, t, act, mode, phone }) {
  const item = (/** @type {string} */ label, /** @type {() => void} */ run, /** @type {any} */ more = {}) =>
    html`<button onClick=${run} ...${more}>${label}</button>`;
  return html`<div id="menu" class="menu" hidden=${!state.menu}>
    ${item(t('human'), act.human)}
    ${item(t('fresh'), act.fresh)}
    ${state.messages.length > 0 && item(t('clear'), act.clear)}
    ${mode === 'bubble' && !phone && item(t(state.expanded ? 'shrink' : 'expand'), act.expand)}
    ${item(t('sound'), act.sound, { role: 'switch', 'aria-checked': String(state.sound) })}
  </div>`;
}

const COPY = 'M9 9h10v10H9zM15 9V5H5v10h4';
const COPIED = 'M5 13l4 4L19 7';
const RATINGS = /** @type {const} */ ({
  good: 'M7 11v9H4v-9zM7 11l4-7c1.5 0 2.5 1 2.5 2.5V9H19a1.6 1.6 0 0 1 1.6 2l-1.6 7.5A2 2 0 0 1 17 20H7',
  bad: 'M17 13V4h3v9zM17 13l-4 7c-1.5 0-2.5-1-2.5-2.5V15H5a1.6 1.6 0 0 1-1.6-2L5 5.5A2 2 0 0 1 7 4h10',
});

/** @param {{message: import('./types').Message, t: Words, act: any, last: boolean}} props */
export function Tools({ message, t, act, last }) {
  const [copied, setCopied] = useState(false);
  // A page without TLS has no clipboard, a frame may be denied it.
  const copy = () => navigator.clipboard.writeText(message.text).then(() => {
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  }, () => {});
  return html`<div class=${'tools' + (last ? ' last' : '')}>
    ${navigator.clipboard && html`<button aria-label=${copied ? t('copied') : t('copy')} title=${t('copy')} onClick=${copy}>${icon(copied ? COPIED : COPY)}</button>`}
    ${message.id && Object.entries(RATINGS).map(([rating, path]) => html`<button key=${rating} aria-label=${t(rating)} title=${t(rating)}
      aria-pressed=${String(message.rating === rating)} onClick=${() => act.rate(message, rating)}>${icon(path)}</button>`)}
  </div>`;
}

/** @param {{state: State, t: Words, act: any}} props */
export function Handover({ state, t, act }) {
  const { status, operator, typing, opensAt } = state.handoff;
  if (status === 'waiting') return html`<p class="notice" role="status"><i class="spin" />${t('waiting')}</p>`;
  if (status === 'human') {
    const name = operator || t('person');
    return html`<p class="notice" role="status">${typing ? t('typing', { name }) : t('joined', { name })}</p>`;
  }
  if (status !== 'offline') return null;
  return html`<p class="notice" role="status">${t('away')} ${opensAt && t('opens', { time: moment(opensAt, t) })} ${contact(state, t, act)}</p>`;
}

const DAY_MS = 86_400_000;

/** As short as it is clear: today the time alone, in a few days the day of the week, later the date.
 * @param {string | number} at @param {Words} t */
const moment = (at, t) => {
  const then = new Date(at);
  const days = Math.round((then.setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / DAY_MS);
  const day = days > 6 ? { day: 'numeric', month: 'long' } : days ? { weekday: 'long' } : {};
  // In the language around it, as the visitor's own country writes it.
  const tag = navigator.languages.find((own) => own.startsWith(t('language'))) ?? t('language');
  return new Date(at).toLocaleString(tag, /** @type {any} */ ({ ...day, hour: 'numeric', minute: '2-digit' }));
};

/** Details need a visit to belong to. @param {State} state @param {Words} t @param {any} act */
const contact = (state, t, act) => state.phase === 'ready' && state.lead.phase === 'none' && html`<button class="link" onClick=${act.contact}>${t('contact')}</button>`;

/** @param {{state: State, t: Words, act: any}} props */
export function Notice({ state, t, act }) {
  if (!state.online) return html`<p class="notice" role="status">${t('offline')}</p>`;
  const problem = state.notice;
  if (!problem) return null;
  const seconds = Math.ceil(((problem.until ?? 0) - Date.now()) / 1000);
  if (problem.code === 'rate_limited' && seconds > 0) return html`<p class="notice danger" role="status">${t('limited', { seconds })}</p>`;
  if (!held(state)) return html`<p class="notice danger" role="status">${t('failed')}</p>`;
  return html`<p class="notice danger" role="status">${t('full')} ${problem.until && t('again', { time: moment(problem.until, t) })} ${contact(state, t, act)}</p>`;
}

/** @param {Field} field @param {any} value @param {any} attributes */
function control(field, value, attributes) {
  if (field.type === 'textarea') return html`<textarea rows="3" ...${attributes} value=${value ?? ''} />`;
  if (field.type === 'select') {
    return html`<select ...${attributes} value=${value ?? ''}><option value="" />
      ${(field.options ?? []).map((option) => {
        const { value: v, label } = typeof option === 'string' ? { value: option, label: option } : option;
        return html`<option key=${v} value=${v} selected=${v === value}>${label}</option>`;
      })}</select>`;
  }
  if (field.type === 'checkbox') return html`<input type="checkbox" ...${attributes} checked=${Boolean(value)} />`;
  const kind = field.type === 'email' || field.type === 'tel' ? field.type : 'text';
  const autocomplete = field.name === 'name' ? 'name' : kind === 'text' ? undefined : kind;
  return html`<input type=${kind} autocomplete=${autocomplete} ...${attributes} value=${value ?? ''} />`;
}

/** @param {{state: State, t: Words, act: any}} props */
export function Form({ state, t, act }) {
  const { lead, agent } = state;
  const consent = agent?.lead_form?.consent;
  const typed = (/** @type {Field} */ field) => (/** @type {any} */ event) => act.lead({
    type: 'lead.typed', name: field.name, value: field.type === 'checkbox' ? event.target.checked : event.target.value,
  });
  const row = (/** @type {Field} */ field, /** @type {any} */ label) => {
    const error = lead.errors[field.name];
    const name = 'lead-' + field.name;
    const input = control(field, lead.values[field.name], {
      id: name, name: field.name, required: field.required, maxlength: field.max_length, onInput: typed(field),
      'aria-invalid': error ? 'true' : null, 'aria-describedby': error ? name + '-error' : null,
    });
    const check = field.type === 'checkbox';
    return html`<div key=${name} class=${check ? 'field check' : 'field'}>
      ${check && input}<label for=${name}>${label}${field.required && !check && html`<span aria-hidden="true"> *</span>`}</label>${!check && input}
      ${error && html`<small id=${name + '-error'} class="danger">${error}</small>`}</div>`;
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    act.submitLead();
  };
  const url = consent?.url && safe(consent.url);
  return html`<form class="card" novalidate aria-labelledby="lead-title" onSubmit=${submit}>
    <h2 id="lead-title">${t('lead')}</h2>
    ${fieldsOf(agent).map((field) => row(field, field.label ?? t('email_label')))}
    ${consent && row({ name: 'consent', label: '', type: 'checkbox', required: true },
      url ? html`<a href=${url} target="_blank" rel="noopener">${consent.text}</a>` : consent.text)}
    ${lead.errors[''] && html`<small class="danger" role="alert">${lead.errors['']}</small>`}
    <div class="buttons"><button class="primary" aria-disabled=${String(lead.phase === 'sending')}>${t('lead_send')}</button>
      ${!lead.before && html`<button type="button" class="pill" onClick=${() => act.lead({ type: 'lead.declined' })}>${t('lead_later')}</button>`}</div>
  </form>`;
}

/** @param {{card: import('./types').Card, t: Words, act: any}} props */
export function CardView({ card, t, act }) {
  return html`<div class="card" role="group" aria-label=${card.title || card.text}>
    <button class="icon shut" aria-label=${t('dismiss')} onClick=${() => act.button(card, { do: 'dismiss' })}>${icon('close')}</button>
    ${card.title && html`<h2><bdi>${card.title}</bdi></h2>`}
    ${card.text && html`<p dir="auto">${card.text}</p>`}
    <div class="buttons">${card.buttons.slice(0, 2).map((button, i) => html`<button key=${i} dir="auto" class=${i ? 'pill' : 'primary'}
      onClick=${() => act.button(card, button)}>${button.label}</button>`)}</div>
  </div>`;
}

/** @param {{teaser: import('./types').Card, t: Words, act: any, dir: string}} props */
export function Teaser({ teaser, t, act, dir }) {
  return html`<div class="teaser" dir=${dir} role="status">
    <button class="say" dir="auto" onClick=${act.open}>${teaser.text}</button>
    <button class="icon" aria-label=${t('dismiss')} onClick=${act.hush}>${icon('close')}</button></div>`;
}
