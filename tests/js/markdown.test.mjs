import test from 'node:test';
import assert from 'node:assert/strict';
import { load, print } from './widget.mjs';

const { markdown, place, safe } = await load('markdown.js');
const cites = [{ id: 1, url: 'https://shop.example/refunds', title: 'Refunds', quote: 'within 30 days' }];
const html = (text, citations = []) => print(markdown(text, citations));

const cases = {
  'paragraphs and line breaks': ['a\nb\n\nc', '<p>a<br></br>b</p><p>c</p>'],
  'bold, italic, struck, code': ['**a** *b* ~~c~~ `d`', '<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>'],
  'nested emphasis': ['**a *b* c**', '<p><strong>a <em>b</em> c</strong></p>'],
  'snake_case and 2*3*4 stay': ['snake_case_name 2*3*4', '<p>snake_case_name 2*3*4</p>'],
  'escapes': ['\\*a\\*', '<p>*a*</p>'],
  'a heading': ['## Title ##\ntext', '<p class="heading">Title</p><p>text</p>'],
  'a list': ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
  'a numbered list keeps its start': ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
  'a nested list': ['- a\n  - b\n- c', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>'],
  'a loose list is one list': ['1. a\n\n2. b', '<ol start="1"><li>a</li><li>b</li></ol>'],
  'a list after text': ['Do:\n- a', '<p>Do:</p><ul><li>a</li></ul>'],
  'a code block': ['```js\n<b>\n```', '<pre tabIndex="0"><code>&lt;b&gt;</code></pre>'],
  'a code block still open': ['```\na', '<pre tabIndex="0"><code>a</code></pre>'],
  'a quotation': ['> a\n> b', '<blockquote><p>a<br></br>b</p></blockquote>'],
  'a rule': ['a\n\n---\n\nb', '<p>a</p><hr></hr><p>b</p>'],
  'a table': ['|a|b|\n|-|-|\n|1|2|', '<div class="table" tabIndex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>'],
};
for (const [name, [source, expected]] of Object.entries(cases)) test(name, () => assert.equal(html(source), expected));

test('markup in the text stays text', () => {
  for (const evil of ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '&lt;b&gt;', '<a href="javascript:x">']) {
    assert.doesNotMatch(html(evil), /<(?!\/?p>)/);
  }
});

test('links are http, https or mailto, in a new tab, without our address', () => {
  assert.match(html('[a](https://x.example/p(1))'), /<a href="https:\/\/x.example\/p\(1\)" target="_blank" rel="noopener noreferrer nofollow">a<\/a>/);
  assert.match(html('[a](mailto:a@x.example)'), /<a href="mailto:/);
  assert.match(html('see https://x.example/a.'), /<a href="https:\/\/x.example\/a"[^>]*>https:\/\/x.example\/a<\/a>\.</);
  for (const href of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '/relative', '\u0001javascript:x', 'blob:https://x/1']) {
    assert.equal(safe(href), null, href);
    assert.doesNotMatch(html(`[a](${href})`), /<a /, href);
  }
});

test('an image becomes a link, so that nothing is fetched', () => assert.doesNotMatch(html('![x](https://x.example/t.png)'), /<img/));

test('a citation is a chip only where it exists', () => {
  assert.match(html('Yes [1].', cites), /<a class="cite" title="Refunds" aria-label="1: Refunds" href="https:\/\/shop.example\/refunds#:~:text=within%2030%20days"/);
  assert.equal(html('Yes [2].', cites), '<p>Yes [2].</p>');
  assert.equal(html('`[1]`', cites), '<p><code>[1]</code></p>');
});

test('while streaming a number is not yet a link, and half of one is not shown', () => {
  assert.equal(html('Yes [1]', null), '<p>Yes <span class="cite">1</span></p>');
  assert.equal(html('Yes [1', null), '<p>Yes </p>');
});

test('the cited place is the sentence itself', () => {
  assert.equal(place({ id: 1, url: 'https://x.example/a#b', title: '', quote: 'an e-mail' }), 'https://x.example/a#b:~:text=an%20e%2Dmail');
  assert.match(place({ id: 1, url: 'https://x.example/', title: '', quote: 'one two three four five six seven eight nine ten eleven twelve thirteen' }), /one%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20thirteen$/);
  assert.equal(place({ id: 1, url: 'javascript:x', title: '', quote: 'a' }), null);
  assert.equal(place({ id: 1, url: null, title: '' }), null);
});

test('long hostile text is drawn in linear time', () => {
  for (const evil of ['*', '[', '`', '> ', '- ', '_a', '|', '![', 'https://', '**a ', '~~']) {
    const started = performance.now();
    markdown(evil.repeat(8000), []);
    const ms = performance.now() - started;
    assert.ok(ms < 3000, `${JSON.stringify(evil)} took ${ms} ms`);
  }
});
