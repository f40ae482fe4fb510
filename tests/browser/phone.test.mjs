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

test('lying on its side it begins with the greeting, and goes to the end with whoever goes there', async () => {
  const { it } = desk;
  it.run('agent', 'set', it.agent.id, 'starter_prompts=How long does shipping take?,Do you ship to Norway?,How long can I return things?');
  const visitor = await it.visitor({ ...PHONE, viewport: { width: 740, height: 360 } });
  const thread = visitor.widget.locator('.thread');
  const begins = (selector) => thread.evaluate((e, part) => [...e.querySelectorAll(part)].pop().getBoundingClientRect().top - e.getBoundingClientRect().top, selector);
  const scrolls = (end) => thread.evaluate((e, toEnd) => new Promise((go) => {
    e.addEventListener('scroll', () => requestAnimationFrame(go), { once: true });
    e.scrollTop = toEnd ? e.scrollHeight : 0;
  }), end);
  const goesToEnd = async (words) => {
    await scrolls(true);
    await visitor.input.fill(words);
    await thread.evaluate((e) => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))));
    assert.ok(await thread.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight) < 2, 'whoever went to the end stays there while they type');
  };
  await visitor.opens(it.page('/side'));
  await visitor.widget.locator('.starters .chip').nth(2).waitFor();
  await thread.evaluate((e) => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))));
  assert.ok(await begins('.greeting') >= 0, 'the greeting begins inside');
  assert.equal(await visitor.widget.locator('.latest').isVisible(), false);
  await visitor.shot('phone-side-greeting');
  await goesToEnd('And how');
  await visitor.asks('How long can I return things, and how long does shipping take?');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  assert.ok(await begins('.mine') >= 0, 'an answer is read from its question on');
  await goesToEnd('And how');
  await scrolls(false);
  await goesToEnd('And how\nlong\nis that?');
  await visitor.leaves();
});
