// The chat's own page in a browser without scripts: a form, and the page that answers it.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { lent, shots, violations } from './harness.mjs';

const desk = lent({ before, after });

const SCREENS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

test('without JavaScript it asks twice and gets cited answers; a reload asks nothing', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ javaScriptEnabled: false });
  const { page } = visitor;
  const asks = async (question) => {
    await page.locator('textarea').fill(question);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.mine', { hasText: question }).waitFor();
  };
  await page.goto(`${it.url}/chat/${it.agent.id}`);
  assert.equal(await page.title(), 'Aria');
  await asks('How long does shipping take?');
  await asks('How long can I return things?');
  const answers = page.locator('.theirs');
  assert.match(await answers.nth(0).innerText(), /2 to 4 working days/);
  assert.match(await answers.nth(1).innerText(), /30 days/);
  const sources = answers.nth(1).locator('.sources a');
  assert.ok((await sources.first().getAttribute('href')).startsWith(`${it.host.origin}/returns.md`));
  await page.reload();
  assert.equal(await answers.count(), 2);
  await asks('When is the shop open?');
  assert.equal(await answers.count(), 3);
  await visitor.leaves();
});

for (const colorScheme of ['light', 'dark']) {
  test(`without JavaScript it looks well on any screen, ${colorScheme}`, async () => {
    const { it } = desk;
    it.run('agent', 'set', it.agent.id, 'starter_prompts=How long does shipping take?,Do you ship to Norway?');
    for (const [name, viewport] of Object.entries(SCREENS)) {
      const visitor = await it.visitor({ javaScriptEnabled: false, colorScheme, viewport });
      const { page } = visitor;
      const shot = (what) => page.screenshot({ path: join(shots, `plain-${what}-${name}-${colorScheme}.png`) });
      await page.goto(`${it.url}/chat/${it.agent.id}`);
      await page.getByRole('button', { name: 'Do you ship to Norway?' }).waitFor();
      await shot('greeting');
      await page.getByRole('button', { name: 'How long does shipping take?' }).click();
      await page.locator('.theirs').waitFor();
      await page.locator('textarea').fill('How long can I return things, and when do I get my money back?');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.locator('.theirs').nth(1).waitFor();
      await shot('answer');
      const { width, form, wide } = await page.evaluate(() => ({
        width: document.documentElement.clientWidth, wide: document.documentElement.scrollWidth,
        form: document.querySelector('.composer').getBoundingClientRect().bottom,
      }));
      assert.equal(wide, width);
      assert.ok(form <= viewport.height, `the form ends at ${form}`);
      await page.getByRole('button', { name: 'Talk to a human' }).click();
      await page.getByText('Asking a colleague').waitFor();
      await page.locator('summary').click();
      await page.getByLabel('E-mail').fill('ada@shop');
      await page.locator('.contact button').click();
      await page.getByText('does not look like').waitFor();
      await shot('contact');
      const spilled = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(spilled, 0);
      await page.getByLabel('E-mail').fill('ada@shop.example');
      await page.locator('.contact button').click();
      await page.getByText('Thank you!').waitFor();
      await shot('thanks');
      await visitor.leaves();
    }
  });
}

test('without JavaScript a question that is not sent yet outlasts the contact form, and Enter there sends the form', async () => {
  const { it } = desk;
  it.run('agent', 'set', it.agent.id, 'starter_prompts=Do you ship to Norway?', 'language_default=de');
  const visitor = await it.visitor({ javaScriptEnabled: false });
  const { page } = visitor;
  await page.goto(`${it.url}/chat/${it.agent.id}`);
  await page.locator('textarea').fill('How long does');
  await page.locator('summary').click();
  // A field that is not filled in holds up its own form alone.
  await page.locator('.contact button').click();
  assert.equal(await page.locator('.mine, .notice').count(), 0);
  await page.getByLabel('E-Mail').fill('ada@shop.example');
  await page.getByLabel('E-Mail').press('Enter');
  await page.getByText('Vielen Dank!').waitFor();
  assert.equal(await page.locator('.mine').count(), 0, 'nothing was asked');
  assert.equal(await page.locator('textarea').inputValue(), 'How long does');
  await page.locator('textarea').fill('How long does shipping take?');
  await page.locator('.composer button').click();
  await page.locator('.theirs').waitFor();
  it.run('agent', 'set', it.agent.id, 'language_default=en', 'starter_prompts=');
  await visitor.leaves();
});

test('without JavaScript what was typed into the contact form outlasts a question', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ javaScriptEnabled: false });
  const { page } = visitor;
  await page.goto(`${it.url}/chat/${it.agent.id}`);
  await page.locator('summary').click();
  await page.getByLabel('E-mail').fill('ada@');
  await page.locator('textarea').fill('How long does shipping take?');
  await page.locator('.composer button').click();
  await page.locator('.theirs').waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada@');
  await visitor.leaves();
});

test('with JavaScript the widget is the chat, and the form was never seen', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  // Whether it was laid out in any frame until the widget was there.
  await visitor.page.addInitScript(() => {
    globalThis.seen = false;
    const look = () => {
      globalThis.seen ||= Boolean(document.querySelector('main.chat')?.getClientRects().length);
      requestAnimationFrame(look);
    };
    look();
  });
  await visitor.page.goto(`${it.url}/chat/${it.agent.id}`, { waitUntil: 'commit' });
  await visitor.panel.waitFor();
  assert.equal(await visitor.page.evaluate(() => globalThis.seen), false);
  assert.equal(await visitor.page.title(), 'Aria');
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.deepEqual(visitor.console, []);
  await visitor.leaves();
});

test('without JavaScript it has the colours that the widget has', async () => {
  const { it } = desk;
  const colour = (locator, name) => locator.evaluate((e, property) => getComputedStyle(e)[property], name);
  for (const [primary, scheme] of [['#fde047', 'light'], ['#111111', 'dark'], ['#0f766e', 'auto']]) {
    it.run('agent', 'set', it.agent.id, `theme.primary=${primary}`, `theme.accent=${primary}`, `theme.scheme=${scheme}`);
    const seen = [];
    for (const javaScriptEnabled of [true, false]) {
      const visitor = await it.visitor({ javaScriptEnabled, colorScheme: 'light' });
      const { page } = visitor;
      await page.goto(`${it.url}/chat/${it.agent.id}`);
      const scope = javaScriptEnabled ? visitor.widget : page;
      await scope.locator('textarea').first().fill('How long does shipping take?');
      await scope.locator('textarea').first().press(javaScriptEnabled ? 'Enter' : 'Tab');
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Send' }).first().click();
      await scope.locator(javaScriptEnabled ? '.theirs.done a.cite' : '.theirs a.cite').first().waitFor();
      const bubble = scope.locator(javaScriptEnabled ? '.mine .bubble' : '.mine p').first();
      const cite = scope.locator('a.cite').first();
      seen.push([await colour(bubble, 'backgroundColor'), await colour(bubble, 'color'), await colour(cite, 'color'), await colour(cite, 'backgroundColor'),
        await colour(javaScriptEnabled ? visitor.panel : page.locator('html'), 'backgroundColor')]);
      await visitor.leaves();
    }
    assert.deepEqual(seen[1], seen[0], `${primary} ${scheme}`);
  }
  it.run('agent', 'set', it.agent.id, 'theme.primary=#111827', 'theme.accent=#10b981', 'theme.scheme=auto');
});

test('where the widget’s modules are blocked the form appears, in the same window, and answers', async () => {
  const { it } = desk;
  for (const blocked of [/\/widget\/[^/]+\/panel\.js$/, /\/widget\/widget\.js$/, /\/frontdesk-pages\/chat\.js$|\/widget\//]) {
    const visitor = await it.visitor();
    await visitor.context.route(blocked, (route) => route.abort('blockedbyclient'));
    await visitor.page.goto(`${it.url}/chat/${it.agent.id}`);
    await visitor.page.locator('main.chat textarea').fill('How long does shipping take?');
    await visitor.page.getByRole('button', { name: 'Send' }).click();
    await visitor.page.locator('.theirs').waitFor();
    assert.equal(visitor.context.pages().length, 1);
    await visitor.leaves();
  }
});

test('a widget that comes late takes along what was typed into the form meanwhile', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.clock.install();
  let go;
  const late = new Promise((arrived) => { go = arrived; });
  await visitor.context.route(/\/v1\/widget\/config/, async (route) => {
    await late;
    await route.continue();
  });
  await visitor.page.goto(`${it.url}/chat/${it.agent.id}`);
  const form = visitor.page.locator('main.chat');
  assert.equal(await form.isVisible(), false);
  await visitor.page.clock.fastForward(11_000);
  await form.locator('textarea').fill('How long does');
  await visitor.page.clock.resume();
  go();
  await visitor.panel.waitFor();
  await form.waitFor({ state: 'hidden' });
  await visitor.page.waitForFunction(() => document.querySelector('frontdesk-chat').shadowRoot.querySelector('textarea').value === 'How long does');
  await visitor.leaves();
});

test('axe finds nothing in any state of the plain page, whatever its colours', async () => {
  const { it } = desk;
  const consent = JSON.stringify({ text: 'I agree to the privacy policy', url: 'https://shop.example/privacy', version: '1' });
  const fields = JSON.stringify([{ name: 'name', label: 'Your name', type: 'text' }, { name: 'topic', label: 'Topic', type: 'select', options: ['Order'], required: true }, { name: 'news', label: 'News, please', type: 'checkbox' }]);
  for (const [primary, scheme] of [['#fde047', 'light'], ['#fde047', 'dark'], ['#111827', 'dark']]) {
    it.run('agent', 'set', it.agent.id, `theme.primary=${primary}`, `theme.accent=${primary}`, `theme.scheme=${scheme}`, `lead_form.fields=${fields}`, `lead_form.consent=${consent}`);
    // A browser with scripts, for axe; those of the page are blocked.
    const visitor = await it.visitor();
    const { page } = visitor;
    await visitor.context.route(/\/widget\/|chat\.js$/, (route) => route.abort('blockedbyclient'));
    const clean = async (state) => assert.deepEqual(await violations(page, 'html'), [], `${state}, ${primary} on ${scheme}`);
    await page.goto(`${it.url}/chat/${it.agent.id}`);
    await page.locator('summary').click();
    await clean('greeting');
    await page.locator('#ask textarea').fill('How long does shipping take?');
    await page.getByRole('button', { name: 'Send' }).first().click();
    await page.locator('.theirs').waitFor();
    await clean('answer');
    await page.locator('summary').click();
    await page.evaluate(() => document.querySelector('#ask').setAttribute('novalidate', ''));
    await page.getByLabel('Your name').fill('Ada');
    await page.locator('.contact .primary').click();
    await page.locator('small.wrong').first().waitFor();
    assert.equal(await page.locator('small.wrong').count(), 3);
    await clean('what is wrong');
    await page.getByRole('button', { name: 'Talk to a human' }).click();
    await page.getByText('Asking a colleague').waitFor();
    await clean('waiting');
    await visitor.leaves();
  }
  it.run('agent', 'set', it.agent.id, 'theme.primary=#111827', 'theme.accent=#10b981', 'theme.scheme=auto', 'lead_form.fields=[]', 'lead_form.consent=null');
});
