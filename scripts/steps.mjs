/**
 * What the scripts share: where the checkout is, running a program of it, hashing files.
 *
 * The scripts are plain JavaScript on Node's own modules, because they run before anything is
 * installed or built.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The TypeScript compiler, run with Node so that no shell is between. */
export const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** What makes the page's bundles. */
export const bundler = join(root, 'node_modules/vite/bin/vite.js');

/** The built program. */
export const program = join(root, 'dist/cli/main.js');

/** The contents of a file, or undefined when there is none. */
export function readIfPresent(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** All files below `path` (or `path` itself), sorted; none when it does not exist. */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}

/** A hash over the names and contents of files: unlike times, it survives a fresh checkout. */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) {
    const bytes = readFileSync(path);
    hash.update(`\0${path.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Runs a JavaScript file with this Node, in the root; resolves to its exit code (1 for a signal).
 * Its stdout goes to our stderr unless `stdout` says 'inherit': the program's is not ours to use.
 */
export function runNode(args, { stdout = 2, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root, stdio: ['ignore', stdout, 'inherit'], timeout: timeoutMs,
    });
    const stop = () => child.kill();
    process.once('SIGTERM', stop);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}
