import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent, violations } from './harness.mjs';

const desk = lent({ before, after });
const FORM = {
  fields: [
    { name: 'name', label: 'Your name', type: 'text', max_length: 80 },
    { name: 'email', label: 'E-mail', type: 'email', required: true },
    { name: 'phone', label: 'Telephone', type: 'tel' },
    { name: 'topic', label: 'Topic', type: 'select', options: ['Order', 'Return'] },
    { name: 'message', label: 'Message', type: 'textarea' },
    { name: 'news', label: 'Send me news', type: 'checkbox' },
  ],
  consent: { text: 'I agree to the privacy policy', url: 'https://shop.example/privacy', version: '2' },
};
const dress = ({ agent }) => {
  agent.lead_form = FORM;
  agent.starter_prompts = ['How long does shipping take?'];
};
const focused = (page) => page.evaluate(() => {
  const inside = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
  return inside.getAttribute('aria-label') ?? inside.getAttribute('name') ?? inside.textContent.trim();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in any state, ${colorScheme}`, async () => {
    const { it } = desk;
    const visitor = await it.visitor({ colorScheme, changes: dress });
    const clean = async (state) => assert.deepEqual(await violations(visitor.page), [], state);
    await visitor.page.goto(it.page('/'));
    await visitor.launcher.waitFor();
    await clean('launcher');
    await visitor.opens();
    await visitor.widget.locator('.chip').first().waitFor();
    await clean('greeting');
    await visitor.asks('How many days do I have to return an item?');
    await visitor.answered();
    await visitor.widget.locator('.tools').waitFor();
    await clean('answer');
    await visitor.widget.getByRole('button', { name: 'More options' }).click();
    await visitor.widget.locator('.menu').waitFor();
    await clean('menu');
    await visitor.widget.locator('.thread').click({ position: { x: 10, y: 300 } });
    await visitor.widget.locator('.menu').waitFor({ state: 'hidden' });
    await visitor.page.evaluate(() => FrontDesk.lead());
    // The composer has a button of that name too.
    const form = visitor.widget.locator('form:not(.composer)');
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    await visitor.widget.getByText('This is needed.').first().waitFor();
    await clean('form with errors');
    await visitor.leaves();
  });
}

test('the whole job by keyboard: open, ask, read a source, rate, close', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: dress });
  const { page } = visitor;
  await page.goto(it.page('/keys', { body: '<p><a href="/x">A link of the page</a></p>' }));
  await visitor.launcher.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Chat');
  await page.keyboard.press('Enter');
  await visitor.panel.waitFor();
  // The focus follows in the frame after the one that shows the panel.
  await visitor.widget.locator('textarea:focus').waitFor();
  assert.equal(await focused(page), 'Ask a question…');
  await page.keyboard.type('How many days do I have to return an item?');
  await page.keyboard.press('Enter');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  assert.equal(await focused(page), 'Ask a question…', 'the next question can be typed at once');
  const reached = [];
  for (let i = 0; i < 40 && !reached.includes('Helpful'); i += 1) {
    await page.keyboard.press('Shift+Tab');
    reached.push(await focused(page));
  }
  assert.ok(reached.includes('Helpful'), reached.join(' | '));
  await page.keyboard.press('Space');
  await visitor.widget.locator('[aria-label="Helpful"][aria-pressed="true"]').waitFor();
  await page.keyboard.press('Escape');
  await visitor.panel.waitFor({ state: 'hidden' });
  assert.equal(await focused(page), 'Chat', 'focus returns to the launcher');
  assert.equal(await visitor.launcher.getAttribute('aria-expanded'), 'false');
  await visitor.leaves();
});

test('a choice in the menu closes it and gives the focus back', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/menu'));
  const menu = visitor.widget.locator('header [aria-controls=menu]');
  await menu.press('Enter');
  await visitor.widget.getByText('Expand', { exact: true }).press('Enter');
  await visitor.widget.locator('.menu').waitFor({ state: 'hidden' });
  assert.equal(await menu.evaluate((e) => e.getRootNode().activeElement === e), true);
  await visitor.leaves();
});

test('the polite region says finished sentences', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.page.evaluate(() => {
    globalThis.heard = [];
    const region = document.querySelector('frontdesk-chat').shadowRoot.querySelector('[aria-live=polite]');
    new MutationObserver(() => globalThis.heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  await visitor.page.waitForFunction(() => globalThis.heard.join(' ').includes('30 days'));
  await visitor.leaves();
});

test('targets are at least 44 pixels where a finger goes, 24 elsewhere', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, changes: dress });
  await visitor.opens(it.page('/'));
  await visitor.widget.locator('.chip').first().waitFor();
  const small = await visitor.panel.evaluate((panel) => [...panel.querySelectorAll('button, textarea')].filter((e) => e.getClientRects().length)
    .map((e) => [e.getAttribute('aria-label') ?? e.textContent, e.getBoundingClientRect().width, e.getBoundingClientRect().height]).filter(([, w, h]) => w < 44 || h < 44));
  assert.deepEqual(small, []);
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  for (const { width, height } of await visitor.widget.locator('.tools button').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().toJSON()))) {
    assert.ok(width >= 44 && height >= 44, `${width} x ${height}`);
  }
  await visitor.leaves();
});

test('at 200 % zoom and on a narrow screen nothing is cut off sideways', async () => {
  const { it } = desk;
  for (const viewport of [{ width: 640, height: 400 }, { width: 320, height: 568 }]) {
    const visitor = await it.visitor({ viewport });
    await visitor.opens(it.page('/'));
    await visitor.asks('How many days do I have to return an item?');
    await visitor.answered();
    const cut = await visitor.panel.evaluate((panel) => {
      const box = panel.getBoundingClientRect();
      const thread = panel.querySelector('.thread');
      return { inside: box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight, sideways: thread.scrollWidth > thread.clientWidth };
    });
    assert.deepEqual(cut, { inside: true, sideways: false }, JSON.stringify(viewport));
    await visitor.leaves();
  }
});

test('with reduced motion nothing moves', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ reducedMotion: 'reduce' });
  await visitor.opens(it.page('/'));
  const moving = await visitor.panel.evaluate((panel) => panel.getAnimations({ subtree: true }).filter((a) => a.effect.getComputedTiming().duration > 1).length);
  assert.equal(moving, 0);
  await visitor.leaves();
});
