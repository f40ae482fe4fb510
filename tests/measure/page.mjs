// What the widget costs the page that shows it: Lighthouse on the sample shop, with the widget's tag and without it, by
// turns. Prints each run and the medians. `npm ci --prefix tests/measure`, then `node tests/measure/page.mjs [RUNS]`.
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const runs = Number(process.argv[2] ?? 5);
const binary = process.env.FRONTDESK_BIN ?? fileURLToPath(new URL('../../target/release/frontdesk', import.meta.url));
const TAG = /<script src="\/widget\/widget\.js"[^>]*><\/script>/;
const MEASURES = { score: (r) => Math.round(r.categories.performance.score * 100), 'first paint': audit('first-contentful-paint'), 'largest paint': audit('largest-contentful-paint'), blocking: audit('total-blocking-time'), shift: audit('cumulative-layout-shift') };
function audit(name) {
  return (report) => Math.round(report.audits[name].numericValue * 1000) / 1000;
}

const data = mkdtempSync(join(tmpdir(), 'frontdesk-measure-'));
const desk = spawn(binary, ['demo', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const port = await new Promise((go, fail) => {
  createInterface({ input: desk.stdout }).on('line', (line) => {
    const match = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
    if (match) go(match[1]);
  });
  desk.on('exit', (code) => fail(new Error(`the demo ended with ${code}`)));
});

/** The shop, as it is or without the widget. */
const shop = (change) => new Promise((go) => {
  const server = createServer((incoming, answer) => {
    const { 'accept-encoding': _, ...headers } = incoming.headers;
    const page = !/\.\w+$/.test(incoming.url) && !incoming.url.startsWith('/v1/');
    const onward = request({ port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers: page ? headers : incoming.headers }, (response) => {
      if (!page) return answer.writeHead(response.statusCode, response.headers) && response.pipe(answer);
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => answer.writeHead(response.statusCode, { 'Content-Type': response.headers['content-type'] ?? 'text/html' }).end(change(Buffer.concat(pieces).toString())));
    });
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1', () => go(server));
});
const servers = { with: await shop((html) => html), without: await shop((html) => html.replace(TAG, '')) };
const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: ['--headless', '--no-sandbox', '--disable-gpu'] });
const found = { with: [], without: [] };
try {
  for (let run = 1; run <= runs; run += 1) {
    for (const name of run % 2 ? ['with', 'without'] : ['without', 'with']) {
      const { lhr } = await lighthouse(`http://127.0.0.1:${servers[name].address().port}/`, { port: chrome.port, onlyCategories: ['performance'], logLevel: 'error' });
      found[name].push(Object.fromEntries(Object.entries(MEASURES).map(([measure, of]) => [measure, of(lhr)])));
      console.log(run, name.padEnd(8), JSON.stringify(found[name].at(-1)));
    }
  }
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const middle = (name) => Object.fromEntries(Object.keys(MEASURES).map((measure) => [measure, median(found[name].map((one) => one[measure]))]));
  console.table({ without: middle('without'), with: middle('with') });
} finally {
  await chrome.kill();
  for (const server of Object.values(servers)) server.close();
  desk.kill('SIGTERM');
  await new Promise((go) => desk.on('exit', go));
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
