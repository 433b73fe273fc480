/**
 * `node test/fuzz/run.mjs --runs N --seed S`: the fuzzers with more inputs, or with an earlier seed.
 * Owns: reading these two words. Does not own: the fuzzers (`fuzz.test.ts`).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const options = { runs: { type: 'string', default: '10000000' }, seed: { type: 'string' } };
const { values } = parseArgs({ options });
for (const [name, value] of Object.entries(values)) {
  if (/^\d+$/.test(value)) continue;
  console.error(`--${name} must be a whole number, not "${value}".`);
  process.exit(2);
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const seed = values.seed === undefined ? {} : { FUZZ_SEED: values.seed };
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', 'test/fuzz'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: values.runs, ...seed },
});
process.exitCode = status ?? 1;
