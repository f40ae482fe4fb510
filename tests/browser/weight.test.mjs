// What the widget costs the page. Sizes and blocking are printed; what must never be, a shift of the page's layout, is
// asserted. Inside the widget only the caret moves, which Chromium counts, too.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });

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
