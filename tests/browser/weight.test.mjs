// What the widget costs the page. Blocking is printed; its size on the wire and what must never be, a shift of the page's
// layout, are asserted. Inside the widget only the caret moves, which Chromium counts, too.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { lent } from './harness.mjs';
import { list, text } from '../js/widget.mjs';

const desk = lent({ before, after });

test('the loader has at most 4,000 bytes, and all that is needed to chat 25,000', async (t) => {
  const { it } = desk;
  const length = (path) => new Promise((go, fail) => request(it.url + path, { headers: { 'Accept-Encoding': 'br' } }, async (response) => {
    let bytes = 0;
    for await (const piece of response) bytes += piece.length;
    if (response.statusCode === 200 && response.headers['content-encoding'] === 'br') go(bytes);
    else fail(new Error(`${path}: ${response.statusCode}`));
  }).on('error', fail).end());
  const { version } = it.run('agent', 'snippet', it.agent.id);
  const loader = await length('/widget/widget.js');
  const modules = await Promise.all(list(text('widget.js'), 'MODULES').map((name) => length(`/widget/${version}/${name}.js`)));
  const chat = modules.reduce((sum, bytes) => sum + bytes, loader);
  t.diagnostic(`on the wire: loader ${loader} bytes, all that is needed to chat ${chat}`);
  assert.ok(loader <= 4000, `${loader} bytes`);
  assert.ok(chat <= 25_000, `${chat} bytes`);
});

test('no layout shift; sizes as served; blocking on a CPU four times slower', async (t) => {
  const { it } = desk;
  const visitor = await it.visitor();
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send('Network.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const sizes = new Map();
  const names = new Map();
  session.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await visitor.page.addInitScript(() => {
    globalThis.shifts = [];
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries().map((e) => [e.value, e.sources.some((s) => s.node)]))).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: 'longtask', buffered: true });
  });
  await visitor.page.goto(it.page('/weight'));
  await visitor.launcher.waitFor();
  const loading = await visitor.page.evaluate(() => globalThis.long.splice(0));
  await visitor.opens();
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  const { shifts, long } = await visitor.page.evaluate(() => ({ shifts: globalThis.shifts, long: globalThis.long }));
  const wire = (pattern) => [...names].filter(([, url]) => pattern.test(url)).reduce((sum, [id]) => sum + (sizes.get(id) ?? 0), 0);
  t.diagnostic(`loader ${wire(/\/widget\.js$/)} bytes with headers; modules ${wire(/\/widget\/[^/]+\/.+js$/)} in all`);
  t.diagnostic(`long tasks (ms, 4x slower CPU): while loading ${JSON.stringify(loading)}, opening and asking ${JSON.stringify(long)}`);
  assert.deepEqual(shifts.filter(([, ofPage]) => ofPage), []);
  assert.ok(shifts.reduce((sum, [value]) => sum + value, 0) < 0.001, JSON.stringify(shifts));
  await visitor.leaves();
});
