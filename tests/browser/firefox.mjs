// As much of WebDriver BiDi as the second engine's test needs (https://w3c.github.io/webdriver-bidi/).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shots } from './harness.mjs';

const { WebSocket } = createRequire(new URL('../js/package.json', import.meta.url))('ws');
const PATIENCE_MS = 30_000;

export async function openFirefox() {
  const profile = mkdtempSync(join(tmpdir(), 'frontdesk-firefox-'));
  writeFileSync(join(profile, 'user.js'), ['app.update.enabled', 'datareporting.policy.dataSubmissionEnabled', 'network.captive-portal-service.enabled', 'network.connectivity-service.enabled', 'extensions.getAddons.cache.enabled']
    .map((name) => `user_pref("${name}", false);`).join('\n'));
  const browser = spawn(process.env.FIREFOX ?? 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } });
  const address = await new Promise((go, fail) => {
    const said = [];
    createInterface({ input: browser.stderr }).on('line', (line) => {
      said.push(line);
      const match = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
      if (match) go(match[1]);
    });
    browser.on('error', fail);
    browser.on('exit', (code) => fail(new Error(`Firefox ended with ${code}:\n${said.join('\n')}`)));
  });
  const socket = new WebSocket(address + '/session');
  await new Promise((go, fail) => socket.on('open', go).on('error', fail));
  const errors = [];
  const waiting = new Map();
  socket.on('message', (text) => {
    const message = JSON.parse(text);
    if (message.method === 'log.entryAdded' && message.params.level === 'error') errors.push(message.params.text);
    const { go, fail } = waiting.get(message.id) ?? {};
    if (!go) return;
    waiting.delete(message.id);
    if (message.type === 'error') fail(new Error(`${message.error}: ${message.message}`));
    else go(message.result);
  });
  let last = 0;
  const send = (method, params = {}) => new Promise((go, fail) => {
    waiting.set((last += 1), { go, fail });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const { contexts: [{ context }] } = await send('browsingContext.getTree');
  await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 800 } });

  const firefox = {
    errors,
    goes: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    reloads: () => send('browsingContext.reload', { context, wait: 'complete' }),
    async runs(expression) {
      const { result, exceptionDetails } = await send('script.evaluate', { expression, target: { context }, awaitPromise: true });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result.value;
    },
    /** Until the expression is true; says what was waited for when it never is. */
    async waits(what, expression) {
      const found = await firefox.runs(`new Promise((go) => {
        const end = Date.now() + ${PATIENCE_MS};
        const look = () => { if (${expression}) go(true); else if (Date.now() > end) go(false); else requestAnimationFrame(look); };
        look();
      })`);
      if (!found) throw new Error(`waited for ${what}\n${errors.join('\n')}`);
    },
    types: (text) => send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }] }),
    async shot(name) {
      const { data } = await send('browsingContext.captureScreenshot', { context });
      writeFileSync(join(shots, name + '.png'), data, 'base64');
    },
    async closes() {
      const ended = new Promise((go) => browser.on('exit', go));
      socket.close();
      browser.kill('SIGTERM');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return firefox;
}
