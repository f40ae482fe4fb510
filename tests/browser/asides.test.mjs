import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';

const desk = lent({ before, after });
const FORM = {
  fields: [{ name: 'name', label: 'Your name', type: 'text' }, { name: 'email', label: 'E-mail', type: 'email', required: true }, { name: 'topic', label: 'Topic', type: 'select', options: ['Order', 'Return'] }],
  consent: { text: 'I agree to the privacy policy', url: 'https://shop.example/privacy', version: '2' },
};
const ruled = (...rules) => ({ changes: (data) => { data.behavior_rules = rules; data.agent.lead_form = FORM; } });
/** The bodies of the POSTs to a path. */
const posted = (visitor, path) => {
  const bodies = [];
  visitor.page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith(path)) bodies.push(request.postDataJSON()); });
  return bodies;
};

test('the lead form: what is wrong is said, what was typed survives a reload, and it is not asked twice', async () => {
  const { it } = desk;
  const visitor = await it.visitor(ruled());
  const leads = posted(visitor, '/leads');
  await visitor.page.goto(it.page('/'));
  await visitor.page.evaluate(() => FrontDesk.lead());
  await visitor.widget.getByLabel('Your name').fill('Ada');
  await visitor.widget.getByLabel('E-mail').fill('ada@');
  await visitor.widget.locator('.card .primary').click();
  await visitor.widget.getByText('does not look like').waitFor();
  await visitor.shot('form-errors');
  await visitor.page.waitForFunction(() => document.querySelector('frontdesk-chat').shadowRoot.activeElement?.name === 'email');
  await visitor.page.reload();
  await visitor.panel.waitFor();
  await visitor.page.evaluate(() => FrontDesk.lead());
  assert.equal(await visitor.widget.getByLabel('Your name').inputValue(), 'Ada');
  await visitor.widget.getByLabel('E-mail').fill('ada@shop.example');
  await visitor.widget.getByLabel('Topic').selectOption('Return');
  await visitor.widget.getByRole('checkbox').check();
  await visitor.widget.locator('.card .primary').click();
  await visitor.widget.getByText('Thank you!').waitFor();
  assert.deepEqual(leads, [{ email: 'ada@shop.example', name: 'Ada', fields: { topic: 'Return', consent_text: 'I agree to the privacy policy', consent_version: '2' } }]);
  await visitor.page.evaluate(() => FrontDesk.lead());
  assert.equal(await visitor.widget.locator('.card').count(), 0);
  await visitor.leaves();
});

test('a form longer than the panel is read from its beginning; what is wrong is gone to, and stays in view', async () => {
  const { it } = desk;
  const fields = [...FORM.fields, ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ name, label: 'Field ' + name, type: 'text', required: name === 'b' }))];
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.lead_form = { ...FORM, fields }; } });
  await visitor.opens(it.page('/long'));
  await visitor.page.evaluate(() => FrontDesk.lead());
  await visitor.widget.getByText('How can we reach you?').waitFor();
  const seen = (label) => visitor.page.waitForFunction((id) => {
    const { shadowRoot } = document.querySelector('frontdesk-chat');
    const [inside, around] = [shadowRoot.getElementById(id), shadowRoot.querySelector('.thread')].map((e) => e.getBoundingClientRect());
    return inside.top >= around.top && inside.bottom <= around.bottom;
  }, label);
  await seen('lead-title');
  await visitor.widget.getByLabel('E-mail').fill('ada@shop.example');
  await visitor.widget.getByRole('checkbox').check();
  await visitor.widget.locator('.card .primary').click();
  await visitor.page.waitForFunction(() => document.querySelector('frontdesk-chat').shadowRoot.activeElement?.name === 'b');
  await seen('lead-b');
  await visitor.widget.getByLabel('Field g').pressSequentially('long');
  await seen('lead-g');
  await visitor.leaves();
});

test('what the visitor calls for under a long answer is gone to: the form, and the word that somebody is asked for', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ ...ruled(), viewport: { width: 320, height: 480 }, hasTouch: true, isMobile: true });
  await visitor.opens(it.page('/called'));
  await visitor.asks('How many days do I have to return an item?');
  await visitor.answered();
  await visitor.widget.locator('.tools').waitFor();
  const seen = (selector) => visitor.page.waitForFunction((what) => {
    const { shadowRoot } = document.querySelector('frontdesk-chat');
    const [inside, around] = [what, '.thread'].map((one) => shadowRoot.querySelector(one)?.getBoundingClientRect());
    return inside && inside.top >= around.top && inside.bottom <= around.bottom;
  }, selector);
  await visitor.page.evaluate(() => FrontDesk.lead());
  await seen('#lead-title');
  await visitor.widget.getByRole('button', { name: 'Not now' }).click();
  await visitor.page.evaluate(() => { document.querySelector('frontdesk-chat').shadowRoot.querySelector('.thread').scrollTop = 0; });
  await visitor.widget.getByRole('button', { name: 'More options' }).click();
  await visitor.widget.getByRole('button', { name: 'Talk to a human' }).click();
  await seen('.notice');
  await visitor.leaves();
});

test('a form before the chat comes before the chat', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.lead_form = { fields: [{ name: 'email', label: 'E-mail', type: 'email', required: true }], before_chat: true }; } });
  await visitor.opens(it.page('/'));
  await visitor.widget.getByLabel('E-mail').waitFor();
  assert.equal(await visitor.input.count(), 0);
  await visitor.shot('form-before-chat');
  await visitor.widget.getByLabel('E-mail').fill('ada@shop.example');
  await visitor.widget.locator('.card .primary').click();
  await visitor.input.waitFor();
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  await visitor.leaves();
});

test('a rule shows a teaser; sent away, it stays away', async () => {
  const { it } = desk;
  const visitor = await it.visitor(ruled({ id: 'r1', name: 'pricing', conditions: [{ kind: 'url', patterns: ['/pricing*'] }], actions: [{ kind: 'teaser', text: 'Questions about prices?' }] }));
  const events = posted(visitor, '/events');
  await visitor.page.goto(it.page('/pricing'));
  await visitor.widget.locator('.teaser').waitFor();
  assert.equal(await visitor.widget.locator('.badge').getAttribute('data-count'), '1');
  assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Chat (1)');
  await visitor.shot('teaser');
  await visitor.widget.getByRole('button', { name: 'Dismiss' }).click();
  await visitor.page.waitForRequest((request) => request.url().endsWith('/events')).catch(() => {});
  assert.ok(events.flatMap((e) => e.events).some((e) => e.event === 'rule.fired' && e.rule_id === 'r1'));
  await visitor.page.reload();
  await visitor.launcher.waitFor();
  await visitor.page.evaluate(() => new Promise((go) => requestIdleCallback(go)));
  assert.equal(await visitor.widget.locator('.teaser').count(), 0);
  await visitor.leaves();
});

test('a card with two buttons; one asks a question', async () => {
  const { it } = desk;
  const card = { kind: 'card', title: 'Free shipping', text: 'From 60 euros on.', buttons: [{ label: 'How long does it take?', do: 'message', text: 'How long does shipping take?' }, { label: 'No, thanks', do: 'dismiss' }] };
  const visitor = await it.visitor(ruled({ id: 'r2', conditions: [], actions: [card], cap: 1 }));
  await visitor.page.goto(it.page('/card'));
  await visitor.widget.getByText('Free shipping').waitFor();
  await visitor.shot('card');
  await visitor.widget.getByRole('button', { name: 'How long does it take?' }).click();
  await visitor.answered();
  assert.equal(await visitor.questions.first().innerText(), 'How long does shipping take?');
  await visitor.leaves();
});

test('a rule on a question’s words gives a curated answer', async () => {
  const { it } = desk;
  const visitor = await it.visitor(ruled({ id: 'r3', conditions: [{ kind: 'question', words: ['shipping'] }], actions: [{ kind: 'answer', text: 'Today **everything** ships for free.' }] }));
  await visitor.opens(it.page('/words'));
  await visitor.asks('How long does shipping take?');
  await visitor.widget.getByText('everything').waitFor();
  await visitor.leaves();
});

test('data-debug explains why a rule did not fire', async () => {
  const { it } = desk;
  const visitor = await it.visitor(ruled({ id: 'r4', name: 'late', conditions: [{ kind: 'time_on_page', seconds: 9999 }], actions: [{ kind: 'open' }] }));
  const said = visitor.page.waitForEvent('console', (m) => m.text().includes('rule late: condition time_on_page does not hold'));
  await visitor.page.goto(it.page('/debug', { attributes: 'data-debug' }));
  await said;
  await visitor.leaves();
});

test('a person is asked for and answers (by polling)', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  let joined = false;
  const json = (route, data) => route.fulfill({ headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }, json: { data } });
  await visitor.context.route(/\/request-human$/, (route) => (route.request().method() === 'OPTIONS' ? route.continue() : json(route, { status: 'waiting', timeout_seconds: 120 })));
  await visitor.context.route(/\/conversation\/messages/, (route) => {
    if (route.request().method() === 'OPTIONS') return route.continue();
    const messages = joined ? [] : [{ id: 'H1', role: 'human-agent', content: 'Sam here, how can I help?', citations: [] }];
    joined = true;
    return json(route, { messages, status: 'human', operator: { name: 'Sam' }, operator_typing: false });
  });
  await visitor.opens(it.page('/'));
  await visitor.widget.getByRole('button', { name: 'More options' }).click();
  await visitor.widget.getByRole('button', { name: 'Talk to a human' }).click();
  await visitor.widget.getByText('Asking a colleague').waitFor();
  await visitor.shot('waiting');
  await visitor.answers.getByText('Sam here').waitFor();
  await visitor.widget.getByText('Sam is here').waitFor();
  await visitor.shot('human');
  await visitor.leaves();
});

test('clear, feedback and a new conversation reach the server', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/'));
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  const rated = visitor.page.waitForResponse((r) => r.url().endsWith('/feedback') && r.request().method() === 'POST');
  await visitor.widget.getByRole('button', { name: 'Not helpful' }).click();
  assert.equal((await rated).status(), 200);
  await visitor.widget.getByRole('button', { name: 'More options' }).click();
  await visitor.widget.getByRole('button', { name: 'Clear conversation' }).click();
  await visitor.questions.first().waitFor({ state: 'detached' });
  await visitor.page.reload();
  await visitor.widget.locator('.greeting').waitFor();
  assert.equal(await visitor.questions.count(), 0);
  await visitor.leaves();
});

test('a spoken question lands in the input, to be read before it is sent', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.page.addInitScript(() => {
    // Stands for the browser's recognition, which needs a microphone.
    window.SpeechRecognition = window.webkitSpeechRecognition = class {
      start() { globalThis.heard = this; }
      stop() { this.onend(); }
    };
  });
  await visitor.opens(it.page('/voice'));
  await visitor.widget.getByRole('button', { name: 'Speak your question' }).click();
  await visitor.page.waitForFunction(() => globalThis.heard);
  await visitor.page.evaluate(() => globalThis.heard.onresult({ results: [[{ transcript: 'How long does ' }], [{ transcript: 'shipping take' }]] }));
  await visitor.page.waitForFunction(() => document.querySelector('frontdesk-chat').shadowRoot.querySelector('textarea').value === 'How long does shipping take');
  await visitor.widget.getByRole('button', { name: 'Speak your question', pressed: true }).click();
  await visitor.widget.getByRole('button', { name: 'Speak your question', pressed: false }).waitFor();
  assert.equal(await visitor.questions.count(), 0);
  await visitor.leaves();
});

test('nobody comes: it is said, the assistant goes on, and with the next question it is over', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  const json = (route, data) => route.fulfill({ headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }, json: { data } });
  await visitor.context.route(/\/conversation\/messages/, (route) => (route.request().method() === 'OPTIONS' ? route.continue()
    : json(route, { messages: [], status: 'offline', operator: null, operator_typing: false })));
  // The server never hears of it: there it would go on for two minutes.
  await visitor.context.route(/\/request-human$/, (route) => (route.request().method() === 'OPTIONS' ? route.continue()
    : json(route, { status: 'waiting', timeout_seconds: 120 })));
  await visitor.opens(it.page('/nobody'));
  await visitor.page.evaluate(() => {
    globalThis.said = [];
    FrontDesk.on('handoff', ({ status }) => globalThis.said.push(status));
    return FrontDesk.handoff();
  });
  await visitor.widget.getByText('Nobody is available').waitFor();
  await visitor.shot('away');
  await visitor.asks('How long does shipping take?');
  await visitor.answered();
  assert.equal(await visitor.widget.getByText('Nobody is available').count(), 0);
  assert.deepEqual(await visitor.page.evaluate(() => globalThis.said), ['waiting', 'offline', 'bot']);
  await visitor.leaves();
});

test('while a person is awaited, what is asked waits for them: no answer, no empty bubble', async () => {
  const { it } = desk;
  const visitor = await it.visitor();
  await visitor.opens(it.page('/awaited'));
  await visitor.page.evaluate(() => {
    globalThis.heard = 0;
    FrontDesk.on('message:received', () => { globalThis.heard += 1; });
    return FrontDesk.handoff();
  });
  await visitor.widget.getByText('Asking a colleague to join').waitFor();
  await visitor.asks('How long does shipping take?');
  await visitor.questions.first().waitFor();
  await visitor.widget.locator('.theirs').waitFor({ state: 'detached' });
  await visitor.widget.getByText('Asking a colleague to join').waitFor();
  assert.equal(await visitor.widget.locator('.theirs').count(), 0);
  assert.equal(await visitor.page.evaluate(() => globalThis.heard), 0);
  await visitor.leaves();
});

test('a card comes with the answer that its rule is on', async () => {
  const { it } = desk;
  const agent = it.run('agent', 'create', '--name', 'Ruled', '--origin', it.host.origin, '--publish');
  const given = it.run('curated', 'add', '--agent', agent.id, '--words', 'holidays', '--answer', 'In August.');
  const buttons = [{ label: 'Please do', do: 'lead' }, { label: 'No, thanks', do: 'dismiss' }];
  const rule = { id: 'holidays', conditions: [{ kind: 'answer', curated: given.id }], actions: [{ kind: 'card', title: 'Closed', text: 'Shall we remind you?', buttons }] };
  it.run('agent', 'set', agent.id, 'behavior_rules=' + JSON.stringify([rule]));
  const visitor = await it.visitor();
  const events = posted(visitor, '/events');
  await visitor.opens(it.page('/ruled', { script: it.tag('', agent.id) }));
  await visitor.asks('When are your holidays?');
  await visitor.answered();
  await visitor.widget.getByText('Shall we remind you?').waitFor();
  const told = visitor.page.waitForRequest((request) => request.url().endsWith('/events') && request.postData()?.includes('cta.dismissed'));
  await visitor.widget.getByRole('button', { name: 'No, thanks' }).click();
  await told;
  assert.equal(await visitor.widget.getByText('Shall we remind you?').count(), 0);
  const dismissed = events.flatMap((body) => body.events ?? [body]).find((event) => event.event === 'cta.dismissed');
  assert.equal(dismissed.rule_id, 'holidays');
  await visitor.leaves();
});
