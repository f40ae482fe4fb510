import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const STREAM = /\/messages\/stream$/;
const refusal = (status, code, headers = {}) => ({
  status, headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After', ...headers }, json: { error: { code, message: code } },
});
/** Answers the first POST with `answer`, then lets everything through. */
const once = (context, pattern, answer) => {
  let used = false;
  return context.route(pattern, (route) => {
    if (used || route.request().method() !== 'POST') return route.continue();
    used = true;
    return route.fulfill(answer);
  });
};

test('a cut stream is asked for again: one bubble, no doubled text, one question stored', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  it.line.cutAfter(2, 3);
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  const text = await visitor.answers.last().innerText();
  assert.equal(text.match(/30 days/g)?.length, 1, text);
  assert.equal(await visitor.answers.count(), 1);
  await visitor.page.reload();
  await visitor.answers.first().waitFor();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('a token that is no longer taken is renewed once, unnoticed', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await once(visitor.context, STREAM, refusal(401, 'invalid_token'));
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('too many messages: says when to go on, and only then offers to try again', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await once(visitor.context, STREAM, refusal(429, 'rate_limited', { 'Retry-After': '2' }));
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.widget.locator('.notice.danger').waitFor();
  assert.match(await visitor.widget.locator('.notice.danger').innerText(), /\d+ s/);
  assert.equal(await visitor.widget.getByRole('button', { name: 'Try again' }).count(), 0);
  await visitor.input.fill('And now?');
  await visitor.input.press('Enter');
  assert.equal(await visitor.questions.count(), 1, 'what would be refused is not sent');
  assert.equal(await visitor.input.inputValue(), 'And now?');
  await visitor.shot('limit');
  await visitor.widget.locator('.notice.danger').waitFor({ state: 'detached' });
  await visitor.widget.getByRole('button', { name: 'Try again' }).click();
  await visitor.answered();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('a used-up conversation says when it goes on, and offers another way to be reached', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.lead_form = { fields: [{ name: 'email', label: 'E-mail', type: 'email', required: true }] }; } });
  await once(visitor.context, STREAM, refusal(429, 'conversation_budget_exceeded', { 'Retry-After': '3600' }));
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.widget.getByText(/has reached its limit for now\. You can go on: .*\d+:\d\d/).waitFor();
  assert.equal(await visitor.widget.getByRole('button', { name: 'Try again' }).count(), 0);
  await visitor.shot('limit-full');
  await visitor.widget.getByRole('button', { name: 'Leave your contact details' }).click();
  await visitor.widget.getByLabel('E-mail').waitFor();
  await visitor.leaves();
});

test('a month that is used up is said when the chat opens, without a button that cannot help', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await once(visitor.context, /\/widget\/init$/, refusal(429, 'plan_limit_reached', { 'Retry-After': String(20 * 86_400) }));
  let visits = 0;
  visitor.page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/init')) visits += 1; });
  await visitor.page.goto(it.page('/month'));
  // Refused already when the pointer comes: the click does not ask again.
  const refused = visitor.page.waitForResponse(/\/widget\/init$/);
  await visitor.launcher.hover();
  await (await refused).finished();
  await visitor.opens();
  await visitor.widget.getByText(/has reached its limit for now\. You can go on: \w+ \d/).waitFor();
  assert.equal(await visitor.widget.getByRole('button', { name: /Try again|contact details/ }).count(), 0);
  assert.equal(visits, 1);
  await visitor.shot('limit-month');
  await visitor.leaves();
});

test('offline is said; what was asked then is sent on the way back', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.widget.locator('.greeting').waitFor();
  await visitor.page.waitForFunction(() => performance.getEntriesByType('resource').some((e) => e.name.endsWith('/tabs.js')));
  await visitor.context.setOffline(true);
  await visitor.widget.getByText('You are offline').waitFor();
  await visitor.asks('How long does shipping take?');
  await visitor.shot('offline');
  await visitor.context.setOffline(false);
  await visitor.answered();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('an error in the answer keeps what was said; trying again asks anew', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const frames = [{ event: 'token', token: 'Half an ' }, { event: 'error', code: 'answer_failed', message: 'x' }];
  await once(visitor.context, STREAM, { status: 200, headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/event-stream' }, body: frames.map((f) => `data: ${JSON.stringify(f)}\n\n`).join('') });
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.answers.getByText('Half an').waitFor();
  await visitor.shot('failed');
  await visitor.widget.getByRole('button', { name: 'Try again' }).click();
  await visitor.widget.locator('.theirs.done').waitFor();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('stop keeps the beginning and gives the word back', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  // Held back by the route, so that there is time to stop.
  await visitor.context.route(STREAM, () => {});
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.widget.getByRole('button', { name: 'Stop answering' }).click();
  await visitor.widget.getByRole('button', { name: 'Send' }).waitFor();
  await visitor.leaves();
});

test('blocked storage: everything works, nothing is kept', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
  });
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  await visitor.asks('When is the shop open?');
  await visitor.answered(2);
  assert.equal(visitor.console.filter((l) => l.startsWith('uncaught')).join(), '');
  await visitor.leaves();
});

test('two tabs are one conversation', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  const second = await visitor.context.newPage();
  await second.goto(it.page('/'));
  const other = second.locator('frontdesk-chat');
  await other.locator('.theirs.done').waitFor();
  await visitor.asks('When is the shop open?');
  await visitor.answered(2);
  await other.locator('.mine').nth(1).waitFor();
  await other.locator('.theirs').nth(1).waitFor();
  assert.equal(await other.locator('.mine').count(), 2);
  await visitor.leaves();
});

test('a server that cannot be reached leaves the page alone', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.context.route(/\/v1\/widget\/config/, (route) => route.abort());
  const said = visitor.page.waitForEvent('console', (message) => message.text().includes('cannot reach its server'));
  await visitor.page.goto(it.page('/'));
  await said;
  assert.equal(await visitor.widget.count(), 0);
  await visitor.leaves();
});

/** A phone in the country: 400 ms to the server and back, 50 kB a second. */
const slow = async (visitor) => {
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 });
};

test('on a slow network the launcher says that it works, and a double click opens', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/slow'));
  await visitor.launcher.waitFor();
  await slow(visitor);
  await visitor.launcher.dblclick();
  await visitor.widget.locator('.launcher[aria-busy=true]').waitFor();
  await visitor.panel.waitFor();
  await visitor.widget.locator('.launcher[aria-busy=false]').waitFor();
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.ok(await visitor.panel.isVisible());
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});

test('a second click, or Escape, takes the first back while the chat is on its way; a third opens it once', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const { page, launcher } = visitor;
  await page.goto(it.page('/taken-back'));
  await launcher.waitFor();
  await page.evaluate(() => {
    globalThis.opened = 0;
    FrontDesk.on('open', () => { globalThis.opened += 1; });
  });
  let go;
  const late = new Promise((arrived) => { go = arrived; });
  await visitor.context.route(/\/panel\.js$/, (route) => late.then(() => route.continue()));
  const busy = visitor.widget.locator('.launcher[aria-busy=true]');
  for (const takeBack of [() => launcher.click({ delay: 600 }), () => page.keyboard.press('Escape')]) {
    await launcher.click({ delay: 600 });
    await busy.waitFor();
    await takeBack();
    await busy.waitFor({ state: 'detached' });
  }
  go();
  await page.evaluate(() => FrontDesk.close());
  assert.equal(await visitor.panel.isVisible(), false);
  assert.equal(await page.evaluate(() => globalThis.opened), 0);
  await visitor.opens();
  assert.equal(await page.evaluate(() => globalThis.opened), 1);
  await visitor.leaves();
});

test('a question that is sent before all modules are here is asked once they are', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  let go;
  const late = new Promise((arrived) => { go = arrived; });
  await visitor.context.route(/\/extras\.js$/, (route) => late.then(() => route.continue()));
  const met = visitor.page.waitForResponse((response) => response.url().endsWith('/init') && response.request().method() === 'POST');
  await visitor.opens(it.page('/early'));
  await (await met).finished();
  await visitor.asks('How long does shipping take?');
  go();
  await visitor.answered();
  assert.equal(await visitor.questions.count(), 1);
  await visitor.leaves();
});
