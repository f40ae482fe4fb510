// A person at the other end, by asking the server every few seconds: what they wrote, and whether they are typing.
import { problem } from './turns.js';

/** @typedef {import('./panel.js').Panel} Panel */

const NEAR_MS = 3000;
const FAR_MS = 12000;
const TYPING_MS = 4000;

/** @param {Panel} panel */
export async function refresh({ session, dispatch, state }) {
  const known = state.messages.filter((m) => m.id);
  const after = known.length ? '&after=' + encodeURIComponent(String(known[known.length - 1].id)) : '';
  dispatch({ type: 'messages.arrived', ...(await session.get('/conversation/messages?limit=100' + after)) });
}

const awaited = (/** @type {Panel} */ panel) => !panel.ended.aborted && ['waiting', 'human'].includes(panel.state.handoff.status);
let following = false;

/** Until nobody is waited for any more. @param {Panel} panel */
export async function follow(panel) {
  if (following) return;
  following = true;
  while (awaited(panel)) {
    const near = panel.state.open && !document.hidden;
    await new Promise((go) => setTimeout(go, near ? NEAR_MS : FAR_MS));
    if (awaited(panel) && navigator.onLine && !panel.state.turn) await refresh(panel).catch(() => {});
  }
  following = false;
}

/** @param {Panel} panel */
export async function request({ session, dispatch }) {
  try {
    const { status, opens_at: opensAt } = await session.send('/request-human', {});
    dispatch({ type: 'handoff.changed', status, opensAt });
  } catch (/** @type {any} */ error) {
    dispatch({ type: 'notice.shown', notice: problem(error) });
  }
}

let told = 0;

/** @param {Panel} panel */
export function typing({ session }) {
  if (Date.now() - told < TYPING_MS) return;
  told = Date.now();
  session.send('/typing').catch(() => {});
}
