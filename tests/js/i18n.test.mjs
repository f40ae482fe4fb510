import test from 'node:test';
import assert from 'node:assert/strict';
import { languages, list, load, text } from './widget.mjs';

const { direction, english, words } = await load('i18n.js');
await load('parts.js');

for (const language of languages()) {
  test(`${language} says everything, with the same places to fill in`, async () => {
    const { default: texts } = await load(`lang/${language}.js`);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text.trim(), key);
      assert.deepEqual((text.match(/\{\w+\}/g) ?? []).sort(), (english[key].match(/\{\w+\}/g) ?? []).sort(), key);
    }
  });
}

test('the loader knows the same languages as there are files', () => {
  assert.deepEqual(/LANGUAGES = '([^']*)'/.exec(text('widget.js'))[1].split(' '), ['en', ...languages()]);
});

test('the owner’s wording comes first, English last', () => {
  const t = words({ send: 'Senden' }, { close: 'Weg damit' });
  assert.deepEqual([t('send'), t('close'), t('stop')], ['Senden', 'Weg damit', english.stop]);
});

test('values are filled in, unknown places stay', () => assert.equal(words({ x: '{a} {b}' })('x', { a: 1 }), '1 {b}'));
test('Arabic runs from right to left', () => assert.deepEqual([direction('ar-EG'), direction('de')], ['rtl', 'ltr']));

test('every text that is shown exists', () => {
  const used = new Set();
  for (const file of ['view.js', 'parts.js', 'leads.js']) for (const [, key] of text(file).matchAll(/\bt\('(\w+)'/g)) used.add(key);
  for (const key of used) assert.ok(key in english, key);
});
