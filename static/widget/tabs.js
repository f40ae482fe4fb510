// Two tabs, one conversation: a tab that finished a turn tells the others, and they fetch what is new.

/** @param {import('./panel.js').Panel} panel */
export function open(panel) {
  if (!('BroadcastChannel' in window)) return null;
  const channel = new BroadcastChannel('frontdesk:' + panel.desk.agentId);
  channel.onmessage = async () => {
    if (panel.session.arrived && !panel.state.turn) await (await import('./live.js')).refresh(panel).catch(() => {});
  };
  panel.ended.addEventListener('abort', () => channel.close());
  return { tell: () => channel.postMessage('changed') };
}
