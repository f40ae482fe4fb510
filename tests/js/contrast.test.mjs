import test from 'node:test';
import assert from 'node:assert/strict';
import { load } from './widget.mjs';

const { contrast, ink, palette, readable } = await load('contrast.js');
const colours = ['#000000', '#ffffff', '#ffff00', '#777777', '#757575', '#0f766e', '#ff0000', '#00ff00', '#0000ff', '#fde68a', '#111827', '#10b981', '#f5f5f5', '#abc'];

test('contrast is what WCAG says', () => {
  assert.equal(contrast('#000', '#fff'), 21);
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
});

for (const primary of colours) {
  for (const dark of [false, true]) {
    test(`everything can be read with ${primary} on ${dark ? 'dark' : 'light'}`, () => {
      const p = palette({ primary, accent: primary }, dark);
      for (const [text, ground] of [['--on-primary', '--primary'], ['--text', '--ground'], ['--text', '--soft'], ['--quiet', '--ground'], ['--quiet', '--soft'], ['--link', '--ground'], ['--link', '--tint'], ['--link', '--soft'], ['--danger', '--ground']]) {
        const ratio = contrast(p[text], p[ground]);
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
      assert.ok(contrast(p['--edge'], p['--ground']) >= 3, 'the input has a visible edge');
    });
  }
}

test('white or black always reaches 4.5', () => {
  for (let n = 0; n < 4096; n += 7) {
    const colour = '#' + n.toString(16).padStart(3, '0');
    assert.ok(contrast(ink(colour), colour) >= 4.5, colour);
  }
});

test('a colour that reads is left as it is', () => assert.equal(readable('#0000cc', '#ffffff', 4.5), '#0000cc'));
test('what is no colour falls back', () => assert.match(palette({ primary: 'red;}' , radius: NaN }, false)['--primary'], /^#/));
