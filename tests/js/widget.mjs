// The widget's modules as Node sees them: served, vendor/ lies beside them; in the tree it is static/vendor/.
import { register } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const vendor = new URL('../../static/vendor/', import.meta.url).href;
register('data:text/javascript,' + encodeURIComponent(`export const resolve = (name, context, next) =>
  next(name.startsWith('./vendor/') ? ${JSON.stringify(vendor)} + name.slice(9) : name, context);`));

export const folder = new URL('../../static/widget/', import.meta.url);
export const load = (name) => import(new URL(name, folder).href);
export const text = (name) => readFileSync(name.startsWith('vendor/') ? new URL(name.slice(7), vendor) : new URL(name, folder), 'utf8');
export const files = () => readdirSync(folder).filter((name) => name.endsWith('.js'));
export const languages = () => readdirSync(new URL('lang/', folder)).map((name) => name.replace('.js', ''));
/** What the build leaves of a file (build.rs): comments and indentation are for readers of the tree, and so are most
 *  spaces of the style sheet. The loader keeps its shape and its first comment; what is vendored stays. */
export const served = (name) => {
  if (name.startsWith('vendor/')) return text(name);
  if (name === 'widget.js') {
    const [head] = /^(?:\/\/.*\n)*/.exec(text(name));
    return head + text(name).slice(head.length).replace(/^[ \t]*\/\/.*\n/gm, '');
  }
  const bare = text(name).replace(/^[ \t]*\/\*\*(?:(?!\*\/)[^])*\*\/[ \t]*\n|\/\*\*(?:(?!\*\/)[^])*\*\/ ?/gm, '').replace(/^[ \t]*\/\/.*\n/gm, '').replace(/^[ \t]+/gm, '');
  return name === 'styles.js' ? bare.replace(/([:;,{]) /g, '$1').replace(/ ([{}])/g, '$1').replace(/\n/g, '') : bare;
};
export const packed = (name) => brotliCompressSync(served(name)).length;

/** Names in a `NAME = ['…', …]` of a source. */
export const list = (source, name) => [...new RegExp(`${name} = \\[([^\\]]*)\\]`).exec(source)[1].matchAll(/'([^']+)'/g)].map((m) => m[1]);

/** Virtual nodes as HTML, escaped, to compare with. */
export function print(node) {
  const escape = (s) => String(s).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
  if (node === null || node === undefined || node === false) return '';
  if (Array.isArray(node)) return node.map(print).join('');
  if (typeof node !== 'object') return escape(node);
  const { children, ...rest } = node.props;
  const attributes = Object.entries(rest).filter(([, v]) => typeof v !== 'function' && v !== null && v !== undefined).map(([k, v]) => ` ${k}="${escape(v)}"`).join('');
  return `<${node.type}${attributes}>${print(children)}</${node.type}>`;
}
