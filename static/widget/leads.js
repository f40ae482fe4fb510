// A visitor's contact details: which fields are asked, what is wrong with them, and how they reach the server.

/** @typedef {import('./types').Field} Field */

/** @type {Field} */
const EMAIL = { name: 'email', type: 'email', required: true, max_length: 254 };

/** The agent's fields; the address that a lead is known by is always among them. @param {import('./types').Agent | null} agent @returns {Field[]} */
export function fieldsOf(agent) {
  const fields = agent?.lead_form?.fields ?? [];
  return fields.some((field) => field.name === 'email') ? fields : [...fields, EMAIL];
}

/**
 * @param {Field[]} fields @param {Record<string, any>} values @param {import('./i18n.js').Words} t
 * @param {boolean} consent whether consent must be given
 * @returns {Record<string, string>} by field name; empty when all is well
 */
export function wrong(fields, values, t, consent) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const { name, required, type } of fields) {
    const value = String(values[name] || '').trim();
    if (required && !value) errors[name] = t('required');
    else if (value && (type === 'email' || name === 'email') && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) errors[name] = t('email');
  }
  if (consent && !values.consent) errors.consent = t('required');
  return errors;
}

/** The body of POST /leads. @param {import('./types').Agent | null} agent @param {Record<string, any>} values */
export function body(agent, values) {
  const { email, name, phone, consent, ...rest } = values;
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [key, value] of Object.entries(rest)) if (value !== '' && value !== undefined) fields[key] = value === true ? 'yes' : String(value);
  const asked = agent?.lead_form?.consent;
  if (asked && consent) Object.assign(fields, { consent_text: asked.text, consent_version: asked.version ?? '' });
  const text = (/** @type {any} */ value) => String(value ?? '').trim() || undefined;
  return { email: text(email), name: text(name), phone: text(phone), fields };
}

/** To the first field that is wrong, once it is drawn and the thread has settled. @param {import('./types').Desk} desk */
const point = ({ host }) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() =>
  /** @type {HTMLElement | null | undefined} */ (host.shadowRoot?.querySelector('[aria-invalid]'))?.focus())));

/** @param {import('./panel.js').Panel} panel @param {Record<string, any>} [values] what the page says; else what was typed
 * @returns {Promise<boolean>} whether the server has it */
export async function submit({ state, session, dispatch, store, desk, t }, values = state.lead.values) {
  const { agent } = state;
  const errors = wrong(fieldsOf(agent), values, t, Boolean(agent?.lead_form?.consent));
  if (Object.keys(errors).length) {
    dispatch({ type: 'lead.failed', errors });
    point(desk);
    return false;
  }
  dispatch({ type: 'lead.sending' });
  try {
    const { lead_id, status } = await session.send('/leads', body(agent, values));
    store.remember({ leadDone: true, lead: {} });
    dispatch({ type: 'lead.sent' });
    desk.emit('lead:submitted', { id: lead_id, status });
    return true;
  } catch (/** @type {any} */ error) {
    const named = Object.entries(error.fields ?? {}).map(([name, texts]) => [name.replace(/^fields\./, ''), /** @type {string[]} */ (texts)[0]]);
    dispatch({ type: 'lead.failed', errors: named.length ? Object.fromEntries(named) : { '': t('failed') } });
    point(desk);
    return false;
  }
}
