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
    seen: /is not signed by its payer/,
  },
  {
    name: 'a forgotten undo: the payer of a payment',
    file: 'consensus/state.ts',
    from: 'remember(transaction.from, payer);',
    to: '',
    seen: /money was made or lost|units|refuses the honest/,
  },
  {
    name: 'a stream that forgets what follows a message in the same chunk',
    file: 'protocol/framing.ts',
    from: '      results.push(result);',
    to: '      results.push(result);\n      this.#start = this.#end;',
    seen: /refuses the honest/,
  },
];

/** Runs seeds until one fails, and prints what failed. */
const RUNNER = `
  import { simulate, SimulationError } from './dist/sim/simulation.js';
  for (let seed = 1; seed <= ${SEEDS}; seed++) {
    try {
      simulate({ seed, nodes: 5, hours: 0.5 });
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      console.log(error.message);
      break;
    }
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
function simulateWith(file: string, text: string): string {
  const path = join(folder, 'src', file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    runNode([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    return runNode(['run.js']);
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
  it.each(BUGS)('$name', ({ file, from, to, seen }) => {
    const text = readFileSync(join(folder, 'src', file), 'utf8');
    expect(text.split(from)).toHaveLength(2); // Or else the bug is not where this test looks.
    const said = simulateWith(file, text.replace(from, to));
    expect(said).toMatch(/^seed \d+, at [\d.]+ s, /);
    expect(said).toMatch(seen);
    expect(said).toMatch(/npm run sim -- --seed \d+ --nodes 5 --hours 0\.5 --trace/);
  });
});
