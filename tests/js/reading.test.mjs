import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { sentences } = await load('reading.js');

test('only finished sentences are read aloud, each once', () => {
  const whole = 'Returns take 30 days. They are **free** [1]. And 3.5 kg is';
  const heard = [];
  let from = 0;
  for (let n = 1; n <= whole.length; n += 1) {
    const [words, next] = sentences(whole.slice(0, n), from, false);
    from = next;
    if (words) heard.push(words);
  }
  assert.deepEqual(heard, ['Returns take 30 days.', 'They are free .']);
  assert.deepEqual(sentences(whole, from, true)[0], 'And 3.5 kg is');
});

test('Chinese and Arabic sentences end, too', () => {
  assert.equal(sentences('三十天内可退。然后', 0, false)[0], '三十天内可退。');
  assert.equal(sentences('هل؟ نعم', 0, false)[0], 'هل؟');
});
