import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { initial, reduce } = await load('state.js');
const { events: asides } = await load('asides.js');
const run = (events, state = initial) => events.reduce((s, event) => reduce(s, event, asides), state);
const agent = { id: 'A', name: 'Aria', lead_form: { fields: [{ name: 'email', label: 'E-mail', type: 'email', required: true }] } };
const visit = { agent, branding: null, messages: [], conversation: { status: 'bot', lead_captured: false } };
const began = { type: 'visit.began', visit };
const asked = { type: 'message.asked', text: 'When?', clientId: 'c1' };
const frame = (frame, clientId = 'c1') => ({ type: 'frame.heard', clientId, frame });
const token = (token) => frame({ event: 'token', token });
const last = (state) => state.messages[state.messages.length - 1];

test('events change nothing in place', () => {
  const freeze = (o) => (typeof o === 'object' && o !== null && Object.values(o).forEach(freeze), Object.freeze(o));
  let state = freeze(structuredClone(initial));
  for (const event of [began, asked, token('a'), frame({ event: 'citations', citations: [] }), frame({ event: 'done', message_id: 'm' })]) {
    state = freeze(reduce(state, event, asides));
  }
  assert.equal(last(state).text, 'a');
});

test('what broke off before still has', () => {
  const said = (incomplete) => ({ id: 'm' + incomplete, role: 'assistant', content: 'At', citations: [], incomplete });
  const { messages } = run([{ type: 'visit.began', visit: { ...visit, messages: [said(true), said(false)] } }]);
  assert.deepEqual(messages.map(({ phase }) => phase), ['stopped', 'done']);
});

test('a turn: asked, streamed, cited, done', () => {
  const cites = [{ id: 1, url: 'https://x.example', title: 'X' }];
  const state = run([began, asked, token('At '), token('nine [1].'), frame({ event: 'citations', citations: cites }), frame({ event: 'done', message_id: 'm9', low_confidence: true })]);
  assert.equal(state.turn, null);
  assert.deepEqual(last(state), { key: 'a-c1', id: 'm9', role: 'assistant', text: 'At nine [1].', citations: cites, phase: 'done', clientId: 'c1', low: true });
});

test('a replay after a cut never shortens or doubles what is shown', () => {
  let state = run([began, asked, token('Hello '), token('wor'), { type: 'turn.repeated', clientId: 'c1' }]);
  const shown = [];
  for (const piece of ['Hel', 'lo ', 'wor', 'ld.']) shown.push(last((state = run([token(piece)], state))).text);
  assert.deepEqual(shown, ['Hello wor', 'Hello wor', 'Hello wor', 'Hello world.']);
  state = run([frame({ event: 'done', message_id: 'm' })], state);
  assert.equal(state.messages.length, 2);
  assert.equal(last(state).text, 'Hello world.');
});

test('a failed question stays, to be tried again; an answer that never began goes', () => {
  const state = run([began, asked, { type: 'turn.failed', clientId: 'c1', error: { code: 'network' } }]);
  assert.equal(state.messages.length, 1);
  assert.equal(last(state).phase, 'failed');
  const again = run([asked], state);
  assert.deepEqual(again.messages.map((m) => m.key), ['u-c1', 'a-c1']);
});

test('an error frame keeps what was said and asks for a new id', () => {
  const state = run([began, asked, token('Half'), frame({ event: 'error', code: 'answer_failed' })]);
  assert.deepEqual([last(state).text, last(state).phase, state.messages[0].error.renewId], ['Half', 'stopped', true]);
});

test('too often says when to go on', () => {
  const state = run([began, asked, { type: 'turn.failed', clientId: 'c1', error: { code: 'rate_limited', until: 99 } }]);
  assert.equal(state.notice.until, 99);
});

test('a stopped answer keeps its beginning, and late frames are not heard', () => {
  const state = run([began, asked, token('One '), { type: 'turn.stopped', clientId: 'c1' }, token('two')]);
  assert.deepEqual([last(state).text, last(state).phase, state.turn], ['One ', 'stopped', null]);
});

test('a turn that goes to a person leaves no empty bubble', () => {
  const state = run([began, asked, frame({ event: 'handoff', status: 'waiting' }), frame({ event: 'citations', citations: [] }), frame({ event: 'done', message_id: 'm' })]);
  assert.deepEqual([state.messages.length, state.handoff.status, state.unread], [1, 'waiting', 0]);
});

test('an unknown frame or event changes nothing', () => {
  const state = run([began, asked]);
  assert.equal(run([frame({ event: 'sparkle' }), { type: 'who.knows' }], state), state);
});

test('a resumed conversation is shown; the same messages do not come twice', () => {
  const messages = [{ id: 'm1', role: 'user', content: 'Hi' }, { id: 'm2', role: 'assistant', content: 'Hello', citations: [] }];
  const state = run([{ type: 'visit.began', visit: { ...visit, messages } }]);
  const more = run([{ type: 'messages.arrived', messages: [...messages, { id: 'm3', role: 'human-agent', content: 'Sam here' }], status: 'human', operator: { name: 'Sam' } }], state);
  assert.deepEqual(more.messages.map((m) => m.id), ['m1', 'm2', 'm3']);
  assert.deepEqual([more.unread, more.handoff.operator], [1, 'Sam']);
});

test('our own question coming back from the server takes its id', () => {
  const state = run([began, asked, frame({ event: 'done', message_id: 'a1' }), { type: 'messages.arrived', messages: [{ id: 'u1', role: 'user', content: 'When?' }] }]);
  assert.deepEqual(state.messages.map((m) => m.id), ['u1']);
});

test('an answer that arrives unseen is counted until the panel opens', () => {
  const state = run([began, asked, token('a'), frame({ event: 'done', message_id: 'm' })]);
  assert.equal(state.unread, 1);
  assert.equal(run([{ type: 'panel.opened' }], state).unread, 0);
});

test('the lead form comes by itself once, and again when the visitor asks', () => {
  let state = run([began, asked, frame({ event: 'lead_prompt' })]);
  assert.equal(state.lead.phase, 'open');
  state = run([{ type: 'lead.declined' }, frame({ event: 'lead_prompt' })], state);
  assert.equal(state.lead.phase, 'none');
  assert.equal(run([{ type: 'lead.asked', why: 'contact' }], state).lead.phase, 'open');
  assert.equal(run([{ type: 'lead.asked', why: 'contact' }, { type: 'lead.sending' }, { type: 'lead.sent' }, { type: 'lead.asked', why: 'rule' }], state).lead.phase, 'done');
});

test('a form before the chat opens for a new visitor only', () => {
  const first = { ...visit, agent: { ...agent, lead_form: { ...agent.lead_form, before_chat: true } } };
  assert.deepEqual([run([{ ...began, visit: first }]).lead.phase, run([{ ...began, visit: first }]).lead.before], ['open', true]);
  const known = { ...first, conversation: { status: 'bot', lead_captured: true } };
  assert.equal(run([{ ...began, visit: known }]).lead.phase, 'done');
});

test('what was typed into the form survives a failed submit', () => {
  const state = run([began, { type: 'lead.asked', why: 'page' }, { type: 'lead.typed', name: 'email', value: 'a@b' }, { type: 'lead.sending' }, { type: 'lead.failed', errors: { email: 'no' } }]);
  assert.deepEqual([state.lead.values.email, state.lead.errors.email, state.lead.phase], ['a@b', 'no', 'open']);
});

test('a teaser is not shown over an open panel', () => {
  assert.equal(run([{ type: 'panel.opened' }, { type: 'teaser.shown', teaser: { text: 'Hi' } }]).teaser, null);
});
