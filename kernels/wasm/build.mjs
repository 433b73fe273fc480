/**
 * Builds `dist/kernels/search.wasm`, when a source is newer than it.
 *
 * `node kernels/wasm/build.mjs [--force]`
 */
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { generateRounds } from './generate.mjs';

const root = new URL('../../', import.meta.url);
const sources = new URL('kernels/wasm/assembly/', root);
const folder = new URL('dist/kernels/', root);
const output = new URL('search.wasm', folder);

function modifiedMs(url) {
  return statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
}

function isUpToDate() {
  const inputs = [
    import.meta.url,
    new URL('./generate.mjs', import.meta.url),
    new URL('node_modules/assemblyscript/package.json', root),
    ...readdirSync(sources).map((name) => new URL(name, sources)),
  ];
  return inputs.every((input) => modifiedMs(new URL(input)) < modifiedMs(output));
}

async function build() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('rounds.ts', folder), generateRounds());
  // Compiled beside and moved over, so that nobody ever reads half a file.
  const partial = `dist/kernels/search.${process.pid}.wasm`;
  const { error } = await asc.main(
    ['kernels/wasm/assembly/search.ts', '--baseDir', fileURLToPath(root), '--outFile', partial,
      '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    { stdout: process.stdout, stderr: process.stderr },
  );
  if (error) throw error;
  renameSync(new URL(partial, root), output);
}

if (process.argv.includes('--force') || !isUpToDate()) await build();
