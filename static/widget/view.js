// The panel: header, thread, composer. State in, virtual nodes out; what extras.js brings is drawn once it is there.
import { html } from './vendor/preact.js';
import { Message, icon } from './message.js';

/** @typedef {import('./types').State} State */
/** @typedef {import('./i18n.js').Words} Words */
/** @typedef {{state: State, t: Words, act: any, extras: Record<string, any>, mode: string, phone: boolean, dir: string, voice: boolean}} Props */

/** @param {State} state @param {Words} t */
export const nameOf = (state, t) => state.agent?.persona?.name || state.agent?.name || t('chat');

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

/** @param {{state: State, t: Words, act: any, extras: Record<string, any>, name: string}} props */
function Thread({ state, t, act, extras, name }) {
  const { messages, agent, lead } = state;
  const { Form, CardView, Handover, Notice, Tools } = extras;
  const last = messages.findLast?.((m) => m.role === 'assistant') ?? messages[messages.length - 1];
  const blank = messages.length === 0;
  const chips = blank ? agent?.starter_prompts ?? [] : state.suggestions;
  return html`
    ${state.phase === 'failed' && html`<div class="problem" role="alert"><p>${state.problem?.code === 'network' ? t('unreachable') : state.problem?.message || t('unreachable')}</p>
      <button class="pill" onClick=${() => act.arrive()}>${icon('retry')} ${t('retry')}</button></div>`}
    ${blank && state.phase !== 'failed' && html`<div class="greeting"><h2 dir="auto">${agent?.persona?.greeting || t('greeting')}</h2></div>`}
    ${messages.map((message) => html`<${Message} key=${message.key} message=${message} t=${t} act=${act} name=${name} last=${message === last} Tools=${Tools}
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
  const full = /budget|quota|plan/.test(state.notice?.code ?? '');
  const ready = state.draft.trim() !== '' && !full;
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
  const { state, t, act, extras, mode, phone, dir } = props;
  const name = nameOf(state, t);
  const { Teaser } = extras;
  return html`
    ${Teaser && state.teaser && html`<${Teaser} teaser=${state.teaser} t=${t} act=${act} dir=${dir} />`}
    <section class=${`panel ${mode === 'bubble' ? 'float' : mode}${state.expanded ? ' wide' : ''}`} dir=${dir} role=${mode === 'bubble' ? 'dialog' : 'region'}
      aria-modal=${phone && mode === 'bubble' ? 'true' : null} aria-label=${name} tabIndex="-1" hidden=${!state.open} onKeyDown=${act.key} onClick=${act.away}>
      <${Header} ...${props} name=${name} />
      <div class="thread" role="log" aria-live="off" aria-label=${t('conversation')} tabIndex="0" onScroll=${act.scrolled}>
        <${Thread} state=${state} t=${t} act=${act} extras=${extras} name=${name} />
      </div>
      <button class="latest" hidden aria-label=${t('latest')} onClick=${act.latest}>${icon('down')}</button>
      <footer>${!state.lead.before && html`<${Composer} ...${props} />`}<${Branding} ...${state} /></footer>
      <div class="sr" role="status" aria-live="polite" />
    </section>`;
}
