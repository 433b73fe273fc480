/**
 * Runs the acceptance tests of the whole program at their full size: two hours or so. Each name that
 * is given is part of a file's path, such as `download`; without any, all of them run. The seeds
 * are printed.
 */
import { join } from 'node:path';
import { root, runNode } from './steps.mjs';

const NAMES = [
  'network', 'partition', 'download', 'kill', 'junk', 'stop', 'disk', 'damage', 'clock', 'crowd',
  'reflection', 'everything', 'store-damage',
];

// Ctrl-C reaches the child too, which ends its programs: we stay for its last words.
process.on('SIGINT', () => {});
process.env.FUNCTIONAL_SCALE = 'full';

const given = process.argv.slice(2);
const files = (given.length > 0 ? given : NAMES).map((name) =>
  `test/${name === 'store-damage' ? 'contract' : 'functional'}/${name}`);
process.exitCode = await runNode([
  join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'process',
  // One after the other: they print how long things take.
  '--no-file-parallelism', ...files,
], { stdout: 'inherit' });
