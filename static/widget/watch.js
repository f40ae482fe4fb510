// Gathers the facts about this page view that behaviour rules ask for, and fires the rule that is due. Loaded only where
// the agent has rules. A rule fires once in a page view; a new address (single-page apps too) is a new page view.
import { due, refusal } from './rules.js';
import { open as openStore } from './store.js';

/** @typedef {import('./types').Desk} Desk */

const VISIT_GAP_MS = 30 * 60_000;
const ACTIVE_FOR_MS = 5000;

const device = () => (matchMedia('(pointer: fine)').matches ? 'desktop' : Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet');

/** @param {Desk} desk @param {AbortSignal} signal ends it */
export function watch(desk, signal) {
  const rules = desk.config.behavior_rules;
  const store = openStore(desk.agentId, { storage: desk.data.storage, allowed: () => desk.consent });
  const listen = (/** @type {EventTarget} */ target, /** @type {string} */ name, /** @type {(e: any) => void} */ hear) =>
    target.addEventListener(name, hear, { signal, passive: true });
  let url = '';
  let began = 0;
  let activeMs = 0;
  let lastInput = Date.now();
  let scrolled = 0;
  let exit = false;
  /** @type {Set<string>} */
  let fired = new Set();
  /** @type {Record<string, string>} */
  const said = {};

  const kept = store.recall();
  const counts = JSON.stringify(rules).includes('"visit_count"');
  // A chat that was sent away stays away until a next visit, also where nothing else asks when this one was.
  const fresh = Date.now() - (kept.visitAt ?? (kept.dismissed ? Date.now() : 0)) > VISIT_GAP_MS;
  const visits = (kept.visits ?? 0) + (fresh ? 1 : 0);
  if (fresh && kept.dismissed) store.remember({ dismissed: false });
  const here = () => { if (counts || store.recall().dismissed) store.remember({ visits, visitAt: Date.now() }); };
  here();
  listen(window, 'pagehide', here);

  const depth = () => {
    const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
    return scrollHeight <= clientHeight ? 100 : (100 * (scrollTop + clientHeight)) / scrollHeight;
  };
  // A place in the page is no page of its own; the routes of some single-page apps are.
  const address = () => location.href.replace(/#(?![/!]).*/, '');
  const arrive = () => {
    url = address();
    began = Date.now();
    activeMs = 0;
    scrolled = 0;
    exit = false;
    fired = new Set();
  };
  const facts = () => ({
    url, seconds: (Date.now() - began) / 1000, activeSeconds: activeMs / 1000, idleSeconds: (Date.now() - lastInput) / 1000,
    scrollPercent: scrolled, exit, visits, messages: desk.questions.length, question: desk.questions[desk.questions.length - 1] ?? '',
    referrer: document.referrer, device: device(), language: desk.locale(), now: new Date(),
    closed: Boolean(store.recall().dismissed), history: store.recall().rules ?? {},
  });

  const check = () => {
    if (address() !== url) arrive();
    const now = facts();
    const open = rules.filter((rule) => !fired.has(rule.id));
    for (const rule of open) {
      const why = refusal(rule, now);
      if (why !== said[rule.id]) desk.log(`rule ${rule.name ?? rule.id}: ${(said[rule.id] = why) || 'may fire'}`);
    }
    const rule = due(open, now);
    if (!rule) return;
    fired.add(rule.id);
    const { count = 0 } = now.history[rule.id] ?? {};
    store.remember({ rules: { ...now.history, [rule.id]: { count: count + 1, at: Date.now() } } });
    desk.load().then((panel) => panel.do('rule', rule)).catch(() => {});
  };

  for (const name of ['pointermove', 'pointerdown', 'keydown', 'scroll', 'touchstart']) listen(window, name, () => { lastInput = Date.now(); });
  listen(window, 'scroll', () => { scrolled = Math.max(scrolled, depth()); });
  listen(document.documentElement, 'mouseleave', (event) => {
    if (event.clientY > 0) return;
    exit = true;
    check();
    exit = false;
  });
  const stop = desk.on('message:sent', check);
  const tick = setInterval(() => {
    if (document.hidden) return;
    if (Date.now() - lastInput < ACTIVE_FOR_MS) activeMs += 1000;
    check();
  }, 1000);
  signal.addEventListener('abort', () => (clearInterval(tick), stop()));
  check();
}
