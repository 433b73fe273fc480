/**
 * `npm run mutants`: puts small faults into the rules, one at a time, and expects a test to fail.
 *
 *     npm run mutants                      all files of FILES: a quarter of an hour on two
 *     npm run mutants -- state checks      the files with these names
 *     npm run mutants -- state --only 'if (cost > account.balance)'
 *                                          the faults whose change has these words
 *     npm run mutants -- --lanes 1         how many at the same time
 *     npm run mutants -- --stages 1        only the first tests, which kill most
 *
 * Owns: the copies of the sources, sharing faults out among lanes, ending those that hang, the
 * table, and holding survivors against `test/mutants/survivors.md`. The exit code is 1 when one
 * survived that is not explained there.
 * Does not own: the faults (`test/mutants/mutations.mjs`), running tests (`test/mutants/lane.mjs`).
 * Why not Stryker: it would be the largest dependency of the project, and this is two pages.
 */
import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutationsOf } from '../test/mutants/mutations.mjs';
import { root } from './steps.mjs';

/** What is mutated, by short name. */
const FILES = Object.fromEntries([
  ...['checks', 'state', 'chain', 'reorg', 'signatures', 'params', 'merkle', 'pow', 'encoding',
    'stored-chain', 'accounts', 'account-log', 'account-table', 'address-index',
  ].map((name) => [name, `src/consensus/${name}.ts`]),
  ['amount', 'src/wallet/amount.ts'],
]);

/**
 * Which tests run: the first stage kills most, so that the others hardly ever run. The last one is
 * about what is stored and when.
 */
const STAGES = [
  ['test/rules/rules.test.ts', 'test/rules/small-print.test.ts',
    ...['checks', 'state', 'encoding', 'pow', 'params', 'merkle', 'signatures', 'chain', 'ages',
      'stored-chain', 'accounts', 'account-table']
      .map((name) => `src/consensus/${name}.test.ts`),
    'src/wallet/amount.test.ts', 'test/golden/chain-vectors.test.ts'],
  ['test/rules/real-verifier.test.ts', 'test/rules/mutation.test.ts',
    'test/model/chain-model.test.ts', 'src/consensus/audit.test.ts',
    'test/golden/message-vectors.test.ts', 'src/node/header-proof.test.ts',
    'src/wallet/build.test.ts', 'src/wallet/payments.test.ts'],
  ['test/model/commit-time.test.ts', 'test/model/failing-store.test.ts',
    'test/model/reorganisation.test.ts'],
];
/** The files for which the last stage runs. */
const STORED = ['state', 'chain', 'reorg', 'stored-chain', 'accounts', 'account-log'];

/** A stage that takes longer has a fault that makes code run for ever. */
const HANG_MS = 90_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lanes: { type: 'string' }, stages: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});

function fail(words) {
  console.error(words);
  process.exit(2);
}

const unknown = positionals.filter((name) => FILES[name] === undefined);
if (unknown.length > 0) fail(`No file "${unknown[0]}". There are: ${Object.keys(FILES).join(', ')}`);
const lanesMax = Number(values.lanes ?? availableParallelism());
if (!Number.isInteger(lanesMax) || lanesMax < 1) fail('--lanes must be a whole number from 1 on.');
const stagesMax = Number(values.stages ?? STAGES.length);
if (!(stagesMax >= 1)) fail(`--stages must be 1 to ${STAGES.length}.`);

function chosenMutants() {
  const names = positionals.length > 0 ? positionals : Object.keys(FILES);
  const all = names.flatMap((name) => {
    const text = readFileSync(join(root, FILES[name]), 'utf8');
    return mutationsOf(text).map((mutation) => ({ name, file: FILES[name], ...mutation }));
  });
  const { only } = values;
  if (only === undefined) return all;
  for (const words of only) {
    if (!all.some(({ change }) => change.includes(words))) fail(`No fault has "${words}".`);
  }
  return all.filter(({ change }) => only.some((words) => change.includes(words)));
}

/** The explanations by file and change, from the lists of the page. */
function explained() {
  const page = readFileSync(join(root, 'test/mutants/survivors.md'), 'utf8');
  return new Set([...page.matchAll(/^- (\S+: )`` (.+) ``$/gm)].map(([, name, change]) =>
    name + change));
}

/** A copy of the sources and tests for one lane. */
function makeCopy() {
  const folder = mkdtempSync(join(tmpdir(), 'mvb-mutants-'));
  for (const name of ['src', 'test', 'package.json', 'tsconfig.base.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  // The same random inputs for each fault, so that a survivor survives again.
  const seed = `import fc from 'fast-check';\nfc.configureGlobal({ seed: 1 });\n`;
  writeFileSync(join(folder, 'seed.mjs'), seed);
  return folder;
}

class Lane {
  #folder = makeCopy();
  #child;

  /** The name of the test that failed, or undefined; says so when it hangs. */
  async judge({ name, file, text }) {
    if (this.#child === undefined) {
      const lane = join(root, 'test/mutants/lane.mjs');
      this.#child = fork(lane, [this.#folder, JSON.stringify(STAGES.flat())]);
      await this.#answer();
    }
    const stages = STAGES.slice(0, Math.min(stagesMax, STORED.includes(name) ? 3 : 2));
    this.#child.send({ file, text, stages });
    let answer = await this.#answer();
    while (answer?.passed !== undefined) answer = await this.#answer();
    if (answer?.error !== undefined) throw new Error(answer.error);
    if (answer !== undefined) return answer.killedBy ?? undefined;
    this.#kill();
    cpSync(join(root, file), join(this.#folder, file));
    return 'the clock: no end';
  }

  /** What the child says next, or undefined when it says nothing in this time, or has ended. */
  #answer() {
    const child = this.#child;
    return new Promise((resolve) => {
      const done = (value) => {
        clearTimeout(timer);
        child.off('message', done);
        child.off('exit', gone);
        resolve(value);
      };
      const gone = () => done(undefined);
      const timer = setTimeout(gone, HANG_MS);
      child.on('message', done).on('exit', gone);
    });
  }

  #kill() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  close() {
    this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Judges all mutants, each by the next lane that is free. */
async function judgeAll(mutants, lanes) {
  const queue = [...mutants.entries()];
  const verdicts = [];
  // Every fault would be killed by a test that fails without one.
  const broken = values.only === undefined && await lanes[0].judge({ file: 'package.json' });
  if (broken) throw new Error(`Without any fault this fails: ${broken}`);
  await Promise.all(lanes.map(async (lane) => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const [index, mutant] = entry;
      verdicts[index] = await lane.judge(mutant);
      const word = verdicts[index] === undefined ? 'SURVIVED' : 'killed';
      const by = verdicts[index] === undefined ? '' : `\n           by ${verdicts[index]}`;
      console.log(`${word.padEnd(8)} ${mutant.file}:${mutant.line}: ${mutant.change}${by}`);
    }
  }));
  return verdicts;
}

function report(mutants, verdicts) {
  const reasons = explained();
  const isExplained = ({ name, change }) => reasons.has(`${name}: ${change}`);
  const row = (cells) => console.log(cells.map((cell) => String(cell).padStart(14)).join(''));
  console.log();
  row(['file', 'faults', 'killed', 'explained', 'unexplained']);
  const names = [...new Set(mutants.map(({ name }) => name))];
  for (const name of [...names, 'all']) {
    const own = mutants.map((mutant, index) => ({ mutant, isKilled: verdicts[index] !== undefined }))
      .filter(({ mutant }) => name === 'all' || mutant.name === name);
    const survivors = own.filter(({ isKilled }) => !isKilled).map(({ mutant }) => mutant);
    const known = survivors.filter(isExplained).length;
    row([name, own.length, own.length - survivors.length, known, survivors.length - known]);
  }
  const whose = (isKilled, isKnown) => mutants.filter((mutant, index) =>
    (verdicts[index] !== undefined) === isKilled && isExplained(mutant) === isKnown);
  const open = whose(false, false);
  for (const { file, line, change } of open) {
    console.log(`\nunexplained: ${file}:${line}\n  ${change}`);
  }
  for (const { file, change } of whose(true, true)) {
    console.log(`\nexplained, but killed: ${file}\n  ${change}`);
  }
  return open.length;
}

const mutants = chosenMutants();
const lanes = Array.from({ length: Math.min(lanesMax, mutants.length) }, () => new Lane());
process.on('exit', () => {
  for (const lane of lanes) lane.close();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const verdicts = await judgeAll(mutants, lanes);
process.exit(report(mutants, verdicts) > 0 ? 1 : 0);
