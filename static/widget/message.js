// One message: bubble, answer with its sources, and what can be done with it. Redrawn only when it changed.
import { Component, html } from './vendor/preact.js';
import { markdown, place } from './markdown.js';

/** @typedef {import('./types').Message} Msg */

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

/** @extends {Component<{message: Msg, t: import('./i18n.js').Words, name: string, act: any, last: boolean, person: string, Tools: any}>} */
export class Message extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    return ['message', 't', 'last', 'person', 'Tools'].some((name) => next[name] !== /** @type {any} */ (this.props)[name]);
  }

  /** @param {any} props */
  render({ message, t, name, act, last, person, Tools }) {
    if (message.role === 'user') {
      return html`<div class="row mine">
        <span class="sr">${t('you')}</span>
        <div class="bubble" dir="auto">${message.text}</div>
        ${message.phase === 'failed' && html`<button class="pill danger" onClick=${() => act.retry(message)}>
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
