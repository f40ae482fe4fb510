import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { due, glob, holds, refusal } = await load('rules.js');
const facts = {
  url: 'https://shop.example/pricing/pro?utm_campaign=Spring-24', seconds: 30, activeSeconds: 12, idleSeconds: 3, scrollPercent: 55, exit: false,
  messages: 2, visits: 3, question: 'Can I get a Refund?', referrer: 'https://www.google.com/search', device: 'desktop', language: 'de-AT',
  now: new Date('2026-05-06T10:30:00Z'), closed: false, history: {},
};

const table = [
  [{ kind: 'url', patterns: ['/pricing*'] }, true],
  [{ kind: 'url', patterns: ['/pricing'] }, false],
  [{ kind: 'url', patterns: ['https://*.example/pricing/*'] }, true],
  [{ kind: 'url', patterns: ['/cart', '*utm_campaign=*'] }, true],
  [{ kind: 'time_on_page', seconds: 30 }, true],
  [{ kind: 'active_time', seconds: 20 }, false],
  [{ kind: 'idle', seconds: 2 }, true],
  [{ kind: 'scroll_depth', percent: 60 }, false],
  [{ kind: 'exit_intent' }, false],
  [{ kind: 'message_count', min: 2 }, true],
  [{ kind: 'message_count', max: 1 }, false],
  [{ kind: 'visit_count', min: 2, max: 3 }, true],
  [{ kind: 'question', words: ['refund'] }, true],
  [{ kind: 'referrer', contains: 'Google.' }, true],
  [{ kind: 'utm', name: 'campaign', value: 'spring-*' }, true],
  [{ kind: 'utm', name: 'source' }, false],
  [{ kind: 'device', is: 'desktop' }, true],
  [{ kind: 'language', in: ['fr', 'de'] }, true],
  [{ kind: 'language', in: ['d'] }, false],
  [{ kind: 'schedule', days: [3], from: '12:00', to: '13:00', timezone: 'Europe/Berlin' }, true],
  [{ kind: 'schedule', days: [1, 2], timezone: 'UTC' }, false],
  [{ kind: 'schedule', from: '22:00', to: '11:00', timezone: 'UTC' }, true],
  [{ kind: 'any', of: [{ kind: 'idle', seconds: 99 }, { kind: 'device', is: 'desktop' }] }, true],
  [{ kind: 'device', is: 'desktop', not: true }, false],
  [{ kind: 'moon_phase' }, false],
  [{ kind: 'moon_phase', not: true }, false],
  [{ kind: 'url' }, false],
  [{ kind: 'url', not: true }, false],
  [{ kind: 'any', of: [{ kind: 'moon_phase', not: true }] }, false],
  [{ kind: 'constructor' }, false],
];
for (const [condition, expected] of table) test(`${JSON.stringify(condition)} ${expected ? 'holds' : 'does not hold'}`, () => assert.equal(holds(condition, facts), expected));

test('exit intent is for a desktop', () => {
  assert.equal(holds({ kind: 'exit_intent' }, { ...facts, exit: true }), true);
  assert.equal(holds({ kind: 'exit_intent' }, { ...facts, exit: true, device: 'phone' }), false);
});

test('the highest priority that may fire fires', () => {
  const rules = [{ id: 'a', priority: 1 }, { id: 'b', priority: 9, conditions: [{ kind: 'idle', seconds: 99 }] }, { id: 'c', priority: 5 }];
  assert.equal(due(rules, facts).id, 'c');
  assert.equal(due([], facts), null);
});

test('cap and cool-down are kept', () => {
  const at = facts.now.getTime() - 60_000;
  const history = { r: { count: 2, at } };
  assert.match(refusal({ id: 'r', cap: 2 }, { ...facts, history }), /cap/);
  assert.equal(refusal({ id: 'r', cap: 3 }, { ...facts, history }), '');
  assert.match(refusal({ id: 'r', cooldown_s: 61 }, { ...facts, history }), /cools/);
  assert.equal(refusal({ id: 'r', cooldown_s: 60 }, { ...facts, history }), '');
});

test('closed stays closed for whatever would come forward; a curated answer may still be given', () => {
  const closed = { ...facts, closed: true };
  for (const kind of ['open', 'teaser', 'card', 'lead_form']) assert.match(refusal({ id: 'r', actions: [{ kind }] }, closed), /closed/);
  assert.equal(refusal({ id: 'r', actions: [{ kind: 'answer' }] }, closed), '');
});

test('a pattern is a glob, nothing of it is a regular expression', () => {
  assert.equal(glob('/a.b', '/axb'), false);
  assert.equal(glob('/a(b)*', '/a(b)c'), true);
});
