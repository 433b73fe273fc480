/**
 * How fast this program mines, and how little it disturbs.
 *
 * Owns: rows `mining/*`. Does not own: the limits (`rivals.ts`).
 *
 * Our side is always whole mining threads, as a miner has them. They and their limits take turns,
 * each a fraction of a second, and the best of each counts: others disturb now and then.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_HEADER_BYTES, SEARCH_TARGET_BYTES } from '../crypto/sha256-search.ts';
import { RANGE_NONCE_COUNT } from '../platform/kernels/control-block.ts';
import type { KernelWish } from '../platform/kernels/kernel-choice.ts';
import { createWorkerKernel } from '../platform/kernels/worker-kernel.ts';
import type { WorkerKernel } from '../platform/kernels/worker-kernel.ts';
import type { Log, MiningJob } from '../ports.ts';
import { buildWasmFromC, ScanLoops } from './rivals.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const ROUNDS = { tiny: 1, full: 10 } as const;
const SLICE_MS = { tiny: 20, full: 100 } as const;
const WARM_MS = { tiny: 0, full: 300 } as const;
const WATCHED_MS = { tiny: 50, full: 5_000 } as const;
const STOPS = { tiny: 5, full: 300 } as const;
/** A job is stopped at another moment of a batch each time: after up to so long. */
const JOB_MS_MAX = 7;
/** How often there is a look whether all threads sleep. */
const LOOK_MS = 0.2;
/** A thread that has not begun by then never will. */
const START_MS_MAX = 30_000;

const TARGET_RATIO = 0.95;
const EVENT_LOOP_TARGET_MS = 20;
const STOP_TARGET_MS = 5;
const MEGA = 1e6;
/** (`performance.md`, "Python original": 5 transactions a block.) */
const PYTHON_NOTE = 'the Python original makes 0.04 MH/s';

/** No hash is below zero. */
const HOPELESS: MiningJob = {
  header: new Uint8Array(SEARCH_HEADER_BYTES), target: new Uint8Array(SEARCH_TARGET_BYTES),
};
/**
 * One hash of 8,192 will do: a thread needs a tenth of a millisecond. If each would, the first
 * thread would keep the main thread busy, which then shares the other's processor and goes first.
 */
const EASY: MiningJob = {
  ...HOPELESS, target: new Uint8Array(SEARCH_TARGET_BYTES).fill(0xff).fill(0, 0, 1).fill(7, 1, 2),
};

/** A kernel that is replaced here would be measured under a wrong name. */
const STRICT_LOG: Log = {
  debug: () => {},
  info: () => {},
  warn: (message, fields) => {
    throw new Error(`${message}: ${fields?.['reason']}`);
  },
  error: (message) => {
    throw new Error(message);
  },
};

export const miningBench: Bench = {
  name: 'mining',
  async run(size, say) {
    const folder = mkdtempSync(join(tmpdir(), 'mvb-bench-'));
    const close: (() => Promise<void>)[] = [];
    const open = async (options: Opening): Promise<MiningSide> => {
      const side = await MiningSide.open(options, size);
      close.push(() => side.close());
      return side;
    };
    try {
      return [
        ...await nativeRows({ open, folder, size, say }),
        ...await wasmRows({ open, folder, size, say }),
        ...await referenceRows({ open, folder, size, say }),
        await eventLoopRow(size, say),
        await stopRow(size, say),
      ];
    } finally {
      for (const end of close) await end();
      rmSync(folder, { recursive: true });
    }
  },
};

interface Opening {
  readonly threads: number;
  readonly wish: KernelWish;
  readonly wasmFile?: URL;
}

interface Part {
  readonly open: (options: Opening) => Promise<MiningSide>;
  readonly folder: string;
  readonly size: BenchSize;
  readonly say: (line: string) => void;
}

/** Something whose rate is measured for a slice of time; it rests otherwise. */
interface Side {
  rate(durationMs: number): Promise<number>;
}

/** Threads that mine only while they are measured. */
class MiningSide implements Side {
  readonly #kernel: WorkerKernel;

  private constructor(kernel: WorkerKernel) {
    this.#kernel = kernel;
  }

  static async open(options: Opening, size: BenchSize): Promise<MiningSide> {
    const kernel = createWorkerKernel({ ...options, log: STRICT_LOG });
    const side = new MiningSide(kernel);
    kernel.start(HOPELESS, () => {});
    try {
      await side.#nextBatch();
      // Until the compiler has optimised, and batches have their size.
      await delay(WARM_MS[size]);
    } catch (error) {
      await kernel.close();
      throw error;
    }
    kernel.setPaused(true);
    return side;
  }

  get name(): string {
    return this.#kernel.name;
  }

  async rate(durationMs: number): Promise<number> {
    this.#kernel.setPaused(false);
    const [hashesBefore, startedMs] = await this.#nextBatch();
    await delay(durationMs);
    const [hashesAfter, endedMs] = await this.#nextBatch();
    this.#kernel.setPaused(true);
    return (Number(hashesAfter - hashesBefore) * 1_000) / (endedMs - startedMs);
  }

  async close(): Promise<void> {
    await this.#kernel.close();
  }

  /** Hashes are counted by the batch, so that a count is exact at the end of one. */
  async #nextBatch(): Promise<[hashes: bigint, atMs: number]> {
    const before = this.#kernel.hashCount();
    const limitMs = performance.now() + START_MS_MAX;
    for (;;) {
      const hashes = this.#kernel.hashCount();
      if (hashes !== before) return [hashes, performance.now()];
      if (performance.now() > limitMs) throw new Error('the mining threads do not start');
      await delay(1);
    }
  }
}

/** The best rates of these, which take turns; in hashes per second. */
async function bestRates(sides: readonly Side[], size: BenchSize): Promise<number[]> {
  const best = sides.map(() => 0);
  for (let round = 0; round < ROUNDS[size]; round++) {
    for (const [index, side] of sides.entries()) {
      best[index] = Math.max(best[index]!, await side.rate(SLICE_MS[size]));
    }
  }
  return best;
}

/** A row of a hash rate, in MH/s, with a limit if there is one. */
function rateRow(name: string, rate: number, limit: number | undefined, note: string): Row {
  const row: Row = { name, value: rate / MEGA, unit: 'MH/s', better: 'higher', note };
  if (limit === undefined) return row;
  return { ...row, limit: limit / MEGA, ratio: rate / limit, target: TARGET_RATIO };
}

async function nativeRows({ open, folder, size, say }: Part): Promise<Row[]> {
  const one = await open({ threads: 1, wish: 'native' });
  if (!one.name.startsWith('native')) {
    say('mining/native: there is no native kernel here');
    return [];
  }
  say('mining/native');
  const two = await open({ threads: 2, wish: 'native' });
  const loops = await ScanLoops.build(folder);
  const names = loops?.names ?? [];
  // Our threads have as many chances of an undisturbed moment as all loops together.
  const turns = names.flatMap((name): Side[] => [
    one, two, { rate: (durationMs) => loops!.rateOf(name, durationMs) },
  ]);
  const best = await bestRates(turns.length > 0 ? turns : [one, two], size);
  const [ones, twos, rates] = [0, 1, 2].map((of) => best.filter((_, index) => index % 3 === of));
  const [rateOfOne, rateOfTwo] = [Math.max(...ones!), Math.max(...twos!)];
  const limit = rates!.length === 0 ? undefined : Math.max(...rates!);
  const rival = limit === undefined ? 'no C compiler here'
    : `limit: the best loop in C, ${names[rates!.indexOf(limit)]}`;
  return [
    rateRow('mining/native/1-thread', rateOfOne, limit, `${one.name}; ${rival}; ${PYTHON_NOTE}`),
    rateRow('mining/native/2-threads', rateOfTwo, 2 * rateOfOne,
      `limit: twice one thread; this machine has ${availableParallelism()} processors`),
  ];
}

async function wasmRows({ open, folder, size, say }: Part): Promise<Row[]> {
  say('mining/wasm');
  const ours = await open({ threads: 1, wish: 'wasm' });
  const wasmFile = await buildWasmFromC(folder);
  const theirs = wasmFile === undefined
    ? [] : [await open({ threads: 1, wish: 'wasm', wasmFile })];
  const [rate, limit] = await bestRates([ours, ...theirs], size);
  const note = limit === undefined ? 'no clang here' : 'limit: the same from C by clang';
  return [rateRow('mining/wasm/1-thread', rate!, limit, note)];
}

async function referenceRows({ open, size, say }: Part): Promise<Row[]> {
  say('mining/reference');
  const [rate] = await bestRates([await open({ threads: 1, wish: 'reference' })], size);
  return [rateRow('mining/reference', rate!, undefined, `the definition; ${PYTHON_NOTE}`)];
}

/** How late timers of the main thread are while every processor mines. */
async function eventLoopRow(size: BenchSize, say: (line: string) => void): Promise<Row> {
  say('mining/event-loop-p99');
  const kernel = createWorkerKernel({ threads: availableParallelism(), log: STRICT_LOG });
  const lateMs: number[] = [];
  try {
    await startEverywhere(kernel);
    kernel.start(HOPELESS, () => {});
    const endMs = performance.now() + WATCHED_MS[size];
    while (performance.now() < endMs) {
      const setMs = performance.now();
      await delay(1);
      lateMs.push(performance.now() - setMs - 1);
    }
  } finally {
    await kernel.close();
  }
  return {
    name: 'mining/event-loop-p99', value: percentile(lateMs, 0.99), unit: 'ms', better: 'lower',
    target: EVENT_LOOP_TARGET_MS, note: 'how late timers are while all processors mine',
  };
}

/** How long it takes until no thread searches any more. */
async function stopRow(size: BenchSize, say: (line: string) => void): Promise<Row> {
  say('mining/stop-p99');
  const kernel = createWorkerKernel({ threads: availableParallelism(), log: STRICT_LOG });
  const tookMs: number[] = [];
  try {
    await startEverywhere(kernel);
    for (let index = 0; index < STOPS[size]; index++) {
      kernel.start(HOPELESS, () => {});
      await delay(1 + (index * JOB_MS_MAX) / STOPS[size]);
      tookMs.push(stopEverywhere(kernel));
    }
  } finally {
    await kernel.close();
  }
  return {
    name: 'mining/stop-p99', value: percentile(tookMs, 0.99), unit: 'ms', better: 'lower',
    target: STOP_TARGET_MS, note: 'from the order until each thread sleeps, all processors mining',
  };
}

/** Milliseconds until all threads sleep. The main thread rests between its looks. */
function stopEverywhere(kernel: WorkerKernel): number {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  const startedMs = performance.now();
  kernel.stop();
  while (!kernel.isAsleep) Atomics.wait(nobody, 0, 0, LOOK_MS);
  return performance.now() - startedMs;
}

/** Resolves when each thread has found a nonce of a job that is soon solved. */
async function startEverywhere(kernel: WorkerKernel): Promise<void> {
  const ranges = new Set<bigint>();
  await new Promise<void>((resolve) => {
    kernel.start(EASY, (nonce) => {
      // Each thread has a range of its own.
      ranges.add(nonce / RANGE_NONCE_COUNT);
      if (ranges.size === availableParallelism()) resolve();
    });
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
