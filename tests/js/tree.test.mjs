// What the widget weighs, and what keeps it honest: one wave of modules, a pinned vendor file, nothing a policy forbids.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files, languages, list, load, packed, served, text } from './widget.mjs';

const PREACT = '72284e8e9079c87817145df1110f74e8a2aa040b2fc384922e18dfcb46fc1fd7';
// swagger-ui-dist 5.35.0, as npm has it.
const SWAGGER_UI = {
  'swagger-ui-bundle.js': 'e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2',
  'swagger-ui.css': '5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d',
};
const first = list(text('widget.js'), 'MODULES').map((name) => name + '.js');
const later = list(text('panel.js'), 'LATER').map((name) => name + '.js');
const imports = (name) => [...text(name).matchAll(/^(?:import|export)[^'"]*from '\.\/([^']+)'/gm)].map((m) => m[1]);

test('the vendored module is the one that was looked at', () => {
  assert.equal(createHash('sha256').update(text('vendor/preact.js')).digest('hex'), PREACT);
});

test('Swagger UI is the one that was looked at', () => {
  for (const [name, hash] of Object.entries(SWAGGER_UI)) {
    const bytes = readFileSync(new URL(`../../static/docs/vendor/${name}`, import.meta.url));
    assert.equal(createHash('sha256').update(bytes).digest('hex'), hash, name);
  }
});

test('the loader names every module of the first wave', () => {
  for (const name of first.filter((n) => !n.startsWith('vendor/'))) for (const needed of imports(name)) assert.ok(first.includes(needed), `${name} needs ${needed}`);
});

test('the panel names every module of the second wave', () => {
  for (const name of later) for (const needed of imports(name)) assert.ok(first.includes(needed) || later.includes(needed), `${name} needs ${needed}`);
});

test('no markup from strings, no inline style or script, no eval', () => {
  for (const name of files()) {
    assert.doesNotMatch(text(name), /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|\beval\(|new Function/, name);
    assert.doesNotMatch(text(name), /\sstyle=/, name);
  }
});

test('files stay small enough to read', () => {
  for (const name of files()) assert.ok(text(name).split('\n').length <= 300, name);
});

test('a module means the same without its comments', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'frontdesk-widget-'));
  try {
    mkdirSync(join(copy, 'vendor'));
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
    for (const name of ['vendor/preact.js', ...files()]) writeFileSync(join(copy, name), served(name));
    for (const name of files().filter((n) => n !== 'widget.js')) {
      const [whole, bare] = [await load(name), await import(join(copy, name))];
      assert.deepEqual(Object.keys(bare), Object.keys(whole), name);
      assert.doesNotMatch(served(name), /\/\*\*|^\s*\/\//m, name);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test('weight on the wire (brotli)', (t) => {
  const sum = (names) => names.reduce((n, name) => n + packed(name), 0);
  const [loader, chat] = [packed('widget.js'), packed('widget.js') + sum(first)];
  t.diagnostic(`loader ${loader} bytes; all to chat ${chat}; second wave ${sum(later)}; a language ${Math.max(...languages().map((l) => packed(`lang/${l}.js`)))} at most`);
  assert.ok(loader <= 4000, `the loader has ${loader} bytes`);
  assert.ok(chat <= 25_000, `${chat} bytes to chat`);
});
