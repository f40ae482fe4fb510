import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const QUEUE = '<script>window.FrontDesk = window.FrontDesk || function () { (FrontDesk.q = FrontDesk.q || []).push(arguments); };';

test('hostile styles of the host do not reach the widget', async () => {
  const { it } = desk;
  const hostile = `<style>* { display: none !important; color: red !important; font: 40px fantasy !important; all: unset !important; transform: rotate(45deg) !important }
    html, body, main, h1, p { display: block !important; transform: none !important } frontdesk-chat { opacity: 0 !important; visibility: hidden !important; pointer-events: none !important }
    button, textarea { width: 900px !important } ::before { content: "x" !important }</style>`;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/hostile', { head: hostile }));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  const look = await visitor.panel.evaluate((e) => ({ width: e.offsetWidth, size: getComputedStyle(e).fontSize, shown: e.checkVisibility({ opacityProperty: true, visibilityProperty: true }), transform: getComputedStyle(e.getRootNode().host).transform }));
  assert.deepEqual(look, { width: 400, size: '15px', shown: true, transform: 'none' });
  await visitor.shot('host-hostile');
  await visitor.leaves();
});

test('a host that patched the built-ins does not break it', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const head = `<script>
    Array.prototype.first = function () { return this[0]; }; Object.prototype.extend = function () {}; Function.prototype.bindLate = function () {};
    String.prototype.strip = function () { return this.trim(); }; Array.prototype.toJSON = undefined; window.Node.prototype.remove2 = 1; window.h = window.html = window.render = 1; window.$ = window.process = window.module = {};
  </script>`;
  await visitor.opens(it.page('/patched', { head }));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.equal(visitor.console.filter((l) => l.startsWith('uncaught')).join(), '');
  await visitor.leaves();
});

test('two tags give one widget and one warning; a page swap runs the tag again silently', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/two', { body: it.tag() }));
  assert.equal(await visitor.widget.count(), 1);
  assert.equal(visitor.console.filter((line) => line.includes('twice')).length, 1);
  await visitor.leaves();

  const other = await it.visitor();
  await other.opens(it.page('/turbo'));
  await other.input.fill('half a question');
  await other.page.evaluate(() => {
    // What Turbo does: a new body, its scripts made anew so that they run.
    const next = document.createElement('body');
    next.innerHTML = '<main><h1>Second page</h1></main>';
    const old = document.querySelector('script[data-agent-id]');
    const script = document.createElement('script');
    for (const { name, value } of old.attributes) script.setAttribute(name, value);
    script.async = false;
    next.append(script);
    document.documentElement.replaceChild(next, document.body);
    window.dispatchEvent(new Event('turbo:load'));
    return new Promise((go) => script.addEventListener('load', go));
  });
  assert.equal(await other.widget.count(), 1);
  assert.equal(await other.input.inputValue(), 'half a question');
  assert.equal(other.console.filter((line) => line.includes('twice')).length, 0);
  await other.leaves();
});

test('in a single-page app it stays, and hides where it is told to', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/app', { attributes: 'data-hide-on="/checkout*, /admin"' }));
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => history.pushState({}, '', '/checkout/pay'));
  await visitor.launcher.waitFor({ state: 'hidden' });
  await visitor.page.evaluate(() => history.pushState({}, '', '/cart'));
  await visitor.launcher.waitFor();
  await visitor.leaves();
});

test('the queue before load, methods and events', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const queue = `${QUEUE}
    window.seen = [];
    for (const name of ['ready', 'open', 'close', 'message:sent', 'message:received', 'unread']) document.addEventListener('frontdesk:' + name, (e) => seen.push(name));
    FrontDesk('on', 'message:received', (detail) => seen.push('heard ' + typeof detail.text));
    FrontDesk('ask', 'How long does shipping take?');</script>`;
  await visitor.page.goto(it.page('/queue', { head: queue }));
  await visitor.answered();
  await visitor.page.evaluate(() => FrontDesk.close());
  await visitor.panel.waitFor({ state: 'hidden' });
  assert.deepEqual(await visitor.page.evaluate(() => globalThis.seen), ['ready', 'open', 'message:sent', 'heard string', 'message:received', 'close']);
  const answer = await visitor.page.evaluate(() => FrontDesk.ask('When is the shop open?'));
  assert.ok(answer.length > 5);
  await visitor.page.evaluate(() => FrontDesk('prefill', 'Do you ship to '));
  await visitor.page.waitForFunction(() => document.querySelector('frontdesk-chat').shadowRoot.querySelector('textarea').value === 'Do you ship to ');
  await visitor.page.evaluate(() => FrontDesk.hide());
  await visitor.launcher.waitFor({ state: 'hidden' });
  await visitor.page.evaluate(() => FrontDesk.show());
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => FrontDesk('nonsense'));
  assert.ok(visitor.console.some((line) => line.includes('has no method "nonsense"')));
  await visitor.leaves();
});

test('a link to #frontdesk and any marked element open it', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/links', { body: '<p><a href="#frontdesk">Ask us</a> <button data-frontdesk-open>Chat</button></p>' }));
  await visitor.launcher.waitFor();
  for (const name of ['Ask us', 'Chat']) {
    await visitor.page.getByText(name, { exact: true }).click();
    await visitor.panel.waitFor();
    await visitor.page.keyboard.press('Escape');
    await visitor.panel.waitFor({ state: 'hidden' });
    assert.equal(await visitor.page.evaluate(() => document.activeElement.textContent), name, 'focus goes back');
  }
  await visitor.leaves();
});

test('Escape closes a panel that the focus has not reached yet, and is otherwise the page’s own', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/escape', { body: '<p><button id="own">Ours</button></p>' }));
  const escape = () => visitor.page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
  await visitor.page.locator('#own').focus();
  await escape();
  assert.equal(await visitor.panel.isVisible(), true, 'the focus is in the page');
  await visitor.page.evaluate(() => FrontDesk.close());
  await visitor.panel.waitFor({ state: 'hidden' });
  await visitor.page.evaluate(async () => {
    const opening = FrontDesk.open();
    // The panel is open after some promises; the focus moves in a later frame.
    for (let i = 0; i < 10; i += 1) await null;
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await opening;
  });
  await visitor.panel.waitFor({ state: 'hidden' });
  assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'own');
  await visitor.leaves();
});

test('destroy() leaves nothing behind', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.page.evaluate(() => FrontDesk.destroy());
  assert.equal(await visitor.widget.count(), 0);
  assert.equal(await visitor.page.evaluate(() => 'FrontDesk' in window), false);
  await visitor.leaves();
});

test('nothing is stored before consent; forgetting erases it', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const kept = () => visitor.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('frontdesk')));
  await visitor.opens(it.page('/consent', { attributes: 'data-consent="required"' }));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.deepEqual(await kept(), []);
  await visitor.page.evaluate(() => FrontDesk.consent(true));
  await visitor.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('frontdesk')));
  await visitor.page.evaluate(() => FrontDesk.consent(false));
  await visitor.page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('frontdesk')));
  await visitor.leaves();
});

test('inline and page modes fill what they are given', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/inline', { attributes: 'data-mode="inline" data-target="#here"', body: '<div id="here" style="width:500px;height:450px"></div>' }));
  await visitor.panel.waitFor();
  assert.deepEqual(await visitor.panel.evaluate((e) => [e.offsetWidth, e.offsetHeight]), [500, 450]);
  assert.equal(await visitor.launcher.isVisible(), false);
  await visitor.shot('mode-inline');
  await visitor.page.goto(it.page('/whole', { attributes: 'data-mode="page"' }));
  await visitor.panel.waitFor();
  assert.equal(await visitor.panel.evaluate((e) => e.offsetHeight), 800);
  await visitor.shot('mode-page');
  await visitor.leaves();
});

test('a policy of nonces alone, without the desk’s address', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const policy = `default-src 'none'; script-src 'nonce-r4nd0m'; connect-src ${it.line.url}; img-src data:; require-trusted-types-for 'script'`;
  await visitor.opens(it.page('/nonce', { policy, attributes: 'nonce="r4nd0m"' }));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.deepEqual(visitor.console, []);
  await visitor.leaves();
});

test('modules that may not load: the chat opens in its own page', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.context.route(/\/widget\/[^/]+\/panel\.js/, (route) => route.abort());
  await visitor.page.goto(it.page('/'));
  const opened = visitor.context.waitForEvent('page');
  await visitor.launcher.click();
  assert.match((await opened).url(), new RegExp(`/chat/${it.agent.id}$`));
  await visitor.leaves();
});

test('modules that may not load leave the page in peace: a conversation to resume, rules to watch', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: (data) => { data.behavior_rules = [{ id: 'r', conditions: [], actions: [{ kind: 'open' }] }]; } });
  await visitor.context.route(/\/widget\/[^/]+\/\w+\.js/, (route) => route.abort('blockedbyclient'));
  await visitor.page.addInitScript((id) => localStorage.setItem('frontdesk:' + id, '{"resume":true,"open":true}'), it.agent.id);
  const asked = Promise.all(['panel', 'watch'].map((name) => visitor.page.waitForEvent('requestfailed', (request) => request.url().endsWith(`/${name}.js`))));
  await visitor.page.goto(it.page('/peace'));
  await asked;
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => new Promise((go) => setTimeout(go)));
  assert.deepEqual(visitor.console.filter((line) => line.startsWith('uncaught')), []);
  assert.equal(visitor.context.pages().length, 1);
  await visitor.leaves();
});

test('the chat’s own page answers, in the agent’s language', async () => {
  const { it } = desk;
  const { id } = it.run('agent', 'create', '--name', 'Anna', '--publish');
  it.run('agent', 'set', id, 'language_default=de');
  const visitor = await it.visitor();
  await visitor.page.goto(`${it.url}/chat/${id}`);
  await visitor.panel.waitFor();
  assert.equal(await visitor.input.getAttribute('placeholder'), 'Frage stellen …');
  assert.equal(await visitor.page.evaluate(() => document.documentElement.lang), 'de');
  await visitor.asks('Hallo');
  await visitor.answered();
  await visitor.shot('chat-page');
  await visitor.leaves();
});

test('a page swap in a view transition keeps it, with what was typed', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/transition'));
  await visitor.input.fill('half a question');
  await visitor.page.evaluate(async () => {
    const transition = document.startViewTransition(() => {
      const next = document.createElement('body');
      next.append(Object.assign(document.createElement('main'), { textContent: 'Second page' }));
      document.documentElement.replaceChild(next, document.body);
    });
    await transition.finished;
  });
  assert.equal(await visitor.page.locator('main').innerText(), 'Second page');
  assert.equal(await visitor.input.inputValue(), 'half a question');
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  await visitor.leaves();
});

for (const [what, without] of Object.entries({
  'modules': () => delete HTMLScriptElement.prototype.noModule,
  'custom elements and shadow roots': () => {
    Object.defineProperty(window, 'customElements', { value: undefined });
    delete Element.prototype.attachShadow;
    delete Document.prototype.adoptedStyleSheets;
  },
})) {
  test(`a browser without ${what}: the launcher is a link to the chat’s own page`, async () => {
    const { it } = desk;
    const visitor = await it.visitor();
    const policy = `default-src 'none'; script-src 'nonce-old' ${it.line.url}; connect-src ${it.line.url}; img-src data:`;
    await visitor.page.goto(it.page('/old', { policy, head: `<script nonce="old">(${without})()</script>` }));
    const link = visitor.widget.locator('a');
    await link.waitFor();
    await visitor.shot('old-browser');
    assert.equal(await link.innerText(), 'Chat');
    assert.equal(await link.getAttribute('href'), `${it.line.url}/chat/${it.agent.id}`);
    const opened = visitor.context.waitForEvent('page');
    await visitor.page.evaluate(() => FrontDesk('open'));
    assert.match((await opened).url(), new RegExp(`/chat/${it.agent.id}$`));
    assert.equal(visitor.console.filter((line) => line.startsWith('uncaught')).join(), '');
    await visitor.leaves();
  });
}

test('a pinned loader runs when its hash fits, and not when it does not', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const { pinned, integrity } = it.run('agent', 'snippet', it.agent.id);
  const script = pinned.replace(/http:\/\/[^/]+/, it.line.url);
  await visitor.opens(it.page('/pinned', { script }));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  const refused = visitor.page.waitForEvent('console', (message) => /integrity/.test(message.text()));
  await visitor.page.goto(it.page('/forged', { script: script.replace(integrity, integrity.replace(/.$/, integrity.endsWith('A') ? 'B' : 'A')) }));
  await refused;
  assert.equal(await visitor.widget.count(), 0);
  await visitor.leaves();
});
