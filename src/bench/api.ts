/**
 * What the page and the API cost a miner: its hash rate while very many look on, how many requests
 * are answered, and whether the memory comes back.
 *
 * Owns: rows `api/*`. Does not own: the visitors (`api-load.ts`).
 *
 * One thread mines on one processor; everything else of the miner and all visitors share the other,
 * where the system can be told so (`taskset`). Times with and without visitors take turns in one
 * run. The network is too hard for a block to be found: no block disturbs the rates. As nothing of
 * ours is on the mining thread's processor, time that it waits for that is other programs' doing,
 * and does not count; mining yields to all of them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PARAMS, DIFFICULTY_BIT } from '../consensus/params.ts';
import type { LoadReport } from './api-load.ts';
import { environmentOf, newFolder } from './places.ts';
import { freeUdpPort, RunningProgram } from './program.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const LOAD_PROGRAM = fileURLToPath(new URL('api-load.js', import.meta.url));
const STREAMS = { tiny: 5, full: 200 } as const;
const PER_SECOND = { tiny: 50, full: 2_000 } as const;
/** A minute of visitors, all rounds together. */
const ROUNDS = { tiny: 1, full: 6 } as const;
const LOAD_MS = { tiny: 2_000, full: 10_000 } as const;
/** Without visitors, before each round. */
const ALONE_MS = { tiny: 500, full: 5_000 } as const;
/** What is made once, such as compiled code, is made before memory is looked at. */
const WARM_MS = { tiny: 500, full: 10_000 } as const;
const MINING_TARGET = 0.95;
const ANSWERED_TARGET = 0.95;
const MEMORY_TARGET = 1.25;
const MEGA = 1_000_000;
const KILOBYTE = 1_024;
const POLL_MS = 50;

/** A network on which this machine will not find a block. */
const PARAMS = {
  ...DEFAULT_PARAMS, network: 'bench-api', difficulty: 70 * DIFFICULTY_BIT, blockSize: 1,
};

export const apiBench: Bench = {
  name: 'api',
  async run(size, say) {
    const environment = environmentOf(PARAMS, {
      key_type: 'ed25519', dashboard: 'yes', dashboard_port: 0, log: 'pretty',
      status_broadcast_port: await freeUdpPort(), transaction_port: await freeUdpPort(),
    });
    const folder = newFolder();
    say('api: a miner without visitors');
    const miner = new RunningProgram(folder, ['miner'], environment);
    try {
      await miner.says(/Dashboard {3}http/);
      const { url } = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8')) as {
        url: string;
      };
      const rows = await measure({ url, pid: miner.pid, size, say });
      await miner.stop();
      return rows;
    } finally {
      miner.kill();
    }
  },
};

interface Part {
  readonly url: string;
  readonly pid: number;
  readonly size: BenchSize;
  readonly say: (line: string) => void;
}

async function measure({ url, pid, size, say }: Part): Promise<Row[]> {
  while (await hashesOf(url) === 0) await delay(POLL_MS);
  const thread = await pin(pid);
  const visit = async (durationMs: number): Promise<LoadReport> => await load({
    url, streams: STREAMS[size], perSecond: PER_SECOND[size], durationMs,
    isPinned: thread !== undefined,
  });
  await visit(WARM_MS[size]);
  const during = async (work: Promise<unknown>): Promise<Mined> =>
    await minedDuring({ url, pid, thread }, work);
  const memoryBefore = memoryOf(pid);
  const [alone, visited, reports]: [Mined[], Mined[], LoadReport[]] = [[], [], []];
  say(`api: ${STREAMS[size]} event streams and ${PER_SECOND[size]} requests a second`);
  while (reports.length < ROUNDS[size]) {
    alone.push(await during(delay(ALONE_MS[size])));
    const visitors = visit(LOAD_MS[size]);
    visited.push(await during(visitors));
    reports.push(await visitors);
  }
  const sum = (of: (report: LoadReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const failed = sum((report) => report.failed);
  const lost = sum(({ openStreams }) => STREAMS[size] - openStreams);
  if (failed + lost > 0) throw new Error(`${failed} requests failed, ${lost} streams ended`);
  const answered = sum((report) => report.answered) / sum(({ elapsedMs }) => elapsedMs / 1_000);
  const place = thread === undefined ? '' : ', on the other processor than the mining thread';
  const note = `${STREAMS[size]} event streams, ${PER_SECOND[size]} GET/s${place}`;
  return [
    withLimit({
      name: 'api/mining-cost', value: rateOf(visited), unit: 'MH/s', better: 'higher',
      target: MINING_TARGET, note: `the hash rate with ${note}; limit: without`,
    }, rateOf(alone)),
    withLimit({
      name: 'api/requests-per-second', value: answered, unit: 'requests/s', better: 'higher',
      target: ANSWERED_TARGET, note: 'answered in that time; limit: asked',
    }, PER_SECOND[size]),
    ...memoryRow(memoryBefore, memoryOf(pid)),
  ];
}

function withLimit(row: Row, limit: number): Row {
  return { ...row, limit, ratio: row.value / limit };
}

function memoryRow(before: number | undefined, after: number | undefined): Row[] {
  if (before === undefined || after === undefined) return [];
  return [withLimit({
    name: 'api/memory-after', value: after / MEGA, unit: 'MB', better: 'lower',
    target: MEMORY_TARGET, note: 'anonymous memory when the visitors have gone; limit: before',
  }, before / MEGA)];
}

interface Mined {
  readonly hashes: number;
  /** That the mining thread could have. */
  readonly ms: number;
}

/** In MH/s, all parts together: what a thread waits for is only counted when the wait is over. */
function rateOf(parts: readonly Mined[]): number {
  const hashes = parts.reduce((sum, one) => sum + one.hashes, 0);
  return (1_000 * hashes) / parts.reduce((sum, { ms }) => sum + ms, 0) / MEGA;
}

async function minedDuring(
  { url, pid, thread }: {
    readonly url: string; readonly pid: number; readonly thread: number | undefined;
  }, work: Promise<unknown>,
): Promise<Mined> {
  const waited = (): number => (thread === undefined ? 0 : waitedMs(pid, thread));
  const [hashes, startedAt, waitedBefore] = [await hashesOf(url), performance.now(), waited()];
  await work;
  return {
    hashes: await hashesOf(url) - hashes,
    ms: performance.now() - startedAt - (waited() - waitedBefore),
  };
}

/** How long the thread was ready and another had the processor. */
function waitedMs(pid: number, thread: number): number {
  const [, waited = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
  return Number(waited) / MEGA;
}

async function hashesOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^mvb_mining_hashes_total (\S+)$/m.exec(text)?.[1] ?? 0);
}

/** Runs visitors to their end, on the first processor when `isPinned`. */
async function load({ url, streams, perSecond, durationMs, isPinned }: {
  readonly url: string; readonly streams: number; readonly perSecond: number;
  readonly durationMs: number; readonly isPinned: boolean;
}): Promise<LoadReport> {
  const words = [LOAD_PROGRAM, url, streams, perSecond, durationMs].map(String);
  const [file, ...rest] = [...isPinned ? ['taskset', '-c', '0'] : [], process.execPath, ...words];
  const child = spawn(file!, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the visitors ended with ${code}`);
  return JSON.parse(text) as LoadReport;
}

/**
 * Puts the mining thread, which is the one that works, on the second processor, and all else of the
 * process on the first. Gives the thread, or nothing where that cannot be done.
 */
async function pin(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux' || availableParallelism() < 2) return undefined;
  const before = timesOf(pid);
  await delay(20 * POLL_MS);
  const grown = [...timesOf(pid)].map(([thread, time]) =>
    [thread, time - (before.get(thread) ?? 0)] as const);
  const [busiest] = grown.reduce((most, one) => (one[1] > most[1] ? one : most));
  const taskset = (...words: string[]): boolean =>
    spawnSync('taskset', words, { stdio: 'ignore' }).status === 0;
  const isPinned = taskset('-acp', '0', String(pid)) && taskset('-cp', '1', String(busiest));
  return isPinned ? busiest : undefined;
}

/** The processor time of each thread, in the system's ticks. */
function timesOf(pid: number): Map<number, number> {
  return new Map(readdirSync(`/proc/${pid}/task`).map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // After the name, which may have spaces: the state is the third field, user time the 14th.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [Number(thread), Number(fields[11])];
  }));
}

/** Undefined where the system does not tell a process's own memory apart. */
function memoryOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(text);
  return match === null ? undefined : Number(match[1]) * KILOBYTE;
}
