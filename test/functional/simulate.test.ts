/**
 * Goal: a researcher gets what `docs/simulator.md` says: tables, files, replays, and what is there
 * so far when the wait is too long.
 * Method: the built program on scenarios of seconds; threads are told to stop at a known moment.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SCENARIO } from '../../src/sim/scenario/scenario.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mvb-simulate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in the folder. */
function mvb(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const words = [join(DIST, 'cli/main.js'), 'simulate', ...args];
    const child = execFile(process.execPath, words, { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }));
  });
}

const SMALL = ['--nodes', '3', '--blocks', '20', '--latency', '100,2000', '--repetitions', '3'];

describe('mvb simulate forks', () => {
  let run: Run;
  let lines: readonly (readonly string[])[];
  beforeAll(async () => {
    run = await mvb('forks', ...SMALL, '--out', 'results');
    const csv = readFileSync(join(folder, 'results/repetitions.csv'), 'utf8');
    lines = csv.trim().split('\r\n').map((line) => line.split(','));
  });

  test('prints a line for each point', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/^ {4}100 {5}3 /m);
    expect(run.stdout).toMatch(/^ {3}2000 {5}3 /m);
    expect(run.stdout).toContain('6 repetitions of seeds 1 to 3');
  });

  test('writes the scenario, the figures, the repetitions and plots', () => {
    expect(readdirSync(join(folder, 'results')).sort()).toEqual([
      'arrivals.svg', 'figures.csv', 'figures.json', 'growth.svg', 'intervals.svg',
      'repetitions.csv', 'scenario.toml', 'stale-share.svg',
    ]);
    const json = JSON.parse(readFileSync(join(folder, 'results/figures.json'), 'utf8')) as {
      points: { values: object; repetitions: number; figures: { name: string; mean: number }[] }[];
    };
    expect(json.points.map(({ values }) => values))
      .toEqual([{ latency: '100' }, { latency: '2000' }]);
    const stale = json.points[1]!.figures.find(({ name }) => name === 'stale share')!;
    const csv = readFileSync(join(folder, 'results/figures.csv'), 'utf8');
    expect(csv).toContain(`2000,stale share,,${stale.mean},`);
  });

  test('has a line for each repetition, with a seed that can be replayed', async () => {
    const [heading, ...rows] = lines;
    expect(rows.map((row) => row.slice(0, 2)))
      .toEqual(['1', '2', '3'].flatMap((seed) => [['100', seed], ['2000', seed]])
        .sort(([a], [b]) => Number(a) - Number(b)));
    const row = rows[4]!;
    const valueOf = (name: string): string => row[heading!.indexOf(name)]!;
    const replay = await mvb(
      '--scenario', 'results/scenario.toml', '--latency', '2000', '--replay', valueOf('seed'),
    );
    expect(replay.stdout).toContain(`log ${valueOf('log_hash')}`);
    expect(replay.stdout).toMatch(/^ +[\d.]+ s {2}node \d +mines: height 1 /m);
  });

  test('comes to the same again, from the file that it wrote', async () => {
    const again = await mvb('--scenario', 'results/scenario.toml', '--json', '--threads', '1');
    const { points } = JSON.parse(again.stdout) as { points: unknown };
    const json = readFileSync(join(folder, 'results/figures.json'), 'utf8');
    expect(points).toEqual((JSON.parse(json) as { points: unknown }).points);
  });
});

describe('mvb simulate', () => {
  test('lists its scenarios', async () => {
    const { stdout } = await mvb('--list');
    expect(stdout).toMatch(/^forks +How often does a network of miners fork/m);
    expect(stdout).toMatch(/^papers +/m);
  });

  test('still runs a seed of the harness', async () => {
    const { code, stdout } = await mvb('--seed', '3', '--nodes', '3', '--hours', '0.05');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^seed 3: .* log [0-9a-f]{16}\n$/)]);
  });

  test.each([
    [['--latency', '5'], /--latency goes with a scenario/],
    [['forks', '--seeds', '3'], /--seeds goes without a scenario/],
    [['forks', '--difficulty', '20'], /difficulty is no setting of a scenario/],
    [['forks', '--replay', '3'], /forks has 5 points; say which one/],
    [['papers', '--share', '0.3'], /--share does not go with the papers/],
    [['fork'], /Did you mean forks\?/],
    [['forks', '--latencies', '3'], /Did you mean --latency\?/],
  ])('%j is refused in words', async (args, words) => {
    const { code, stderr } = await mvb(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  test('names the line of a file that is wrong', async () => {
    writeFileSync(join(folder, 'bad.toml'), 'nodes = 3\n\nlatncy = 5\n');
    const { code, stderr } = await mvb('--scenario', 'bad.toml');
    expect([code, stderr]).toEqual([4, expect.stringMatching(/bad\.toml, line 3.*mean latency\?/)]);
  });

  test('takes parameters of the chain that a scenario has, too', async () => {
    const { stdout } = await mvb('forks', '--print', 'block_size=3', '--block-wait-seconds', '9');
    expect(stdout).toMatch(/^block_size = 3\nblock_wait_seconds = 9$/m);
  });
});

describe('an interrupted simulation', () => {
  test('keeps what is done, up to the first repetition that is not', async () => {
    const { runPoints } = await import(
      pathToFileURL(join(DIST, 'cli/simulate/runner.js')).href
    ) as typeof import('../../src/cli/simulate/runner.ts');
    const short = {
      ...DEFAULT_SCENARIO, nodes: 2, miners: 2, duration: { kind: 'blocks', blocks: 3 },
    } as const;
    const endless = { ...short, duration: { kind: 'blocks', blocks: 10_000_000 } } as const;
    const abort = new AbortController();
    const outcome = await runPoints([{ ...short, repetitions: 4 }, endless], {
      threads: 2, signal: abort.signal,
      onProgress: (done) => {
        // By blocks: three short ones, and what was told of a fourth.
        if (done > 9 / 10_000_012) abort.abort();
      },
    });
    expect(outcome.isInterrupted).toBe(true);
    const [own, none] = outcome.digests.map((digests) => digests.map(({ seed }) => seed));
    expect(own!.length).toBeGreaterThanOrEqual(3);
    expect(own).toEqual([1, 2, 3, 4].slice(0, own!.length));
    expect(none).toEqual([]);
  });

  test('ends with 130, by Ctrl-C', async () => {
    const args = [join(DIST, 'cli/main.js'), 'simulate', 'forks', '--blocks', '9000000', '--json'];
    const child = execFile(process.execPath, args, { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let said = '';
    child.stdout!.on('data', (text: string) => {
      said += text;
    });
    child.stderr!.once('data', () => child.kill('SIGINT')); // It says first what it begins.
    expect(await ended).toBe(130);
    expect(JSON.parse(said)).toMatchObject({ ok: true, interrupted: true });
  });
});
