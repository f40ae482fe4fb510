// What the visitor is looking at, told with each question: title, description, address, headings, preview data. The
// page's own text only with data-page-context="full"; nothing with "off".

/** @param {string} mode @param {Record<string, any>} own what the site said with setContext @returns {Record<string, any>} */
export function context(mode, own) {
  if (mode === 'off') return { ...own };
  const meta = (/** @type {string} */ selector) => document.querySelector(selector)?.getAttribute('content')?.slice(0, 500) || undefined;
  /** @type {Record<string, string>} */
  const og = {};
  for (const tag of document.querySelectorAll('meta[property^="og:"]')) {
    og[String(tag.getAttribute('property')).slice(3)] = (tag.getAttribute('content') ?? '').slice(0, 300);
  }
  return {
    title: document.title.slice(0, 300),
    description: meta('meta[name="description"]'),
    canonical: document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? undefined,
    headings: [...document.querySelectorAll('h1, h2')].slice(0, 12).map((e) => (e.textContent ?? '').trim().slice(0, 120)).filter(Boolean),
    og,
    ...(mode === 'full' ? { text: (document.querySelector('main') ?? document.body).innerText.slice(0, 6000) } : {}),
    ...own,
  };
}
