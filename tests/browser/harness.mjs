// Frontdesk's real binary, a host site in front of it and Chromium: what every browser test stands on. Waits are always
// for a condition. FRONTDESK_BIN names the binary, CHROMIUM the browser.
import { spawn, execFileSync } from 'node:child_process';
import { createServer, request } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The tools are installed beside tests/js/package.json.
const tools = createRequire(new URL('../js/package.json', import.meta.url));
const { chromium } = tools('playwright-core');
export const axeSource = tools('axe-core').source;

const repository = fileURLToPath(new URL('../../', import.meta.url));
export const binary = process.env.FRONTDESK_BIN ?? join(repository, 'target/debug/frontdesk');
export const shots = join(repository, 'tests/shots');
mkdirSync(shots, { recursive: true });

const PAGES = {
  'returns.md': '# Returns and refunds\n\nYou may return any unworn item within 30 days of the delivery date. Start a return from your account: open Orders, choose the item and print the label.\n\nRefunds take 3 to 5 working days to reach the card that you paid with.\n',
  'shipping.md': '# Shipping\n\nStandard shipping takes 2 to 4 working days and costs 4.90 euros. Orders above 60 euros ship for free.\n\nWe ship to Norway, Switzerland and the whole European Union.\n',
  'hours.md': '# Opening hours\n\nThe shop in Lindenstrasse is open Monday to Friday from 9:00 to 18:00 and on Saturday from 10:00 to 16:00.\n',
};

/** A site whose every page holds the widget's tag; `policy` is its Content-Security-Policy. */
async function site() {
  const pages = new Map();
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url, 'http://host');
    const page = pages.get(pathname);
    if (!page) return answer.writeHead(404).end();
    answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...(page.policy ? { 'Content-Security-Policy': page.policy } : {}) });
    answer.end(page.html);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  const origin = `http://localhost:${server.address().port}`;
  return { origin, pages, close: () => new Promise((go) => (server.close(go), server.closeAllConnections())) };
}

/** Between the widget and the binary: passes everything on, and can cut an answer in the middle or hold it back. */
async function wire(target) {
  let cuts = [];
  let holds = false;
  const asked = [];
  /** As a proxy that buffers: headers, too, wait for the whole. */
  const hold = async (response, answer) => {
    const pieces = await response.toArray();
    answer.writeHead(response.statusCode, response.headers);
    answer.end(Buffer.concat(pieces));
  };
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const cut = incoming.method === 'POST' && incoming.url.endsWith('/messages/stream') ? cuts.shift() : undefined;
    const { hostname, port } = new URL(target);
    const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (response) => {
      if (holds) return hold(response, answer);
      answer.writeHead(response.statusCode, response.headers);
      let tokens = 0;
      response.on('data', (piece) => {
        tokens += (String(piece).match(/"token"/g) ?? []).length;
        answer.write(piece);
        if (cut !== undefined && tokens >= cut) answer.destroy();
      });
      response.on('end', () => answer.end());
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    asked,
    /** The next answers break off after so many tokens. */
    cutAfter: (...tokens) => { cuts = tokens; },
    /** Every answer of the server comes in one piece from now on, or as it is said. */
    holdBack: (yes) => { holds = yes; },
    close: () => new Promise((go) => (server.close(go), server.closeAllConnections())),
  };
}

/** `environment`: further variables of the server. */
export async function openDesk({ environment = {} } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'frontdesk-browser-'));
  const knowledge = join(data, 'pages');
  mkdirSync(knowledge);
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(knowledge, name), text);
  const run = (...words) => JSON.parse(execFileSync(binary, [...words, '--data', join(data, 'desk'), '--json'], { encoding: 'utf8' }));
  const host = await site();
  const agent = run('agent', 'create', '--name', 'Aria', '--origin', host.origin, '--publish');
  run('knowledge', 'add', '--agent', agent.id, '--base-url', host.origin, knowledge);

  const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', join(data, 'desk')], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment },
  });
  const log = [];
  server.stderr.on('data', (piece) => log.push(String(piece)));
  const url = await new Promise((go, fail) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const match = /^listening on (http:\S+)/.exec(line);
      if (match) go(match[1]);
    });
    server.on('exit', (code) => fail(new Error(`the server ended with ${code} before it listened:\n${log.join('')}`)));
  });
  const line = await wire(url);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

  const tag = (attributes = '', id = agent.id) => `<script src="${line.url}/widget/widget.js" data-agent-id="${id}" ${attributes} async></script>`;
  const desk = {
    agent, url, line, browser, host, run, tag, data: join(data, 'desk'),
    log: () => log.join(''),
    /** A page of the site; returns its address. */
    page(path, { attributes = '', body = '', head = '', lang = 'en', policy, script } = {}) {
      host.pages.set(path, {
        policy,
        html: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Northwind Outdoor</title><link rel="icon" href="data:,">${head}</head>
<body><main><h1>Northwind Outdoor</h1>${body || '<p>Tents, boots and good advice.</p>'.repeat(12)}</main>${script ?? tag(attributes)}</body></html>`,
      });
      return host.origin + path;
    },
    /** A visitor with a browser of their own; `changes` alter what /config and /init say. */
    async visitor({ changes, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      const console_ = [];
      page.on('console', (message) => console_.push(message.text()));
      page.on('pageerror', (error) => console_.push('uncaught: ' + error.stack));
      page.setDefaultTimeout(15_000);
      if (changes) {
        await context.route(/\/v1\/widget\/(config|init)/, async (route) => {
          if (route.request().method() === 'OPTIONS') return route.continue();
          const response = await route.fetch();
          const body = await response.json();
          if (body.data) changes(body.data);
          await route.fulfill({ response, json: body });
        });
      }
      const widget = page.locator('frontdesk-chat');
      const it = {
        page, context, console: console_, widget,
        launcher: widget.locator('.launcher'),
        panel: widget.locator('.panel'),
        input: widget.locator('.composer textarea'),
        answers: widget.locator('.theirs .prose'),
        questions: widget.locator('.mine .bubble'),
        async opens(address) {
          if (address) await page.goto(address);
          await it.launcher.click();
          await it.panel.waitFor();
          // It slides in: where it ends is what counts. One that is drawn anew meanwhile cancels it.
          await it.panel.evaluate((e) => Promise.allSettled(e.getAnimations().map((animation) => animation.finished)));
        },
        async asks(question) {
          await it.input.fill(question);
          await it.input.press('Enter');
        },
        /** The last answer is complete. */
        async answered(count = 1) {
          await widget.locator('.theirs.done, .theirs.stopped').nth(count - 1).waitFor();
        },
        shot: (name) => page.screenshot({ path: join(shots, name + '.png'), animations: 'disabled' }),
        async leaves() {
          await context.unrouteAll({ behavior: 'ignoreErrors' });
          await context.close();
        },
      };
      return it;
    },
    async close() {
      await browser.close();
      await line.close();
      await host.close();
      const ended = new Promise((go) => server.on('exit', go));
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
  return desk;
}

/** For a test file: `const desk = lent(test)`, then `desk.it` inside the tests. */
export function lent({ before, after }) {
  const holder = { it: null };
  before(async () => { holder.it = await openDesk(); });
  after(() => holder.it?.close());
  return holder;
}

/** axe-core's findings on the page, shadow roots included, as short sentences. */
export async function violations(page, scope = 'frontdesk-chat') {
  await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate((within) => globalThis.axe.run(within, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }), scope);
  return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.flat().join(' ')}: ${n.failureSummary}`));
}
