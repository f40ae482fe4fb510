// What others' widgets weigh on the wire: their published standalone bundles, compressed as ours are (brotli, level 11).
// Packages are fetched with `npm pack` and not installed. `node tests/measure/bundles.mjs`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** The package, and the one file that a page loads to have the whole chat. */
const BUNDLES = [
  ['@n8n/chat@1.37.0', 'dist/chat.bundle.es.js'],
  ['flowise-embed@3.1.6', 'dist/web.js'],
  ['@typebot.io/js@0.10.7', 'dist/web.js'],
  ['@botpress/webchat@4.5.2', 'dist/index.umd.cjs'], // needs React beside it, which is not counted
  ['deep-chat@2.4.2', 'dist/deepChat.bundle.js'],
];

const folder = mkdtempSync(join(tmpdir(), 'frontdesk-bundles-'));
try {
  for (const [name, file] of BUNDLES) {
    const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: folder, encoding: 'utf8' }).trim().split('\n').pop();
    const bundle = execFileSync('tar', ['xzOf', packed, `package/${file}`], { cwd: folder, maxBuffer: 1e8 });
    console.log(name.padEnd(26), file.padEnd(26), `${bundle.length} bytes, ${brotliCompressSync(bundle).length} compressed`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
