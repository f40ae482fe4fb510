import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

test('the panel takes the whole screen, without calling the keyboard', async () => {
  const { it } = desk;
  const visitor = await it.visitor(PHONE);
  await visitor.opens(it.page('/'));
  assert.deepEqual(await visitor.panel.evaluate((e) => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }), [0, 0, 390, 844]);
  assert.equal(await visitor.panel.evaluate((e) => e.getRootNode().activeElement === e), true, 'the dialog has the focus, not the input');
  assert.equal(await visitor.panel.getAttribute('aria-modal'), 'true');
  assert.equal(await visitor.input.evaluate((e) => getComputedStyle(e).fontSize), '16px', 'smaller would zoom on focus');
  await visitor.leaves();
});

test('the back button closes the chat and stays on the page', async () => {
  const { it } = desk;
  const visitor = await it.visitor(PHONE);
  const address = it.page('/product');
  await visitor.opens(address);
  await visitor.page.goBack();
  await visitor.panel.waitFor({ state: 'hidden' });
  assert.equal(visitor.page.url(), address);
  await visitor.opens();
  await visitor.widget.getByRole('button', { name: 'Close chat' }).click();
  await visitor.panel.waitFor({ state: 'hidden' });
  await visitor.page.waitForFunction(() => !history.state?.frontdesk);
  assert.equal(visitor.page.url(), address);
  await visitor.leaves();
});

test('Tab stays inside while the chat covers the page', async () => {
  const { it } = desk;
  const visitor = await it.visitor(PHONE);
  await visitor.opens(it.page('/tab', { body: '<a href="/x">outside</a>' }));
  for (let i = 0; i < 25; i += 1) {
    await visitor.page.keyboard.press('Tab');
    assert.equal(await visitor.page.evaluate(() => document.activeElement.tagName), 'FRONTDESK-CHAT');
  }
  await visitor.leaves();
});

test('a keyboard that comes up leaves the input visible', async () => {
  const { it } = desk;
  const visitor = await it.visitor(PHONE);
  await visitor.opens(it.page('/'));
  await visitor.input.focus();
  await visitor.page.setViewportSize({ width: 390, height: 480 });
  await visitor.page.waitForFunction(() => {
    const panel = document.querySelector('frontdesk-chat').shadowRoot.querySelector('.panel');
    return panel.getBoundingClientRect().height === 480 && panel.querySelector('.composer').getBoundingClientRect().bottom <= 480;
  });
  await visitor.leaves();
});
