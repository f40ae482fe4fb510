// What stands beside the conversation, in each of its states: without findings of axe, in light and dark, readable in
// forced colours, and as pictures under tests/shots/.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent, violations } from './harness.mjs';

const desk = lent({ before, after });
const FORM = { fields: [{ name: 'name', label: 'Your name', type: 'text' }, { name: 'email', label: 'E-mail', type: 'email', required: true }], consent: { text: 'I agree to the privacy policy', url: 'https://shop.example/privacy', version: '2' } };
const CARD = { kind: 'card', on_phone: 'open', title: 'Free shipping', text: 'From 60 euros on.', buttons: [{ label: 'How long does it take?', do: 'message' }, { label: 'No, thanks', do: 'dismiss' }] };
const TEASER = { kind: 'teaser', text: 'Questions about prices?' };
const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*', 'Access-Control-Expose-Headers': 'Retry-After' };
const answers = (context, pattern, fulfil) => context.route(pattern, (route) => (route.request().method() === 'OPTIONS' ? route.continue() : route.fulfill({ headers: cors, ...fulfil() })));
const away = (status, operator) => () => ({ json: { data: { messages: [], status, operator, operator_typing: false } } });

/** How each state comes about; what must be there then. */
const STATES = {
  teaser: { rules: [TEASER], async reach() {}, shows: '.teaser' },
  card: { rules: [CARD], async reach() {}, shows: '.card' },
  waiting: { async reach({ page, context }) {
    await answers(context, /\/conversation\/messages/, away('waiting', null));
    await page.evaluate(() => FrontDesk.handoff());
  }, shows: '.notice .spin' },
  human: { async reach({ page, context }) {
    await answers(context, /\/conversation\/messages/, away('human', { name: 'Sam' }));
    await page.evaluate(() => FrontDesk.handoff());
  }, shows: '.notice:has-text("Sam is here")' },
  away: { async reach({ page, context }) {
    await answers(context, /\/conversation\/messages/, away('offline', null));
    await page.evaluate(() => FrontDesk.handoff());
  }, shows: '.notice .link' },
  limit: { async reach(visitor) {
    await answers(visitor.context, /\/messages\/stream$/, () => ({ status: 429, headers: { ...cors, 'Retry-After': '600' }, json: { error: { code: 'rate_limited', message: '' } } }));
    await visitor.opens();
    await visitor.asks('How long does shipping take?');
  }, shows: '.notice.danger' },
  'used up': { async reach(visitor) {
    await answers(visitor.context, /\/messages\/stream$/, () => ({ status: 429, headers: { ...cors, 'Retry-After': '600' }, json: { error: { code: 'conversation_budget_exceeded', message: '' } } }));
    await visitor.opens();
    await visitor.asks('How long does shipping take?');
  }, shows: '.notice.danger .link' },
  offline: { async reach(visitor) {
    await visitor.opens();
    await visitor.page.waitForFunction(() => performance.getEntriesByType('resource').some((e) => e.name.endsWith('/tabs.js')));
    await visitor.context.setOffline(true);
  }, shows: '.notice' },
  'form with an error': { async reach({ page, widget }) {
    await page.evaluate(() => FrontDesk.lead());
    await widget.getByLabel('E-mail').fill('ada@');
    await widget.locator('.card .primary').click();
  }, shows: '.field small' },
  'form that failed': { async reach({ page, widget, context }) {
    await answers(context, /\/leads$/, () => ({ status: 503, json: { error: { code: 'unavailable', message: '' } } }));
    await page.evaluate(() => FrontDesk.lead());
    await widget.getByLabel('E-mail').fill('ada@shop.example');
    await widget.getByRole('checkbox').check();
    await widget.locator('.card .primary').click();
  }, shows: '.card [role=alert]' },
};
const changes = (rules) => (data) => {
  data.agent.lead_form = FORM;
  data.behavior_rules = (rules ?? []).map((action, i) => ({ id: 'r' + i, conditions: [], actions: [action] }));
};
const LOOKS = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, forced: { colorScheme: 'dark', forcedColors: 'active' } };

for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe finds nothing beside the conversation, ${look}`, async () => {
    const { it } = desk;
    for (const [state, { rules, reach, shows }] of Object.entries(STATES)) {
      const visitor = await it.visitor({ ...options, changes: changes(rules) });
      await visitor.page.goto(it.page('/state'));
      await visitor.launcher.waitFor();
      await reach(visitor);
      await visitor.widget.locator(shows).first().waitFor();
      await visitor.widget.locator('.panel, .teaser').first().evaluate((e) => Promise.allSettled(e.getAnimations({ subtree: true }).filter((a) => a.effect.getTiming().iterations === 1).map((a) => a.finished)));
      await visitor.shot(`state-${look}-${state.replaceAll(' ', '-')}`);
      assert.deepEqual(await violations(visitor.page), [], state);
      await visitor.leaves();
    }
  });
}

for (const [name, options] of Object.entries({
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  arabic: { lang: 'ar' },
})) {
  test(`the same states, ${name}, as pictures`, async () => {
    const { it } = desk;
    const { lang = 'en', ...context } = options;
    for (const state of ['teaser', 'card', 'waiting', 'away', 'limit', 'offline']) {
      const { rules, reach, shows } = STATES[state];
      const visitor = await it.visitor({ ...context, changes: changes(rules) });
      await visitor.page.goto(it.page('/state', { lang }));
      await visitor.launcher.waitFor();
      await reach(visitor);
      await visitor.widget.locator(shows).first().waitFor();
      const { sideways } = await visitor.page.evaluate(() => ({ sideways: document.documentElement.scrollWidth > innerWidth }));
      assert.equal(sideways, false, state);
      await visitor.shot(`state-${name}-${state}`);
      await visitor.leaves();
    }
  });
}

test('in forced colours every control has an edge, and what moves can be seen', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ forcedColors: 'active', colorScheme: 'dark', changes: changes() });
  await visitor.page.goto(it.page('/forced'));
  const edged = (locator) => locator.evaluate((e) => ['borderTopWidth', 'outlineWidth'].some((side) => parseFloat(getComputedStyle(e)[side]) > 0));
  assert.ok(await edged(visitor.launcher));
  // Held back, so that the dots can be looked at.
  let pass;
  const held = new Promise((go) => { pass = go; });
  await visitor.context.route(/\/messages\/stream$/, async (route) => (await held, route.continue()));
  await visitor.opens();
  await visitor.asks('How many days do I have to return an item?');
  const dot = visitor.widget.locator('.dots i').first();
  await dot.waitFor();
  const [colour, ground] = await dot.evaluate((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e.closest('.panel')).backgroundColor]);
  assert.notEqual(colour, ground);
  pass();
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  for (const name of ['.panel', '.bubble', '.go', '.composer', '.sources a']) assert.ok(await edged(visitor.widget.locator(name).first()), name);
  await visitor.shot('forced-answer');
  await visitor.leaves();
});
