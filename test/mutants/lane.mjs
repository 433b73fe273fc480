/**
 * One lane of the mutation check: a process that keeps Vitest loaded over a copy of the sources,
 * puts one fault after the other into it, and says whether a test failed.
 *
 * Owns: the copy's files while it runs. Does not own: which faults (`mutations.mjs`), the copy, and
 * ending a lane whose code never ends (`scripts/mutants.mjs`).
 * Usage: `node lane.mjs COPY TESTS`, with TESTS all test files there are, as JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

const [root, testsText] = process.argv.slice(2);

/** Vitest's lines would be of faults that are there on purpose. */
const silent = Object.fromEntries(['onInit', 'onTestRunEnd'].map((name) => [name, () => {}]));

const vitest = await createVitest('test', {
  root, config: false, watch: false, reporters: [silent], include: JSON.parse(testsText),
  pool: 'threads', isolate: false, maxWorkers: 1, fileParallelism: false, bail: 1,
  setupFiles: [join(root, 'seed.mjs')], testTimeout: 600_000, silent: true,
});
const specifications = await vitest.globTestSpecifications();

/** What failed with an earlier fault would stop a run at once, and be taken for its result. */
function forget() {
  const { state } = vitest;
  state.clearErrors();
  for (const memory of [state.filesMap, state.pathsSet, state.idMap]) memory.clear();
}

/** The first test that fails, or undefined; later stages run only when the ones before pass. */
async function firstFailure(stages) {
  for (const stage of stages) {
    const own = specifications.filter(({ moduleId }) =>
      stage.some((name) => moduleId.endsWith(`/${name}`)));
    if (own.length !== stage.length) throw new Error(`not all there: ${stage}`);
    forget();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(own);
    for (const module of testModules) {
      for (const test of module.children.allTests('failed')) return test.fullName;
      if (module.state() === 'failed') return `${module.relativeModuleId} does not load`;
    }
    if (unhandledErrors.length > 0) return 'an error that no test caught';
    process.send({ passed: stage });
  }
  return undefined;
}

process.on('message', async ({ file, text, stages }) => {
  const path = join(root, file);
  const original = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, text ?? original);
    vitest.invalidateFile(path);
    process.send({ killedBy: (await firstFailure(stages)) ?? null });
  } catch (error) {
    process.send({ error: String(error.stack) });
  } finally {
    writeFileSync(path, original);
    vitest.invalidateFile(path);
  }
});
process.on('disconnect', () => process.exit());
process.send('ready');
