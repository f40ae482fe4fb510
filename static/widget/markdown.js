// A safe subset of Markdown, as virtual nodes: text stays text whatever it holds, links are http, https or mailto, and
// `[n]` is a citation only where the answer has one with that number.
import { h } from './vendor/preact.js';

/** @typedef {import('./types').Citation} Citation */

const INLINE = [
  /(?<code>`+)(?<coded>[^]*?[^`])\k<code>(?!`)/,
  /\[(?<cite>\d{1,3})\](?!\()/,
  /!?\[(?<label>[^\][]{1,300})\]\((?<href>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"]*")?\)/,
  /(?<auto>https?:\/\/[^\s<>"'`\]]+)/,
  /(?<bold>\*\*|__)(?=\S)(?<bolded>[^]*?\S)\k<bold>/,
  /(?<strike>~~)(?=\S)(?<struck>[^]*?\S)~~/,
  /(?<![\p{L}\p{N}*_])(?<soft>[*_])(?=[^\s*_])(?<softened>[^*_\n]*[^\s*_])\k<soft>(?![\p{L}\p{N}])/u,
  /\\(?<escaped>[\\`*_{}[\]()#+\-.!~>|])/,
];
const SPAN = new RegExp(INLINE.map((r) => r.source).join('|'), 'gu');
const DEPTH = 8;

/** @param {string} href @returns {string | null} the address if it may be followed */
export function safe(href) {
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The cited place: a text fragment takes the browser to the very sentence. @param {Citation} citation */
export function place({ url, quote }) {
  const href = url && safe(url);
  if (!href || !quote || !/^http/.test(href) || href.includes(':~:')) return href;
  const words = quote.replace(/…|\.{3}/g, ' ').trim().split(/\s+/);
  const part = (/** @type {string[]} */ some) => encodeURIComponent(some.join(' ')).replace(/-/g, '%2D');
  const text = words.length > 12 ? part(words.slice(0, 5)) + ',' + part(words.slice(-5)) : part(words);
  return text ? href + (href.includes('#') ? '' : '#') + ':~:text=' + text : href;
}

/** @param {string} href @param {any} children */
const link = (href, children) => h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, children);

/**
 * @param {string} text
 * @param {Citation[] | null} citations null while they are not known yet
 * @param {(citation: Citation) => void} [follow] told when a chip is clicked
 * @returns {any[]}
 */
export function markdown(text, citations, follow) {
  /** @param {string} source @param {number} [depth] @returns {any[]} */
  const inline = (source, depth = 0) => {
    if (depth > DEPTH) return [source];
    const out = [];
    let from = 0;
    for (const match of source.matchAll(SPAN)) {
      const g = /** @type {Record<string, string>} */ (match.groups);
      out.push(source.slice(from, match.index));
      from = /** @type {number} */ (match.index) + match[0].length;
      if (g.coded) out.push(h('code', null, g.coded.replace(/^ (.*) $/s, '$1')));
      else if (g.cite) out.push(chip(Number(g.cite), match[0]));
      else if (g.label) {
        const href = safe(g.href);
        out.push(href ? link(href, inline(g.label, depth + 1)) : g.label);
      } else if (g.auto) {
        const tail = /[.,;:!?)*_~]+$/.exec(g.auto)?.[0] ?? '';
        const url = g.auto.slice(0, g.auto.length - tail.length);
        const href = safe(url);
        out.push(href ? link(href, url) : url, tail);
      } else if (g.bolded) out.push(h('strong', null, inline(g.bolded, depth + 1)));
      else if (g.struck) out.push(h('del', null, inline(g.struck, depth + 1)));
      else if (g.softened) out.push(h('em', null, inline(g.softened, depth + 1)));
      else out.push(g.escaped);
    }
    out.push(source.slice(from));
    return out.filter((piece) => piece !== '');
  };

  /** @param {number} id @param {string} literal */
  const chip = (id, literal) => {
    if (!citations) return h('span', { class: 'cite' }, String(id));
    const citation = citations.find((c) => c.id === id);
    if (!citation) return literal;
    const href = place(citation);
    const title = citation.title || citation.url || '';
    return h(href ? 'a' : 'span', {
      class: 'cite', title, 'aria-label': `${id}: ${title}`,
      ...(href ? { href, target: '_blank', rel: 'noopener', onClick: () => follow?.(citation) } : { role: 'note' }),
    }, String(id));
  };

  const lines = (/** @type {string[]} */ some) => some.flatMap((line, i) => (i ? [h('br'), ...inline(line)] : inline(line)));

  /** @param {string[]} rows @param {number} depth @returns {any[]} */
  const blocks = (rows, depth) => {
    const out = [];
    let i = 0;
    /** @param {RegExp} pattern @returns {string[]} the run of lines that match, from here */
    const run = (pattern) => {
      const start = i;
      while (i < rows.length && pattern.test(rows[i])) i += 1;
      return rows.slice(start, i);
    };
    while (i < rows.length) {
      const row = rows[i];
      const fence = /^\s*(```+|~~~+)/.exec(row);
      const head = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(row);
      const item = /^(\s*)([-*+•]|\d{1,9}[.)])\s+/.exec(row);
      if (!row.trim()) i += 1;
      else if (fence) {
        const start = (i += 1);
        while (i < rows.length && !rows[i].trim().startsWith(fence[1])) i += 1;
        out.push(h('pre', { tabIndex: 0 }, h('code', null, rows.slice(start, i).join('\n'))));
        i += 1;
      } else if (head) {
        out.push(h('p', { class: 'heading' }, inline(head[1])));
        i += 1;
      } else if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(row)) {
        out.push(h('hr'));
        i += 1;
      } else if (/^\s*>/.test(row) && depth < DEPTH) {
        out.push(h('blockquote', null, blocks(run(/^\s*>/).map((line) => line.replace(/^\s*> ?/, '')), depth + 1)));
      } else if (item && depth < DEPTH) out.push(list(item));
      else if (row.includes('|') && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$/.test(rows[i + 1] ?? '')) out.push(table(run(/\|/)));
      else {
        const start = i;
        i += 1;
        while (i < rows.length && rows[i].trim() && !/^\s*(```|~~~|>|#{1,6}\s|[-*+•]\s|\d{1,9}[.)]\s)/.test(rows[i])) i += 1;
        out.push(h('p', null, lines(rows.slice(start, i))));
      }
    }
    return out;

    /** @param {RegExpExecArray} first */
    function list(first) {
      const indent = first[1].length;
      const ordered = /\d/.test(first[2]);
      const items = [];
      while (i < rows.length) {
        const marker = /^(\s*)([-*+•]|\d{1,9}[.)])\s+/.exec(rows[i]);
        if (!marker || marker[1].length > indent + 1 || marker[1].length < indent || /\d/.test(marker[2]) !== ordered) break;
        const body = [rows[i].slice(marker[0].length)];
        for (i += 1; i < rows.length; i += 1) {
          const deeper = /^\s*/.exec(rows[i])?.[0].length ?? 0;
          if (rows[i].trim() ? deeper <= indent : !/^\s+\S/.test(rows[i + 1] ?? '')) break;
          body.push(rows[i].slice(Math.min(deeper, marker[0].length)));
        }
        const content = blocks(body, depth + 1);
        const tight = content[0]?.type === 'p' && content[0].props.class === undefined;
        items.push(h('li', null, tight ? [content[0].props.children, content.slice(1)] : content));
        while (i + 1 < rows.length && !rows[i].trim() && /^\s*([-*+•]|\d{1,9}[.)])\s+/.test(rows[i + 1])) i += 1;
      }
      return h(ordered ? 'ol' : 'ul', ordered ? { start: parseInt(first[2]) } : null, items);
    }
  };

  /** @param {string[]} rows */
  const table = (rows) => {
    const cells = (/** @type {string} */ row) => row.trim().replace(/^\||\|$/g, '').split('|').map((cell) => inline(cell.trim()));
    return h('div', { class: 'table', tabIndex: 0 }, h('table', null,
      h('thead', null, h('tr', null, cells(rows[0]).map((cell) => h('th', null, cell)))),
      h('tbody', null, rows.slice(2).map((row) => h('tr', null, cells(row).map((cell) => h('td', null, cell)))))));
  };

  // A citation still being written ("[1") would flash as text.
  const whole = citations ? text : text.replace(/\[\d*$/, '');
  return blocks(whole.replace(/\r\n?/g, '\n').replace(/\t/g, '  ').split('\n'), 0);
}
