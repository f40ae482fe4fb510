// How long the widget holds the page's main thread while it is opened and asked, on a CPU four times slower: the CPU time
// of the longest tasks, from Chromium's trace, so that a busy machine disturbs it less. FRONTDESK_BIN names the binary.
// `node tests/measure/tasks.mjs [RUNS]`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDesk } from '../browser/harness.mjs';

const runs = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'frontdesk-trace-'));
const trace = join(folder, 'trace.json');
const desk = await openDesk();
for (let run = 0; run < runs; run += 1) {
  const visitor = await desk.visitor();
  const session = await visitor.context.newCDPSession(visitor.page);
  visitor.page.setDefaultTimeout(120_000);
  await visitor.page.goto(desk.page('/tasks'));
  await visitor.launcher.waitFor();
  // The driver's own script is parsed before: it is none of the page's work.
  await visitor.page.waitForFunction(() => true);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await desk.browser.startTracing(visitor.page, { categories: ['toplevel', 'devtools.timeline'], path: trace });
  await visitor.launcher.hover();
  await visitor.page.waitForFunction(() => performance.getEntriesByType('resource').some((e) => e.name.endsWith('/tabs.js')));
  await visitor.launcher.click();
  await visitor.panel.waitFor();
  await visitor.widget.locator('.greeting').waitFor();
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  await desk.browser.stopTracing();
  const { traceEvents: events } = JSON.parse(readFileSync(trace, 'utf8'));
  const main = events.find((e) => e.args?.name === 'CrRendererMain' && events.some((x) => x.pid === e.pid && x.tid === e.tid && x.name === 'FunctionCall'));
  const tasks = events.filter((e) => e.pid === main.pid && e.tid === main.tid && /RunTask$/.test(e.name) && e.tdur).map((e) => e.tdur / 1000).sort((a, b) => b - a);
  const over = tasks.reduce((sum, ms) => sum + Math.max(0, ms - 50), 0);
  console.log(`all ${tasks.reduce((a, b) => a + b, 0).toFixed(0)} ms; over 50 ms: ${over.toFixed(0)}; longest ${tasks.slice(0, 8).map((ms) => ms.toFixed(0)).join(' ')}`);
  await visitor.leaves();
}
await desk.close();
rmSync(folder, { recursive: true });
