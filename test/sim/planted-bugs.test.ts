/**
 * Goal: the simulator finds bugs.
 * Method: copies the pure rooms to a folder of their own, changes one line as a bad day might,
 * compiles, and runs seeds until one fails. `docs/testing.md` says how to do it by hand.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ROOMS = ['ports.ts', 'lib', 'crypto', 'consensus', 'protocol', 'wallet', 'node', 'sim'];
const SEEDS = 60;

interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Where seeds begin, 1 when not given: those before it do not meet the bug. */
  readonly firstSeed?: number;
  /** What the simulator then says. */
  readonly seen: RegExp;
}

const BUGS: readonly PlantedBug[] = [
  {
    name: 'a deleted rule: payers need no funds',
    file: 'consensus/state.ts',
    from: 'if (cost > account.balance) {',
    to: 'if (cost < 0n) {',
    seen: /units that are not there|an invalid payment|assertion failed/,
  },
  {
    name: 'a deleted rule: signatures are not looked at',
    file: 'consensus/state.ts',
    from: 'if (!signatures.isValid(transaction)) return',
    to: 'if (index < 0) return',
    firstSeed: 18,
    seen: /is not signed by its payer/,
  },
  {
    name: 'a block that is taken back, and its payers do not have their money again',
    file: 'consensus/state.ts',
    from: 'balance: payer.balance + amount + transaction.fee,',
    to: 'balance: payer.balance,',
    seen: /money was made or lost|units|refuses the honest/,
  },
  {
    name: 'a stream that forgets what follows a message in the same chunk',
    file: 'protocol/framing.ts',
    from: '      results.push(result);',
    to: '      results.push(result);\n      this.#start = this.#end;',
    seen: /refuses the honest/,
  },
  {
    name: 'a block of one\'s own that is announced before it is committed',
    file: 'node/node.ts',
    from: "const commit = from === 'peer' ? 'soon' : 'now';",
    to: "const commit = from === 'peer' ? 'soon' : 'soon' as 'now' | 'soon';",
    seen: /it lost its own block [0-9a-f]+, which it had announced/,
  },
  {
    name: 'a commit in parts, of which a disk takes only the first',
    file: 'lib/write-buffer.ts',
    from: 'this.#store.commit(batch);',
    to: 'for (const write of batch) this.#store.commit([write]);',
    seen: /units of money|a replay from genesis|is missing/,
  },
  {
    name: 'a sweep that forgets which accounts found no room',
    file: 'consensus/account-log.ts',
    from: '...accountWrites(this.#crowded), ...deltas',
    to: '...deltas',
    seen: /units of money|a replay from genesis/,
  },
  {
    name: 'a wallet that takes a payment for confirmed because its sequence is used',
    file: 'wallet/payments.ts',
    from: "return { kind: 'superseded', by, height, depth: depthOf(height, tipHeight) };",
    to: "return { kind: 'confirmed', height, depth: depthOf(height, tipHeight) };",
    seen: /payment [0-9a-f]+ is not in the block that it names/,
  },
  {
    name: 'a node that follows only who has far more',
    file: 'node/sync.ts',
    from: 'const claimsMore = state.peer.status!.work > this.#parts.chain.tip.work;',
    to: 'const claimsMore = state.peer.status!.work > 2n * this.#parts.chain.tip.work;',
    seen: /the nodes do not (come to|stay on) one tip/,
  },
];

/** Runs seeds until one fails, makes that run small when told to, and prints what failed. */
const RUNNER = `
  import { drawPlan } from './dist/sim/plan.js';
  import { shrink } from './dist/sim/shrink.js';
  import { simulate, SimulationError } from './dist/sim/simulation.js';
  const failureOf = (run) => {
    try {
      simulate(run);
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      return error.message;
    }
  };
  const [mode, first] = process.argv.slice(2);
  for (let seed = Number(first); seed < Number(first) + ${SEEDS}; seed++) {
    const run = { seed, nodes: 5, hours: 0.5 };
    // Those take long.
    if (drawPlan(seed, 5).liars.includes('spammer')) continue;
    const message = failureOf(run);
    if (message === undefined) continue;
    console.log(message);
    if (mode !== 'shrink') break;
    const search = shrink({ run, message });
    let step = search.next();
    while (!step.done) step = search.next(failureOf(step.value));
    console.log(step.value.message);
    break;
  }
`;

const OPTIONS = {
  rootDir: 'src', outDir: 'dist', lib: ['ES2023'], types: [], composite: false, declaration: false,
  sourceMap: false, noUnusedLocals: false, noUnusedParameters: false,
};

let folder: string;

function runNode(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder, encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** What the seeds say when the file has this text. */
function simulateWith(file: string, text: string, ...args: readonly string[]): string {
  const path = join(folder, 'src', file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    runNode([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    return runNode(['run.js', ...args]);
  } finally {
    writeFileSync(path, original);
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-planted-'));
  for (const room of ROOMS) {
    cpSync(join(root, 'src', room), join(folder, 'src', room), {
      recursive: true, filter: (path) => !path.endsWith('.test.ts'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const base = join(root, 'tsconfig.base.json');
  const config = { extends: base, compilerOptions: OPTIONS, include: ['src'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'run.js'), RUNNER);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the simulator catches', () => {
  it.each(BUGS)('$name', ({ file, from, to, seen, firstSeed = 1 }) => {
    const text = readFileSync(join(folder, 'src', file), 'utf8');
    expect(text.split(from)).toHaveLength(2); // Or else the bug is not where this test looks.
    const said = simulateWith(file, text.replace(from, to), 'find', `${firstSeed}`);
    expect(said).toMatch(/^seed \d+, at [\d.]+ s, /);
    expect(said).toMatch(seen);
    expect(said).toMatch(/npm run sim -- --seed \d+ --nodes 5 --hours 0\.5 --trace/);
  });
});

describe('the run in which a planted bug was seen', () => {
  it('is made small, and still shows it', () => {
    const { file, from, to, seen } = BUGS[2]!;
    const text = readFileSync(join(folder, 'src', file), 'utf8');
    const said = simulateWith(file, text.replace(from, to), 'shrink', '1');
    expect(said.match(/^seed \d+, at /gm)).toHaveLength(2);
    const [large, small] = said.split('\nSee it again: ').slice(1);
    expect(large).toMatch(/--nodes 5 --hours 0\.5 --trace/);
    expect(said.slice(said.lastIndexOf('\nseed '))).toMatch(seen);
    const [, hours] = /--nodes \d --hours ([\d.]+) --without \S+ --trace/.exec(small!) ?? [];
    expect(Number(hours)).toBeLessThan(0.3);
  });
});
