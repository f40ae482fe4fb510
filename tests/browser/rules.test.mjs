// Behaviour rules as the real binary stores them and a real browser meets them: each trigger before and after it holds,
// each action, and what keeps a rule from being a nuisance.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TABLET = { viewport: { width: 820, height: 1180 }, screen: { width: 820, height: 1180 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TEASER = { kind: 'teaser', text: 'Can we help?' };
const FORM = 'lead_form.fields=[{"name": "email", "label": "E-mail", "type": "email", "required": true}]';

/** An agent with these rules, and a page that holds its tag. */
const ruled = (rules, { path = '/', attributes = 'data-debug', ...page } = {}) => {
  const { it } = desk;
  const agent = it.run('agent', 'create', '--name', 'Aria', '--origin', it.host.origin, '--publish');
  it.run('agent', 'set', agent.id, `behavior_rules=${JSON.stringify(rules)}`, FORM);
  return { agent, address: it.page(path, { ...page, script: it.tag(attributes, agent.id) }) };
};
const rule = (conditions, actions = [TEASER], more = {}) => ({ id: 'r', name: 'it', conditions, actions, ...more });
/** Waits for a line of the console that comes from now on, or came already. */
const says = async (visitor, text) => {
  while (!visitor.console.some((line) => line.includes(text))) await visitor.page.waitForEvent('console');
};
const FIRED = '[FrontDesk] rule:matched';
const teaser = (visitor) => visitor.widget.locator('.teaser');

const long = '<div style="height: 4000px">A long page</div>';
const ask = async (visitor) => {
  await visitor.opens();
  await visitor.asks('What about a refund?');
};
/** Each trigger: what makes it hold. Before that it must not. */
const triggers = [
  [{ kind: 'url', patterns: ['/pricing*'] }, ({ page }) => page.evaluate(() => history.pushState({}, '', '/pricing/pro'))],
  [{ kind: 'time_on_page', seconds: 20 }, ({ page }) => page.clock.fastForward(21_000)],
  [{ kind: 'active_time', seconds: 6 }, async ({ page }) => {
    for (let i = 0; i < 8; i += 1) {
      await page.mouse.move(100 + i, 100);
      await page.clock.runFor(1000);
    }
  }],
  [{ kind: 'idle', seconds: 30 }, ({ page }) => page.clock.fastForward(31_000)],
  [{ kind: 'scroll_depth', percent: 60 }, ({ page }) => page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight)), { body: long }],
  [{ kind: 'exit_intent' }, async ({ page }) => {
    // Out through the side is no leaving.
    for (const [x, y] of [[300, 300], [-5, 300], [300, 300]]) await page.mouse.move(x, y);
    await page.clock.runFor(1000);
    assert.equal(await page.locator('frontdesk-chat .teaser').count(), 0);
    await page.mouse.move(300, -5);
  }],
  [{ kind: 'message_count', min: 1 }, ask],
  [{ kind: 'question', words: ['Refund'] }, ask],
  [{ kind: 'any', of: [{ kind: 'question', words: ['Refund'] }, { kind: 'message_count', min: 9 }] }, ask],
  [{ kind: 'device', is: 'desktop', not: true }, null, {}, PHONE],
  [{ kind: 'device', is: 'phone' }, null, {}, PHONE],
  [{ kind: 'device', is: 'tablet' }, null, {}, TABLET],
  [{ kind: 'device', is: 'tablet', not: true }, null, {}, PHONE, TABLET],
  [{ kind: 'language', in: ['de'] }, null, { attributes: 'data-debug data-locale="de-AT"' }],
  [{ kind: 'referrer', contains: 'search.example' }, ({ page }, address) => page.goto(address, { referer: 'https://search.example/?q=tents' })],
  [{ kind: 'utm', name: 'campaign', value: 'spring-*' }, ({ page }, address) => page.goto(address + '?utm_campaign=Spring-24')],
  [{ kind: 'visit_count', min: 2 }, async ({ page }, address) => {
    await page.clock.fastForward(31 * 60_000);
    await page.goto('about:blank');
    await page.clock.fastForward(31 * 60_000);
    await page.goto(address);
  }],
  [{ kind: 'schedule', days: [3], from: '09:00', to: '17:30', timezone: 'Europe/Berlin' }, ({ page }) => page.clock.fastForward(60 * 60_000)],
];
for (const [condition, happens, page, device, others = {}] of triggers) {
  test(`${JSON.stringify(condition)} fires when it holds, and not before`, async () => {
    const { it } = desk;
    // A Wednesday, 8:30 in Berlin.
    const time = new Date('2026-05-06T06:30:00Z');
    const { address } = ruled([rule([condition])], page);
    const plain = await it.visitor();
    const visitor = device ? await it.visitor(device) : plain;
    await visitor.page.clock.install({ time });
    if (!happens) {
      // What the visitor is cannot change: another one is not met.
      const other = await it.visitor(others);
      await other.page.goto(it.page('/other', { script: it.host.pages.get('/').html.match(/<script.*<\/script>/)[0].replace(/data-locale="[^"]*"/, '') }));
      await says(other, `rule it: condition ${condition.kind} does not hold`);
      await other.leaves();
      await visitor.page.goto(address);
    } else {
      await visitor.page.goto(address);
      await says(visitor, `rule it: condition ${condition.kind} does not hold`);
      assert.ok(!visitor.console.some((line) => line.startsWith(FIRED)), 'not yet');
      await happens(visitor, address);
      await visitor.page.clock.runFor(1000);
    }
    await says(visitor, FIRED);
    if (visitor !== plain) await plain.leaves();
    await visitor.leaves();
  });
}

test('what fired is stored with its rule', async () => {
  const { it } = desk;
  const { address } = ruled([rule([])]);
  const visitor = await it.visitor();
  const stored = visitor.page.waitForResponse((response) => response.url().endsWith('/events') && response.request().method() === 'POST');
  await visitor.page.goto(address);
  await teaser(visitor).waitFor();
  const response = await stored;
  assert.equal(response.status(), 202);
  assert.ok(response.request().postDataJSON().events.some(({ event, rule_id: id }) => event === 'rule.fired' && id === 'r'));
  await visitor.leaves();
});

test('the highest priority goes first, each once in a page view; an anchor makes none, another page does', async () => {
  const { it } = desk;
  const said = (id, priority) => ({ id, name: id, priority, conditions: [], actions: [{ kind: 'teaser', text: id }] });
  const { address } = ruled([said('low', 1), said('high', 9)]);
  const visitor = await it.visitor();
  await visitor.page.clock.install();
  await visitor.page.goto(address);
  await teaser(visitor).getByText('high').waitFor();
  await visitor.page.clock.runFor(1100);
  await teaser(visitor).getByText('low').waitFor();
  await visitor.page.evaluate(() => { location.hash = 'prices'; });
  await visitor.page.clock.runFor(2100);
  const fired = () => visitor.console.filter((line) => line.startsWith(FIRED)).length;
  assert.equal(fired(), 2);
  await visitor.page.evaluate(() => history.pushState({}, '', '/next'));
  await visitor.page.clock.runFor(1100);
  await teaser(visitor).getByText('high').waitFor();
  assert.equal(fired(), 3);
  await visitor.leaves();
});

test('a cap and a cool-down outlast the page', async () => {
  const { it } = desk;
  const { address } = ruled([rule([], [TEASER], { cap: 2, cooldown_s: 3600 })]);
  const visitor = await it.visitor();
  await visitor.page.clock.install({ time: new Date('2026-05-06T06:30:00Z') });
  await visitor.page.goto(address);
  await teaser(visitor).waitFor();
  await visitor.page.reload();
  await says(visitor, 'rule it: it cools down');
  await visitor.page.clock.fastForward(3601_000);
  await visitor.page.clock.runFor(1100);
  await teaser(visitor).waitFor();
  await visitor.page.clock.fastForward(3601_000);
  await visitor.page.reload();
  await says(visitor, 'rule it: its cap is reached');
  await visitor.leaves();
});

test('closed stays closed for this visit, also where no rule counts visits; the next one begins anew', async () => {
  const { it } = desk;
  const { address } = ruled([rule([])]);
  const visitor = await it.visitor();
  await visitor.page.clock.install({ time: new Date('2026-05-06T06:30:00Z') });
  await visitor.page.goto(address);
  await teaser(visitor).waitFor();
  await visitor.page.clock.fastForward(40 * 60_000);
  await visitor.widget.getByRole('button', { name: 'Dismiss' }).click();
  for (let i = 0; i < 2; i += 1) {
    visitor.console.length = 0;
    await visitor.page.reload();
    await says(visitor, 'rule it: the visitor closed the chat');
  }
  await visitor.page.goto('about:blank');
  await visitor.page.clock.fastForward(31 * 60_000);
  await visitor.page.goto(address);
  await teaser(visitor).waitFor();
  await visitor.leaves();
});

test('a rule opens the chat beside the page, and leaves the focus where it is', async () => {
  const { it } = desk;
  const { address } = ruled([rule([], [{ kind: 'open' }])], { body: '<input id="search" autofocus>' });
  const visitor = await it.visitor();
  await visitor.page.goto(address);
  await visitor.panel.waitFor();
  assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'search');
  await visitor.leaves();
});

const CARD = { kind: 'card', title: 'Free shipping', text: 'From 60 euros on.', buttons: [{ label: 'Show me', do: 'link', url: '/shipping' }, { label: 'A person, please', do: 'human' }] };
for (const [action, text, then] of [
  [{ kind: 'open' }, 'Hi! How can we help?', (visitor) => visitor.widget.locator('.greeting').waitFor()],
  [CARD, 'Free shipping', (visitor) => visitor.widget.locator('.card').getByText('From 60 euros on.').waitFor()],
  [{ kind: 'lead_form', text: 'Shall we call you?' }, 'Shall we call you?', (visitor) => visitor.widget.getByLabel('E-mail').waitFor()],
]) {
  test(`on a phone a ${action.kind} waits behind a teaser instead of covering the page`, async () => {
    const { it } = desk;
    const { address } = ruled([rule([], [action])]);
    const visitor = await it.visitor(PHONE);
    const events = [];
    visitor.page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/events')) events.push(...request.postDataJSON().events.map(({ event }) => event)); });
    await visitor.page.goto(address);
    await teaser(visitor).getByText(text).waitFor();
    await says(visitor, `rule it: on a phone its ${action.kind} waits behind a teaser`);
    assert.equal(await visitor.panel.isVisible(), false);
    assert.equal(await visitor.widget.locator('.badge').getAttribute('data-count'), '1');
    assert.ok(!events.some((event) => /cta.shown|lead.shown/.test(event)), 'what nobody has seen was not shown');
    await visitor.shot(`phone-rule-${action.kind}`);
    await teaser(visitor).getByText(text).click();
    await visitor.panel.waitFor();
    await then(visitor);
    await visitor.leaves();
  });
}

test('on a phone the owner may have it open all the same', async () => {
  const { it } = desk;
  const { address } = ruled([rule([], [{ kind: 'open', on_phone: 'open' }])]);
  const visitor = await it.visitor(PHONE);
  await visitor.page.goto(address);
  await visitor.panel.waitFor();
  await visitor.leaves();
});

test('on a phone a rule’s own teaser stands for what it opens', async () => {
  const { it } = desk;
  const { address } = ruled([rule([], [TEASER, { kind: 'open' }])]);
  const visitor = await it.visitor(PHONE);
  await visitor.page.goto(address);
  await says(visitor, 'on a phone its open waits behind a teaser');
  await teaser(visitor).getByText('Can we help?').waitFor();
  await visitor.leaves();
});

test('each kind of a card’s button does what it says', async () => {
  const { it } = desk;
  const buttons = {
    link: [{ label: 'Go', do: 'link', url: '/shipping' }, async (visitor) => {
      const [opened] = await Promise.all([visitor.context.waitForEvent('page'), visitor.widget.getByRole('button', { name: 'Go' }).click()]);
      assert.equal(new URL(opened.url()).pathname, '/shipping');
    }],
    message: [{ label: 'Go', do: 'message', text: 'How long does shipping take?' }, (visitor) => visitor.answered()],
    lead: [{ label: 'Go', do: 'lead' }, (visitor) => visitor.widget.getByLabel('E-mail').waitFor()],
    human: [{ label: 'Go', do: 'human' }, (visitor) => visitor.widget.getByText('Asking a colleague').waitFor()],
    dismiss: [{ label: 'Go', do: 'dismiss' }, () => {}],
  };
  it.page('/shipping');
  for (const [kind, [button, happens]] of Object.entries(buttons)) {
    const { address } = ruled([rule([], [{ ...CARD, buttons: [button] }])]);
    const visitor = await it.visitor();
    const told = [];
    visitor.page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/events')) told.push(...request.postDataJSON().events); });
    await visitor.page.goto(address);
    await visitor.widget.locator('.card').waitFor();
    if (kind !== 'link') await visitor.widget.getByRole('button', { name: 'Go' }).click();
    await happens(visitor);
    await visitor.widget.getByText('Free shipping').waitFor({ state: 'detached' });
    const name = kind === 'dismiss' ? 'cta.dismissed' : 'cta.click';
    while (!told.some(({ event, rule_id: id }) => event === name && id === 'r')) await visitor.page.waitForRequest(/\/events$/);
    assert.ok(told.some(({ event, rule_id: id }) => event === 'cta.shown' && id === 'r'));
    await visitor.leaves();
  }
});

test('a rule asks for contact details', async () => {
  const { it } = desk;
  const { address } = ruled([rule([], [{ kind: 'lead_form' }])]);
  const visitor = await it.visitor();
  await visitor.page.goto(address);
  await visitor.widget.getByLabel('E-mail').fill('ada@shop.example');
  await visitor.widget.locator('.card .primary').click();
  await visitor.widget.getByText('Thank you!').waitFor();
  await visitor.leaves();
});

test('the field that we add ourselves is named in the visitor’s language', async () => {
  const { it } = desk;
  const { agent, address } = ruled([rule([], [{ kind: 'lead_form' }])], { attributes: 'data-locale="ja"' });
  it.run('agent', 'set', agent.id, 'lead_form.fields=[{"name": "name", "label": "Name", "type": "text"}]');
  const visitor = await it.visitor();
  await visitor.page.goto(address);
  await visitor.widget.getByLabel('メールアドレス').waitFor();
  await visitor.leaves();
});

test('a rule gives the curated answer that the owner wrote, by its id', async () => {
  const { it } = desk;
  const agent = it.run('agent', 'create', '--name', 'Aria', '--origin', it.host.origin, '--publish');
  const { id } = it.run('curated', 'add', '--agent', agent.id, '--words', 'refund', '--answer', 'Refunds take **three** days.', '--link', 'https://shop.example/refunds');
  it.run('agent', 'set', agent.id, `behavior_rules=${JSON.stringify([rule([{ kind: 'url', patterns: ['/refunds'] }], [{ kind: 'answer', curated: id }])])}`);
  const visitor = await it.visitor();
  await visitor.page.goto(it.page('/refunds', { script: it.tag('', agent.id) }));
  await visitor.widget.locator('.badge[data-count="1"]').waitFor();
  await visitor.opens();
  await visitor.widget.locator('.prose strong', { hasText: 'three' }).waitFor();
  await visitor.leaves();
});
