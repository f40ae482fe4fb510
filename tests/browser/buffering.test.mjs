// A proxy that holds the stream back, between a browser and the binary, whose model speaks word by word.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { binary, openDesk } from './harness.mjs';

const WORDS = 'You may return any unworn item within thirty days of delivery [1].'.match(/\S+\s*/g);
const WORD_MS = 330;

/** Speaks as an OpenAI-compatible server does. */
async function speaker() {
  const server = createServer((incoming, answer) => {
    incoming.resume().on('end', () => {
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const say = (delta, finish = null) => answer.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
      WORDS.forEach((content, i) => setTimeout(say, WORD_MS * i, { content }));
      setTimeout(() => {
        say({}, 'stop');
        answer.end('data: [DONE]\n\n');
      }, WORD_MS * WORDS.length);
    });
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => new Promise((go) => (server.close(go), server.closeAllConnections())) };
}

let model;
let it;
before(async () => {
  model = await speaker();
  it = await openDesk({ environment: { FRONTDESK_LLM_URL: model.url, FRONTDESK_LLM_MODEL: 'scripted' } });
});
after(async () => {
  await it?.close();
  await model?.close();
});

/** Asks, and resolves with the names of what the widget reported by the time that it says goodbye. */
const reported = async (path) => {
  const visitor = await it.visitor();
  const names = [];
  visitor.page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/events')) names.push(...request.postDataJSON().events.map(({ event }) => event)); });
  await visitor.opens(it.page(path));
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  // What is reported together with, or after, what was seen of the answer.
  await visitor.page.evaluate(() => FrontDesk.track('end'));
  while (!names.includes('end')) await visitor.page.waitForRequest(/\/events$/);
  await visitor.leaves();
  return names;
};
const shown = () => execFileSync(binary, ['agent', 'show', it.agent.id, '--data', it.data], { encoding: 'utf8' });

test('an answer that comes word by word is not reported', async () => {
  assert.ok(!(await reported('/flowing')).includes('stream.buffered'));
  assert.doesNotMatch(shown(), /in one piece/);
});

test('a proxy that holds the stream back is reported, and the owner told: in the log and by `agent show`', async () => {
  it.line.holdBack(true);
  assert.ok((await reported('/held')).includes('stream.buffered'));
  while (!it.log().includes('answers reach visitors in one piece')) await new Promise((go) => setTimeout(go, 50));
  assert.match(shown(), /1 times in the last 7 days: answers reach visitors in one piece: a proxy/);
});
