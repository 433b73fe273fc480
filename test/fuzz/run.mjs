/**
 * `npm run fuzz -- --runs N --seed S --target NAME`: the fuzzers with more inputs, or with an earlier
 * seed, or one of them alone. What reaches new code is kept in `corpus/`, unless `--no-grow`.
 * Owns: reading these words. Does not own: the fuzzers (`fuzz.test.ts`).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000000' },
    seed: { type: 'string' },
    target: { type: 'string' },
    'no-grow': { type: 'boolean' },
  },
});
for (const name of ['runs', 'seed']) {
  if (values[name] === undefined || /^\d+$/.test(values[name])) continue;
  console.error(`--${name} must be a whole number, not "${values[name]}".`);
  process.exit(2);
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const settings = {
  FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed, FUZZ_TARGET: values.target,
  FUZZ_GROW: values['no-grow'] ? undefined : 'yes',
};
const { status } = spawnSync(
  process.execPath, [vitest, 'run', '--project', 'unit', 'test/fuzz/fuzz.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...settings } },
);
process.exitCode = status ?? 1;
