import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { body, fieldsOf, wrong } = await load('leads.js');
const t = (key) => key;
const agent = { lead_form: { fields: [{ name: 'email', label: 'E', type: 'email', required: true }, { name: 'size', label: 'S', type: 'select', required: true }], consent: { text: 'I agree', version: '3' } } };

test('the address that a lead is known by is always asked', () => {
  assert.deepEqual(fieldsOf(null).map((f) => f.name), ['email']);
  assert.deepEqual(fieldsOf({ lead_form: { fields: [{ name: 'name', label: 'N' }] } }).map((f) => f.name), ['name', 'email']);
});

test('what is wrong is named for each field', () => {
  assert.deepEqual(wrong(fieldsOf(agent), { email: 'x' }, t, true), { email: 'email', size: 'required', consent: 'required' });
  assert.deepEqual(wrong(fieldsOf(agent), { email: ' a@b.example ', size: 'L', consent: true }, t, true), {});
});

test('the consent is sent with its text and version', () => {
  assert.deepEqual(body(agent, { email: ' a@b.example ', name: '', size: 'L', news: true, consent: true }), {
    email: 'a@b.example', name: undefined, phone: undefined, fields: { size: 'L', news: 'yes', consent_text: 'I agree', consent_version: '3' },
  });
});
