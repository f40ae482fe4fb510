// The main path in a second engine: Debian's Firefox, over WebDriver BiDi. FIREFOX names the browser.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';
import { openFirefox } from './firefox.mjs';

const desk = lent({ before, after });
const STRICT = "default-src 'none'; script-src {desk}; connect-src {desk}; img-src 'self' data:; style-src 'none'";
const inside = (expression) => `(() => { const widget = document.querySelector('frontdesk-chat')?.shadowRoot; return widget && (${expression}); })()`;

test('Firefox: a visitor asks, sees a cited answer, reloads and finds the conversation', async () => {
  const { it } = desk;
  const firefox = await openFirefox();
  try {
    await firefox.goes(it.page('/firefox', { policy: STRICT.replaceAll('{desk}', it.line.url) }));
    await firefox.waits('the launcher', inside("widget.querySelector('.launcher')"));
    await firefox.runs(inside("widget.querySelector('.launcher').click()"));
    await firefox.waits('the focus in the input', inside("widget.activeElement?.tagName === 'TEXTAREA'"));
    await firefox.types('How many days do I have to return an item?\uE007');
    await firefox.waits('a cited answer', inside("widget.querySelector('.theirs.done a.cite') && widget.querySelector('.tools')"));
    assert.match(await firefox.runs(inside("widget.querySelector('.prose').textContent")), /30 days/);
    await firefox.shot('firefox-answer');
    await firefox.reloads();
    await firefox.waits('the conversation', inside("widget.querySelector('.mine')?.textContent.includes('How many days')"));
    assert.deepEqual(firefox.errors, []);
  } finally {
    await firefox.closes();
  }
});
