import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';
import { list, text } from '../js/widget.mjs';

const desk = lent({ before, after });
const STRICT = "default-src 'none'; script-src {desk}; connect-src {desk}; img-src 'self' data:; style-src 'none'; require-trusted-types-for 'script'";

test('a visitor asks, sees a streamed and cited answer, reloads and finds the conversation', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/', { policy: STRICT.replaceAll('{desk}', it.line.url) }));
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  assert.match(await visitor.answers.last().innerText(), /30 days/);
  const chip = visitor.widget.locator('a.cite').first();
  assert.match(await chip.getAttribute('href'), /returns/);
  assert.equal(await chip.getAttribute('target'), '_blank');
  await visitor.page.reload();
  await visitor.questions.first().waitFor();
  assert.equal(await visitor.questions.first().innerText(), 'How many days do I have to return an item?');
  assert.match(await visitor.answers.last().innerText(), /30 days/);
  assert.deepEqual(visitor.console, []);
  await visitor.leaves();
});

test('a starter prompt asks, a second question follows in the same conversation', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.starter_prompts = ['How long does shipping take?']; } });
  await visitor.opens(it.page('/'));
  await visitor.widget.getByRole('button', { name: 'How long does shipping take?' }).click();
  await visitor.answered();
  await visitor.asks('When is the shop open?');
  await visitor.answered(2);
  assert.equal(await visitor.questions.count(), 2);
  await visitor.leaves();
});

test('before the visitor acts: one request beside the loader, nothing stored, one global name', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.addInitScript(() => { globalThis.namesBefore = Object.getOwnPropertyNames(globalThis); });
  const from = it.line.asked.length;
  await visitor.page.goto(it.page('/'));
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => new Promise((go) => requestIdleCallback(go)));
  const asked = it.line.asked.slice(from).map((line) => line.replace(/\?.*/, ''));
  assert.deepEqual(asked, ['GET /widget/widget.js', 'GET /v1/widget/config']);
  const left = await visitor.page.evaluate(() => ({
    storage: Object.keys(localStorage).length + Object.keys(sessionStorage).length + document.cookie.length,
    names: Object.getOwnPropertyNames(globalThis).filter((name) => !globalThis.namesBefore.includes(name) && name !== 'namesBefore'),
  }));
  assert.deepEqual(left, { storage: 0, names: ['FrontDesk'] });
  await visitor.leaves();
});

test('the chat comes in one wave: no module waits for another', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/'));
  await visitor.launcher.waitFor();
  const from = it.line.asked.length;
  const waves = [list(text('widget.js'), 'MODULES'), list(text('panel.js'), 'LATER')].map((names) => names.map((name) => name.split('/').pop() + '.js'));
  // Nothing is answered until all of the first wave was asked for: one that waits for another would never come.
  const asked = new Set();
  const held = [];
  await visitor.page.route(/\/widget\/[^/]+\/.*\.js$/, (route) => {
    asked.add(new URL(route.request().url()).pathname.split('/').pop());
    held.push(route);
    if (waves[0].every((name) => asked.has(name))) for (const one of held.splice(0)) one.continue();
  });
  await visitor.launcher.hover();
  await visitor.page.waitForFunction(() => performance.getEntriesByType('resource').some((e) => e.name.endsWith('/tabs.js')));
  const modules = it.line.asked.slice(from).filter((line) => line.endsWith('.js')).map((line) => line.split('/').pop());
  assert.deepEqual([...modules].sort(), waves.flat().sort());
  await visitor.leaves();
});

test('an origin that is not allowed is explained in the console and behind the launcher', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const address = it.page('/').replace('localhost', '127.0.0.1');
  await visitor.page.goto(address);
  await visitor.launcher.click();
  const note = visitor.widget.locator('.note');
  await note.waitFor();
  assert.match(await note.innerText(), new RegExp(new URL(address).origin.replaceAll('.', '\\.')));
  assert.doesNotMatch(await note.innerText(), /frontdesk/, 'a command is for the owner, not for visitors');
  const said = visitor.console.filter((line) => line.includes('[FrontDesk]'));
  assert.equal(said.length, 1, visitor.console.join('\n'));
  const command = `frontdesk agent allow ${it.agent.id} '${new URL(address).origin}'`;
  assert.ok(said[0].endsWith(command), said[0]);
  await visitor.leaves();
});
