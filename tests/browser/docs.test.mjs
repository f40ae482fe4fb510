// The API's documentation as a developer meets it: Swagger UI over the demo, where each first try works.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, lent } from './harness.mjs';

const desk = lent({ before, after });

/** Swagger UI at an address: what is tried out there, and what it answered. */
async function documentation(address) {
  const { page, console: said, shot, leaves } = await desk.it.visitor();
  await page.goto(address);
  const trial = (/** @type {string} */ operation) => page.locator(`[id="operations-${operation}"]`);
  return {
    page, said, shot, leaves,
    async tries(operation) {
      const it = trial(operation);
      await it.locator('.opblock-summary-control').click();
      await it.locator('.execute').click();
      const answer = it.locator('.live-responses-table tr.response');
      await answer.waitFor();
      const status = await answer.locator('.response-col_status').innerText();
      return { status: parseInt(status, 10), body: await answer.locator('.highlight-code').first().innerText() };
    },
  };
}

test('in the demo, each operation works at the first try, with the token of /init', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'frontdesk-docs-'));
  const demo = spawn(binary, ['demo', '--listen', '127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, FRONTDESK_EMBED: 'off' },
  });
  const ended = new Promise((go) => demo.on('exit', go));
  t.after(async () => {
    demo.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  });
  const address = await new Promise((go, fail) => {
    createInterface({ input: demo.stdout }).on('line', (line) => line.startsWith('docs') && go(line.split(/\s+/)[1]));
    demo.on('exit', (code) => fail(new Error(`the demo ended with ${code}`)));
  });
  const docs = await documentation(address);
  await docs.page.locator('.opblock').first().waitFor();
  await docs.shot('docs');
  assert.equal((await docs.tries('Visit-init')).status, 200);
  await docs.shot('docs-init');
  assert.equal((await docs.tries('Visit-config')).status, 200);
  const streamed = await docs.tries('Messages-stream_message');
  assert.match(streamed.body, /"event":"done"/);
  assert.match((await docs.tries('Messages-send_message')).body, /30 days/);
  for (const operation of ['Leads-leave_lead', 'Conversation-request_human', 'Conversation-rate_conversation', 'Conversation-clear_conversation',
    'Conversation-erase_me']) {
    assert.equal((await docs.tries(operation)).status, 200, operation);
  }
  assert.deepEqual(docs.said.filter((line) => /policy|uncaught/i.test(line)), []);
  await docs.leaves();
});

test('an owner tries an agent of their own by naming it in the address', async () => {
  const { it } = desk;
  const unknown = await documentation(`${it.url}/docs`);
  assert.equal((await unknown.tries('Visit-init')).status, 404);
  await unknown.leaves();
  const own = await documentation(`${it.url}/docs?agent=${it.agent.id}`);
  const answer = await own.tries('Visit-init');
  assert.equal(answer.status, 200);
  assert.match(answer.body, new RegExp(it.agent.id));
  await own.leaves();
});
