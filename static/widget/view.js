// The panel: header, messages, composer. State in, virtual nodes out; what extras.js brings is drawn once it is there.
import { Component, html } from './vendor/preact.js';
import { markdown, place } from './markdown.js';

/** @typedef {import('./types').State} State */
/** @typedef {import('./types').Message} Msg */
/** @typedef {import('./i18n.js').Words} Words */
/** @typedef {{state: State, parts: number, t: Words, act: any, extras: Record<string, any>, mode: string, phone: boolean, dir: string, voice: boolean}} Props */

/** @type {Record<string, string>} */
const PATHS = {
  close: 'M6 6l12 12M18 6L6 18', more: 'M4 12a1 1 0 0 0 2 0 1 1 0 0 0-2 0m7 0a1 1 0 0 0 2 0 1 1 0 0 0-2 0m7 0a1 1 0 0 0 2 0 1 1 0 0 0-2 0', send: 'M12 19V5M6 11l6-6 6 6', stop: 'M7 7h10v10H7z',
  retry: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4', down: 'M12 5v14M6 13l6 6 6-6', mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
};

/** @param {string} name a name above, or a path of its own */
export const icon = (name) => html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name] ?? name} /></svg>`;

/** @param {string} url */
const where = (url) => {
  try {
    const { host, pathname } = new URL(url);
    return host + (pathname === '/' ? '' : pathname);
  } catch {
    return url;
  }
};

/** Asking would be refused: a limit is reached. @param {State} state */
export const held = ({ notice }) => !!notice?.until || /budget|quota|plan/.test(notice?.code ?? '');

/** An answer or a question; redrawn only when it changed.
 * @extends {Component<{message: Msg, t: Words, name: string, act: any, last: boolean, person: string, held: boolean, Tools: any}>} */
class Message extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    return ['message', 't', 'last', 'person', 'held', 'Tools'].some((name) => next[name] !== /** @type {any} */ (this.props)[name]);
  }

  /** @param {any} props */
  render({ message, t, name, act, last, person, held, Tools }) {
    if (message.role === 'user') {
      return html`<div class="row mine">
        <span class="sr">${t('you')}</span>
        <div class="bubble" dir="auto">${message.text}</div>
        ${message.phase === 'failed' && !held && html`<button class="pill danger" onClick=${() => act.retry(message)}>
          ${icon('retry')} ${t('retry')}</button>`}
      </div>`;
    }
    const writing = message.phase === 'streaming';
    const cited = message.citations ?? [];
    const follow = (/** @type {any} */ citation) => act.cited(message, citation);
    return html`<div class=${'row theirs ' + message.phase}>
      <span class="sr">${t('said', { name: message.role === 'human-agent' ? person : name })}</span>
      ${message.role === 'human-agent' && html`<small class="who">${person}</small>`}
      ${writing && !message.text
        ? html`<div class="dots" role="img" aria-label=${t('thinking')}><i /><i /><i /></div>`
        : html`<div class="prose" dir="auto">${markdown(message.text, message.citations, follow)}</div>`}
      ${message.phase === 'stopped' && html`<small class="quiet">${t(message.error ? 'failed' : 'stopped')}</small>`}
      ${!writing && cited.length > 0 && html`<ol class="sources" aria-label=${t('sources')}>
        ${cited.map((/** @type {any} */ c) => html`<li key=${c.id}>
          <a href=${place(c)} target="_blank" rel="noopener" onClick=${() => follow(c)}>
            <b>${c.id}</b><span><strong dir="auto">${c.title || where(c.url)}</strong>
            ${c.quote && html`<q dir="auto">${c.quote}</q>`}<small dir="ltr">${c.url && where(c.url)}</small></span></a></li>`)}
      </ol>`}
      ${Tools && !writing && message.text && message.role === 'assistant' && html`<${Tools} message=${message} t=${t} act=${act} last=${last} />`}
    </div>`;
  }
}

/** @param {State} state @param {Words} t */
export const nameOf = (state, t) => state.agent?.persona?.name || state.agent?.name || t('chat');

/** Drawn anew only when something that it shows has changed. @extends {Component<{of: any[], draw: () => any}>} */
class Part extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    return next.of.some((/** @type {any} */ value, /** @type {number} */ i) => value !== this.props.of[i]);
  }

  /** @param {any} props */
  render({ draw }) {
    return draw();
  }
}

/** @param {Props & {name: string}} props */
function Header(props) {
  const { state, t, act, extras, mode, name } = props;
  const avatar = state.agent?.theme?.avatar_url;
  return html`<header>
    <span class="avatar" aria-hidden="true">${avatar ? html`<img src=${avatar} alt="" />` : [...name][0]?.toUpperCase()}</span>
    <h1><span><bdi>${name}</bdi></span><small>${state.handoff.status === 'human' ? state.handoff.operator || t('person') : t('assistant')}</small></h1>
    <button class="icon" aria-label=${t('menu')} aria-expanded=${String(state.menu)} aria-controls="menu" onClick=${act.menu}>${icon('more')}</button>
    ${mode === 'bubble' && html`<button class="icon" aria-label=${t('close')} onClick=${act.close}>${icon('close')}</button>`}
    ${extras.Menu && html`<${extras.Menu} ...${props} />`}
  </header>`;
}

/** @param {Props & {name: string}} props */
function Thread({ state, parts, t, act, extras, name }) {
  const { messages, agent, lead } = state;
  const { Form, CardView, Handover, Notice, Tools } = extras;
  const last = messages.findLast?.((m) => m.role === 'assistant') ?? messages[messages.length - 1];
  const blank = messages.length === 0;
  const chips = blank ? agent?.starter_prompts ?? [] : state.suggestions;
  return html`
    ${state.phase === 'failed' && !held(state) && html`<div class="problem" role="alert"><p>${t('unreachable')}</p>
      <button class="pill" onClick=${() => act.arrive()}>${icon('retry')} ${t('retry')}</button></div>`}
    ${blank && state.phase !== 'failed' && html`<div class="greeting"><h2 dir="auto">${agent?.persona?.greeting || t('greeting')}</h2></div>`}
    ${messages.slice(12 - parts * 4).map((message) => html`<${Message} key=${message.key} message=${message} t=${t} act=${act} name=${name} last=${message === last} held=${held(state)} Tools=${Tools}
      person=${state.handoff.operator || t('person')} />`)}
    ${Handover && html`<${Handover} state=${state} t=${t} act=${act} />`}
    ${Form && (lead.phase === 'open' || lead.phase === 'sending') && html`<${Form} state=${state} t=${t} act=${act} />`}
    ${lead.phase === 'done' && lead.why && html`<p class="notice" role="status">${t('lead_thanks')}</p>`}
    ${CardView && state.card && html`<${CardView} card=${state.card} t=${t} act=${act} />`}
    ${chips.length > 0 && !state.turn && lead.phase !== 'open' && html`<div class=${blank ? 'chips starters' : 'chips'} role="group" aria-label=${t('suggestions')}>
      ${chips.map((text) => html`<button key=${text} class="chip" dir="auto" onClick=${() => act.ask(text)}>${text}</button>`)}</div>`}
    ${Notice && html`<${Notice} state=${state} t=${t} act=${act} />`}`;
}

/** @param {Props} props */
function Composer({ state, t, act, voice }) {
  const ready = state.draft.trim() !== '' && !held(state);
  const typed = (/** @type {any} */ event) => act.type(event.target.value);
  const key = (/** @type {KeyboardEvent} */ event) => {
    // An input method confirms its word with Enter; only the next one sends.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    act.submit();
  };
  return html`<form class="composer" onSubmit=${(/** @type {Event} */ e) => (e.preventDefault(), act.submit())}>
    <textarea rows="1" dir=${state.draft ? 'auto' : null} maxlength="4000" aria-label=${t('placeholder')} enterkeyhint="send" autocomplete="off"
      placeholder=${t(state.listening ? 'listening' : 'placeholder')} value=${state.draft} onInput=${typed} onKeyDown=${key} />
    ${voice && html`<button type="button" class=${'icon' + (state.listening ? ' on' : '')} aria-label=${t('voice')}
      aria-pressed=${String(state.listening)} onClick=${act.voice}>${icon('mic')}</button>`}
    ${state.turn
      ? html`<button key="stop" type="button" class="go" aria-label=${t('stop')} onClick=${act.stop}>${icon('stop')}</button>`
      : html`<button key="send" class="go" aria-label=${t('send')} aria-disabled=${String(!ready)}>${icon('send')}</button>`}
  </form>`;
}

/** @param {State} state */
function Branding({ branding }) {
  if (!branding?.show || !branding.label) return null;
  const mode = branding.display_mode ?? 'label';
  const logo = mode !== 'label' && branding.logo_url;
  return html`<a class="brand" href=${branding.url} target="_blank" rel="noopener">
    ${logo && html`<img src=${logo} alt=${mode === 'logo_only' ? branding.label : ''} />`}${(!logo || mode !== 'logo_only') && branding.label}</a>`;
}

/** @param {Props} props */
export function App(props) {
  const { state, parts, t, act, extras, mode, phone, dir } = props;
  const name = nameOf(state, t);
  const { Teaser } = extras;
  return html`
    ${Teaser && state.teaser && html`<${Teaser} teaser=${state.teaser} t=${t} act=${act} dir=${dir} />`}
    <section class=${`panel ${mode === 'bubble' ? 'float' : mode}${state.expanded ? ' wide' : ''}`} dir=${dir} role=${mode === 'bubble' ? 'dialog' : 'region'}
      aria-modal=${phone && mode === 'bubble' ? 'true' : null} aria-label=${name} tabIndex="-1" hidden=${!state.open} onKeyDown=${act.key} onClick=${act.away}>
      ${parts > 1 && html`<${Part} of=${[t, extras, state.agent, state.handoff, state.menu, state.expanded, state.sound, !state.messages.length]} draw=${() => html`<${Header} ...${props} name=${name} />`} />`}
      <div class="thread" role="log" aria-live="off" aria-label=${t('conversation')} tabIndex="0" onScroll=${act.scrolled}>
        ${parts > 3 && html`<${Part} of=${[t, extras, parts, state.agent, state.handoff, state.messages, state.phase, state.suggestions, state.turn, state.lead, state.card,
          state.notice, state.online]} draw=${() => html`<${Thread} ...${props} name=${name} />`} />`}
      </div>
      <button class="latest" hidden aria-label=${t('latest')} onClick=${act.latest}>${icon('down')}</button>
      <footer>${parts > 2 && !state.lead.before && html`<${Part} of=${[t, state.draft, state.listening, state.turn, state.notice]} draw=${() => html`<${Composer} ...${props} />`} />`}<${Branding} ...${state} /></footer>
      <div class="sr" role="status" aria-live="polite" />
    </section>`;
}
