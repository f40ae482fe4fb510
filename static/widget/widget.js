// Frontdesk's loader: draws the launcher, fetches the chat when a visitor reaches for it. Until then: one request,
// no cookie, nothing stored, one global name.
(() => {
  'use strict';
  const MODULES = ['panel', 'api', 'contrast', 'i18n', 'markdown', 'session', 'stage', 'state', 'store',
    'styles', 'turns', 'view', 'vendor/preact'];
  const LANGUAGES = 'en ar de es fr it ja nl pl pt tr zh'.split(' ');
  const CHAT = { ar: 'دردشة', ja: 'チャット', pl: 'Czat', tr: 'Sohbet', zh: '聊天' };
  const LOUD = ['open', 'close', 'toggle', 'send', 'prefill', 'ask', 'newConversation', 'lead', 'handoff', 'forget'];
  const QUIET = ['setLocale', 'setTheme', 'track'];
  const BUBBLE = 'M12 3a9 8 0 1 1-3.7 15.3l-3.9 2 .8-4A9 8 0 0 1 12 3';
  const CSS = `
:host { all: initial !important; display: block !important; position: fixed !important; z-index: 2147483000 !important; inset: auto 0 0 auto !important; font: 500 15px/1.2 system-ui, sans-serif !important }
:host([hidden]), [hidden] { display: none !important }
:host([data-mode=inline]) { position: relative !important; height: 100% !important; inset: 0 !important; z-index: auto !important }
.launcher { position: fixed; right: var(--x); bottom: calc(var(--y) + env(safe-area-inset-bottom, 0px));
  display: flex; align-items: center; gap: 10px; height: 56px; overflow-wrap: anywhere; max-width: min(320px, 100vw - 40px); padding: 0 13px; border: 2px solid #0000; border-radius: 28px; background: var(--launcher); color: var(--launcher-ink); font: inherit; cursor: pointer;
  box-shadow: 0 0 0 1px #fff6, 0 1px 3px #0003, 0 8px 24px #0003 }
:host(.left) .launcher { right: auto; left: var(--x) }
.launcher:hover { filter: brightness(1.2) }
@keyframes wait { 50% { opacity: .4 } }
.launcher[aria-busy=true] { animation: wait 1s infinite }
.launcher:focus-visible { outline: 3px solid #000; outline-offset: 3px; box-shadow: 0 0 0 3px #fff }
.launcher svg, .launcher img { width: 26px; height: 26px; fill: currentColor }
.badge { position: absolute; top: -3px; right: -3px; min-width: 20px; padding: 3px 5px; box-sizing: border-box;
  border-radius: 10px; background: #d92d20; color: #fff; font-size: 12px; text-align: center }
.note { position: fixed; right: var(--x); bottom: 90px; max-width: min(320px, 100vw - 40px); padding: 15px; box-sizing: border-box;
  border-radius: 10px; background: #fff; box-shadow: 0 1px 3px #0003, 0 8px 24px #0003 }
@media print { :host { display: none !important } }`;

  const script = document.currentScript || document.querySelector('script[data-agent-id]');
  const data = script.dataset;
  const agentId = data.agentId;
  const earlier = window.FrontDesk;
  const say = (how, ...words) => console[how]('[FrontDesk]', ...words);
  const log = (...words) => 'debug' in data && say('info', ...words);
  if (earlier && earlier.version) {
    // A page swap (Turbo) runs the same tag again: expected. Two tags in one page: worth a word.
    if (document.querySelectorAll('script[data-agent-id]').length > 1) say('warn', 'is on this page twice; only the first counts.');
    return;
  }

  const root = script.src.split('/widget/')[0];
  const base = root + '/widget/__WIDGET_VERSION__/';
  const mode = data.mode || 'bubble';
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const host = make('frontdesk-chat');
  host.dataset.mode = mode;
  // Too old for the chat: the launcher is a link to its own page.
  const old = !host.attachShadow || !('noModule' in script);
  const launcher = make(old ? 'a' : 'button', { className: 'launcher', href: root + '/chat/' + agentId, target: '_blank' });
  const badge = make('span', { className: 'badge', hidden: true });
  const stop = new AbortController();
  let config, problem, panel, loading, busy, shown = true;

  const hears = new WeakMap();
  const hearer = (hear) => hears.get(hear) || hears.set(hear, ({ detail }) => hear(detail)).get(hear);
  const off = (name, hear) => host.removeEventListener('frontdesk:' + name, hearer(hear));
  const on = (name, hear, options) => host.addEventListener('frontdesk:' + name, hearer(hear), options) || (() => off(name, hear));
  const emit = (name, detail) => {
    log(name, detail);
    host.dispatchEvent(new CustomEvent('frontdesk:' + name, { detail, bubbles: true, composed: true }));
  };

  const locale = () => [data.locale, document.documentElement.lang, config && config.agent.language_default,
    ...navigator.languages].find((tag) => tag && LANGUAGES.includes(tag.toLowerCase().split('-')[0])) || 'en';
  const styled = (shadow, css) => {
    if (!shadow.adoptedStyleSheets) return shadow.append(make('style', { nonce: script.nonce, textContent: css }));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  };
  const icon = () => {
    const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
    svg.setAttribute('viewBox', '0 0 24 24');
    path.setAttribute('d', BUBBLE);
    svg.append(path);
    return svg;
  };
  // Black or white, whichever reads on the owner's colour (WCAG's relative luminance).
  const ink = (hex) => {
    const [r, g, b] = [1, 3, 5].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.183 ? '#000' : '#fff';
  };
  const away = () => [...(data.hideOn || '').split(','), ...((config && config.agent.restricted_paths) || [])].some((pattern) =>
    new RegExp('^' + pattern.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*') + '$').test(location.pathname));
  // Beside <body>, where a page swap does not reach it; in inline mode where the page wants it.
  const place = () => {
    host.isConnected || ((mode === 'inline' && document.querySelector(data.target)) || document.documentElement).append(host);
    host.hidden = !shown || away();
  };

  const draw = () => {
    const { strings = {}, agent: { theme = {} } = {} } = config || {};
    const colour = /^#\w{6}$/.test(theme.primary) ? theme.primary : '#111827';
    const set = (name, value) => host.style.setProperty(name, value);
    set('--launcher', colour);
    set('--launcher-ink', ink(colour));
    set('--x', parseInt(data.offsetX || 20) + 'px');
    set('--y', parseInt(data.offsetY || 20) + 'px');
    host.className = /left/.test(data.position || theme.position) ? 'left' : '';
    launcher.hidden = mode !== 'bubble' || /none|false|off/.test(data.launcher);
    const label = strings.open || theme.launcher_label || CHAT[locale().split('-')[0]] || 'Chat';
    if (old) {
      launcher.textContent = label;
      launcher.style.cssText = 'position:fixed;right:20px;bottom:20px;padding:18px;background:#fff;border:1px solid';
      return;
    }
    launcher.setAttribute('aria-label', label);
    launcher.setAttribute('aria-expanded', 'false');
    const picture = theme.launcher_icon_url
      ? make('img', { src: theme.launcher_icon_url, alt: '', onerror: () => picture.replaceWith(icon()) }) : icon();
    launcher.append(picture, theme.launcher_label || '', badge);
    // A second click takes back the first while the chat is on its way; that of a double click does not.
    launcher.onclick = ({ detail }) => (problem ? complain() : detail > 1 || FrontDesk.toggle());
    launcher.onpointerenter = launcher.onfocus = () => problem || load().then((it) => it.meet(), () => {});
  };
  // The usual reason is an origin that is not on the agent's list: said in the console and behind the launcher.
  const complain = () => {
    const note = host.shadowRoot.querySelector('.note');
    if (note) note.remove();
    else host.shadowRoot.append(make('div', { className: 'note', role: 'alert', textContent: problem.split('. ')[0] }));
  };

  const desk = {
    agentId, base, mode, host, data, launcher, badge, log, emit, on, styled, locale, api: root + '/v1/widget', context: {},
    questions: [], consent: data.consent !== 'required', load: () => load(),
    get config() { return config; },
  };
  const configured = fetch(desk.api + '/config?agent_id=' + encodeURIComponent(agentId)).then(async (response) => {
    const body = await response.json();
    if (body.error) throw problem = body.error.message;
    config = Object.assign({ strings: {}, behavior_rules: [] }, body.data);
  });
  const waiting = [];
  const load = () => loading || (loading = configured.then(async () => {
    const tongue = locale().toLowerCase().split('-')[0];
    const names = tongue === 'en' ? MODULES : [...MODULES, 'lang/' + tongue];
    const [{ start }] = await Promise.all(names.map((name, i) => new Promise((go) => setTimeout(go, i)).then(() => import(base + name + '.js'))));
    panel = await start(desk);
    busy = launcher.ariaBusy = false;
    for (const [name, words] of waiting) panel.do(name, ...words);
    return panel;
  }).catch((error) => {
    loading = launcher.ariaBusy = null;
    throw error;
  }));

  const FrontDesk = (name, ...words) => {
    if (typeof FrontDesk[name] === 'function') return FrontDesk[name](...words);
    say('warn', 'has no method "' + name + '"');
  };
  for (const name of LOUD) {
    FrontDesk[name] = (...words) => {
      busy = launcher.ariaBusy = !panel && !(busy && name === 'toggle');
      return load().then((it) => (it[name] ? it[name](...words) : it.do(name, ...words)), (error) => {
        if (problem) return;
        // Modules blocked (a policy, an old browser): the same chat has a page of its own, which shows itself.
        say('error', 'cannot reach its modules.', error);
        if (mode === 'page') emit('error', { code: 'blocked' });
        else if (busy && /open|toggle/.test(name)) window.open(launcher.href, '_blank', 'noopener');
        busy = false;
      });
    };
  }
  for (const name of QUIET) FrontDesk[name] = (...words) => { panel ? panel.do(name, ...words) : waiting.push([name, words]); };
  const attached = mounted();
  window.FrontDesk = Object.assign(FrontDesk, {
    version: '__WIDGET_VERSION__', on, off,
    once: (name, hear) => on(name, hear, { once: true }),
    ready: (hear) => attached.then(() => config && hear && hear(FrontDesk)),
    show: () => place(shown = true),
    hide: () => place(shown = false),
    // At once, so that even the first visit says who it is.
    identify: (who) => { desk.identity = who || undefined; if (panel) panel.do('identify'); },
    setContext: (context) => { Object.assign(desk.context, context); },
    consent: (yes) => { desk.consent = yes !== false; if (panel) panel.do('consent', desk.consent); },
    destroy: () => {
      panel && panel.destroy();
      stop.abort();
      host.remove();
      delete window.FrontDesk;
    },
  });

  async function mounted() {
    const { signal } = stop;
    if (document.readyState === 'loading') await new Promise((go) => addEventListener('DOMContentLoaded', go, { once: true }));
    await configured.catch((error) => say('error', problem ? 'is refused.' : 'cannot reach its server.', error));
    if (signal.aborted || !config && !problem) return;
    if (!old) styled(host.attachShadow({ mode: 'open' }), CSS);
    (host.shadowRoot || host).append(launcher);
    draw();
    place();
    for (const name of ['popstate', 'turbo:load']) addEventListener(name, place, { signal });
    if (window.navigation) navigation.addEventListener('currententrychange', place, { signal });
    if (problem) return;
    addEventListener('keydown', ({ key }) => key === 'Escape' && busy && FrontDesk.toggle(), { signal });
    document.addEventListener('click', (event) => {
      if (!event.target.closest || !event.target.closest('a[href="#frontdesk"],[data-frontdesk-open]')) return;
      event.preventDefault();
      FrontDesk.open();
    }, { signal });
    emit('ready');
    for (const words of (earlier && earlier.q) || []) FrontDesk(...words);
    let kept = '';
    try {
      if (desk.consent) kept = window[(data.storage === 'session' ? 'session' : 'local') + 'Storage'].getItem('frontdesk:' + agentId);
    } catch (error) { /* blocked: nothing was kept */ }
    if (mode !== 'bubble' || data.open === 'true' || location.hash === '#frontdesk') FrontDesk.open();
    else if (/"resume":true/.test(kept)) load().then((it) => it.resume(), () => {});
    if (config.behavior_rules.length && data.rules !== 'off') {
      Promise.all(['watch', 'rules', 'store'].map((name) => import(base + name + '.js'))).then(([it]) => it.watch(desk, signal), () => {});
    }
  }
})();
