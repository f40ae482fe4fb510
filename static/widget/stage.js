// Where the panel stands: colours, focus, the phone's keyboard and back button, scrolling.

/** @typedef {import('./types').Desk} Desk */
import { palette } from './contrast.js';

const PHONE = '(max-width: 520px), (max-height: 460px)';

/**
 * @param {Desk} desk
 * @param {HTMLElement} place the panel is drawn into this element
 * @param {{close: () => void}} act
 */
export function stage(desk, place, act) {
  const gone = new AbortController();
  const { signal } = gone;
  const phoneQuery = matchMedia(PHONE);
  const darkQuery = matchMedia('(prefers-color-scheme: dark)');
  const bubble = desk.mode === 'bubble';
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (place.querySelector(selector));
  let stuck = true;
  /** whether the latest question was asked here and now */
  let asked = false;
  /** what the visitor went past, to the end @type {HTMLElement | false | undefined} */
  let passed;
  /** where the thread was last scrolled to from here */
  let set = 0;
  let measured = '';
  let framed = false;
  /** @type {HTMLElement | null} */
  let opener = null;
  /** @type {Record<string, any>} */
  let theme = {};
  let painted = '';

  const paint = () => {
    const scheme = desk.data.scheme || theme.scheme || 'auto';
    const dark = scheme === 'dark' || (scheme !== 'light' && darkQuery.matches);
    // Each colour that is set has the whole panel styled anew.
    if (painted === (painted = JSON.stringify([theme, dark]))) return;
    for (const [name, value] of Object.entries(palette(theme, dark))) desk.host.style.setProperty(name, value);
    desk.host.style.setProperty('--scheme', dark ? 'dark' : 'light');
  };
  darkQuery.addEventListener('change', paint, { signal });

  const fit = () => {
    const view = window.visualViewport;
    if (!view) return;
    desk.host.style.setProperty('--height', view.height + 'px');
    desk.host.style.setProperty('--top', view.offsetTop + 'px');
    if (stuck) bottom();
  };
  for (const name of ['resize', 'scroll']) window.visualViewport?.addEventListener(name, fit, { signal });

  /** What is read from its beginning: the latest question, a form, a card, a greeting. */
  const first = () => /** @type {HTMLElement | false | undefined} */ (
    asked && [...place.querySelectorAll('.mine')].pop() || find('.card') || !find('.notice') && find('.greeting'));
  /** The end, but never past what is read from its beginning, until the visitor went past it. */
  const bottom = () => {
    const thread = find('.thread');
    if (!thread) return;
    const from = first();
    thread.scrollTop = from && from !== passed ? from.offsetTop - 14 : thread.scrollHeight;
    set = thread.scrollTop;
  };
  /** Follow the answer until the visitor scrolls away from its end. */
  const scrolled = () => {
    const thread = find('.thread');
    const end = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 48;
    const moved = thread.scrollTop - set;
    if (end || Math.abs(moved) > 4) stuck = end;
    // Not where the thread became shorter.
    if (end && moved > 4) passed = first();
    find('.latest').hidden = end || !!find('.greeting');
  };
  const settle = () => {
    framed = false;
    if (signal.aborted) return;
    const area = /** @type {HTMLTextAreaElement | null} */ (find('textarea'));
    // Measuring forces a layout, so only when there is something new to measure.
    if (area && area.value !== measured) {
      measured = area.value;
      area.style.height = 'auto';
      if (measured) area.style.height = area.scrollHeight + 'px';
    }
    // Never away from a field that is being filled in.
    if (stuck && !find('.card :focus')) bottom();
    scrolled();
  };
  window.addEventListener('popstate', () => {
    if (!history.state?.frontdesk && phoneQuery.matches) act.close();
  }, { signal });

  return {
    phone: () => phoneQuery.matches,
    /** @param {Record<string, any>} next */
    theme(next) {
      theme = next;
      paint();
    },
    /** @param {{focus: boolean}} options */
    opened({ focus }) {
      desk.launcher.setAttribute('aria-expanded', 'true');
      desk.launcher.inert = phoneQuery.matches;
      stuck = true;
      bottom();
      if (!bubble) return;
      if (phoneQuery.matches) {
        fit();
        if (!history.state?.frontdesk) history.pushState({ ...history.state, frontdesk: true }, '');
      }
      if (!focus) return;
      opener = /** @type {HTMLElement | null} */ (document.activeElement);
      // Focusing the input would throw up a phone's keyboard over the answer.
      find(phoneQuery.matches ? '.panel' : 'textarea').focus({ preventScroll: true });
    },
    closed() {
      desk.launcher.setAttribute('aria-expanded', 'false');
      desk.launcher.inert = false;
      if (!bubble) return;
      if (history.state?.frontdesk) history.back();
      const inside = /** @type {ShadowRoot} */ (desk.host.shadowRoot).activeElement;
      const back = opener?.isConnected && opener !== desk.host && opener !== document.body ? opener : desk.launcher;
      if (inside) back.focus({ preventScroll: true });
    },
    scrolled,
    asked() {
      asked = stuck = true;
    },
    toEnd() {
      asked = false;
      stuck = true;
      passed = first();
      bottom();
    },
    /** After each drawing, in the frame that shows it. */
    drawn() {
      if (!framed) requestAnimationFrame(settle);
      framed = true;
    },
    leave: () => gone.abort(),
  };
}
