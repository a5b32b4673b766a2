// Writes what crates/preview embeds: the bundle, its checksum, and the licences of what is in it.
// The same lock gives the same bytes: `npm ci && npm run build`, then `git diff` shows nothing.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const assets = join(here, '..', '..', 'crates', 'preview', 'assets');
const packages = join(here, 'node_modules');

const built = await build({
  absWorkingDir: here,
  bundle: true,
  charset: 'utf8',
  entryPoints: ['qs-echarts.mjs'],
  format: 'iife',
  legalComments: 'eof',
  logLevel: 'warning',
  minify: true,
  target: 'es2020',
  write: false,
});
const bundle = Buffer.from(built.outputFiles[0].contents);

// Node writes no time into the header; the tenth byte names the system that packed it, and says "unknown" here.
const packed = gzipSync(bundle, { level: 9 });
packed[9] = 255;

const licences = [
  ['Apache ECharts, its NOTICE', 'echarts/NOTICE'],
  ['Apache ECharts, its LICENSE', 'echarts/LICENSE'],
  ['d3, in Apache ECharts', 'echarts/licenses/LICENSE-d3'],
  ['zrender', 'zrender/LICENSE'],
  ['tslib', 'tslib/LICENSE.txt'],
].map(
  ([title, path]) =>
    `${title}\n${'='.repeat(title.length)}\n\n${readFileSync(join(packages, path), 'utf8').replaceAll('\r\n', '\n').trim()}\n`,
);

writeFileSync(join(assets, 'echarts.min.js.gz'), packed);
writeFileSync(join(assets, 'echarts.sha256'), `${createHash('sha256').update(bundle).digest('hex')}\n`);
writeFileSync(join(assets, 'LICENSES.txt'), licences.join('\n\n'));
console.log(`${bundle.length} bytes, ${packed.length} packed`);
