// What the widget keeps in the visitor's browser: one JSON value for each agent. With storage blocked, switched off or
// not yet consented to, everything works the same from memory and nothing is written.

/** @typedef {import('./types').Kept} Kept */

/**
 * @param {string} agentId
 * @param {{storage?: string, allowed: () => boolean}} options `storage`: local (default), session or none
 */
export function open(agentId, { storage = 'local', allowed }) {
  const key = 'frontdesk:' + agentId;
  /** @type {Kept} */
  let memory = {};

  const shelf = () => {
    try {
      if (!allowed() || storage === 'none') return null;
      return storage === 'session' ? window.sessionStorage : window.localStorage;
    } catch {
      return null;
    }
  };

  /** @returns {Kept} */
  const recall = () => {
    try {
      return { ...memory, ...JSON.parse(shelf()?.getItem(key) ?? '{}') };
    } catch {
      return memory;
    }
  };

  return {
    recall,
    /** Read first, so that a second tab's changes stay. @param {Partial<Kept>} change */
    remember(change) {
      memory = { ...recall(), ...change };
      try {
        shelf()?.setItem(key, JSON.stringify(memory));
      } catch { /* full or blocked: memory has it */ }
    },
    forget() {
      memory = {};
      try {
        for (const each of [window.localStorage, window.sessionStorage]) each.removeItem(key);
      } catch { /* blocked: nothing was kept */ }
    },
  };
}
