// identify(): a site that says who its visitor is. The tokens are signed here as the README shows it.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims, secret) {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ iat: Math.floor(Date.now() / 1000), ...claims })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const secretOf = (it) => it.run('agent', 'identity', it.agent.id).secret;
const identifying = (token) => ({ head: `<script>window.FrontDesk = function () { (FrontDesk.q = FrontDesk.q || []).push(arguments) }; FrontDesk('identify', ${JSON.stringify({ token, plan: 'gold' })})</script>` });
const kept = (visitor) => visitor.page.evaluate(() => Object.values(localStorage).join());

test('a person’s conversation goes on in another browser, and stays behind when they sign out', async () => {
  const { it } = desk;
  const token = signed({ sub: 'ann', name: 'Ann' }, secretOf(it));
  const laptop = await it.visitor();
  await laptop.opens(it.page('/account', identifying(token)));
  await laptop.asks('How long does shipping take?');
  await laptop.answered();
  const phone = await it.visitor();
  await phone.opens(it.page('/account', identifying(token)));
  await phone.questions.first().waitFor();
  assert.equal(await phone.questions.first().innerText(), 'How long does shipping take?');
  assert.doesNotMatch(await kept(phone), /anon_/, 'what opens the conversation does not outlive the page');
  await phone.page.evaluate(() => FrontDesk.identify(null));
  await phone.questions.first().waitFor({ state: 'detached' });
  await phone.asks('When is the shop open?');
  await phone.answered();
  assert.equal(await phone.questions.count(), 1);
  await phone.leaves();
  await laptop.leaves();
});

test('signing in on the page takes along what was said before', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.asks('When is the shop open?');
  await visitor.answered();
  const token = signed({ sub: 'bob' }, secretOf(it));
  const said = visitor.page.waitForResponse((response) => response.url().endsWith('/init') && response.request().method() === 'POST');
  await visitor.page.evaluate((token) => FrontDesk.identify({ token }), token);
  const { data } = await (await said).json();
  assert.deepEqual([data.identified, data.messages.length], [true, 2]);
  await visitor.asks('How long does shipping take?');
  await visitor.answered(2);
  assert.equal(await visitor.questions.count(), 2);
  await visitor.leaves();
});

test('a token that does not hold is told to the site, and the chat goes on without it', async () => {
  const { it } = desk;
  secretOf(it);
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/forged', identifying(signed({ sub: 'ann' }, 'a guess'))));
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => FrontDesk.on('error', ({ code }) => { globalThis.refused = code; }));
  await visitor.opens();
  await visitor.asks('When is the shop open?');
  await visitor.answered();
  assert.equal(await visitor.questions.count(), 1, 'and it is not the person’s');
  assert.equal(await visitor.page.evaluate(() => globalThis.refused), 'identity_invalid');
  assert.ok(visitor.console.some((line) => line.includes('was not signed with this agent')), visitor.console.join('\n'));
  await visitor.leaves();
});

test('a visit is renewed without a new token, and is still the person’s', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/account', identifying(signed({ sub: 'eve' }, secretOf(it)))));
  await visitor.asks('When is the shop open?');
  await visitor.answered();
  let refused = false;
  await visitor.context.route(/\/messages\/stream$/, (route) => {
    if (refused || route.request().method() !== 'POST') return route.continue();
    refused = true;
    return route.fulfill({ status: 401, headers: { 'Access-Control-Allow-Origin': '*' }, json: { error: { code: 'invalid_token', message: '' } } });
  });
  const said = visitor.page.waitForResponse((response) => response.url().endsWith('/init') && response.request().method() === 'POST');
  await visitor.asks('How long does shipping take?');
  const { data } = await (await said).json();
  assert.deepEqual([data.identified, data.messages.length], [true, 2]);
  await visitor.answered(2);
  await visitor.leaves();
});
