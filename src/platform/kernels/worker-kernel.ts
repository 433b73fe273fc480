/**
 * The kernel of a node: mining threads, so that the event loop never waits for a hash.
 *
 * Owns: giving each thread nonces of its own, checking what they find, replacing those that fail.
 * Does not own: one thread's life (`mining-thread.ts`), the kernels and their order
 * (`kernel-choice.ts`).
 */
import { availableParallelism } from 'node:os';
import { assert } from '../../lib/assert.ts';
import {
  isValidNonce,
  SEARCH_HEADER_BYTES,
  SEARCH_TARGET_BYTES,
} from '../../crypto/sha256-search.ts';
import type { Kernel, Log, MiningJob } from '../../ports.ts';
import { RANGE_COUNT } from './control-block.ts';
import { findKernels } from './kernel-choice.ts';
import type { KernelFiles, KernelSource, KernelWish } from './kernel-choice.ts';
import { MiningThread } from './mining-thread.ts';

/** Mining threads of a kernel. */
export const MINING_THREADS_MAX = 256;

/** After so many failures of a thread, its next kernel is tried; after the last one's, a delay. */
const FAILURES_MAX = 3;
const RESTART_DELAY_MS = 10_000;
const WATCH_INTERVAL_MS = 2_000;

export interface WorkerKernelOptions extends KernelFiles {
  /** 1 to `MINING_THREADS_MAX`. */
  readonly threads: number;
  readonly log: Log;
  /** Share of each thread's time to use, 1 to 100; 100 when not given. */
  readonly loadPercent?: number;
  /** The best kernel that may be taken; `native` when not given. */
  readonly wish?: KernelWish;
  /** The built `search-worker.js`, when it is elsewhere than in this package. */
  readonly workerFile?: URL;
  /** How often to look for threads that hang. */
  readonly watchIntervalMs?: number;
}

export interface WorkerKernel extends Kernel {
  /** Ends all threads, and resolves when they are gone. The kernel cannot be used afterwards. */
  close(): Promise<void>;
  readonly threads: number;
  /** 1 to `MINING_THREADS_MAX`; takes effect at once, on the present job too. */
  setThreads(threads: number): void;
  readonly loadPercent: number;
  /** Share of each thread's time to use, 1 to 100. */
  setLoad(percent: number): void;
  /** While paused, no thread searches; the job of that time is searched afterwards. */
  readonly isPaused: boolean;
  /** Whether all threads sleep, as they do once they noticed that there is nothing to search. */
  readonly isAsleep: boolean;
  setPaused(isPaused: boolean): void;
}

/** One core is left to everything else, unless there is only one. */
export function defaultMiningThreads(): number {
  return Math.min(Math.max(1, availableParallelism() - 1), MINING_THREADS_MAX);
}

/**
 * A kernel on worker threads: native, or WebAssembly where that does not work, or the reference.
 * Each change for the worse is logged. Runs from the built files: Node 20 starts no worker from
 * TypeScript.
 */
export function createWorkerKernel(options: WorkerKernelOptions): WorkerKernel {
  return new ThreadedKernel(options);
}

interface Job extends MiningJob {
  readonly onNonce: (nonce: bigint) => void;
}

interface Slot {
  /** Undefined while a replacement waits for its time. */
  thread: MiningThread | undefined;
  /** Which of the kernels found here it has. */
  kernel: number;
  /** Of its threads with this kernel. */
  failures: number;
  restart: NodeJS.Timeout | undefined;
}

class ThreadedKernel implements WorkerKernel {
  readonly #log: Log;
  readonly #workerFile: URL;
  /** Best first; the last is the reference. */
  readonly #sources: readonly KernelSource[];
  readonly #watch: NodeJS.Timeout;
  readonly #slots: Slot[] = [];
  readonly #endings = new Set<Promise<void>>();
  #loadPercent: number;
  #job: Job | undefined;
  #rangesGiven = 0;
  #hashesOfEnded = 0n;
  #isPaused = false;
  #isClosed = false;

  constructor(options: WorkerKernelOptions) {
    this.#log = options.log;
    this.#loadPercent = checkedPercent(options.loadPercent ?? 100);
    this.#workerFile = options.workerFile ?? new URL('./search-worker.js', import.meta.url);
    this.#sources = findKernels(options.wish ?? 'native', options, options.log);
    this.setThreads(options.threads);
    this.#watch = setInterval(() => {
      for (const slot of this.#slots) slot.thread?.look();
    }, options.watchIntervalMs ?? WATCH_INTERVAL_MS).unref();
  }

  get name(): string {
    const counts = new Map<string, number>();
    for (const slot of this.#slots) {
      const name = slot.thread?.kernelName ?? this.#sources[slot.kernel]!.kind;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => `${name} x ${count}`).join(' + ');
  }

  start(job: MiningJob, onNonce: (nonce: bigint) => void): void {
    assert(!this.#isClosed, 'the kernel is closed');
    assert(job.header.length === SEARCH_HEADER_BYTES, 'a header has 116 bytes');
    assert(job.target.length === SEARCH_TARGET_BYTES, 'a target has 32 bytes');
    // Copies: the caller may reuse its memory, and a later thread starts on the same job.
    const header = new Uint8Array(job.header);
    this.#job = { header, target: new Uint8Array(job.target), onNonce };
    this.#rangesGiven = 0;
    for (const slot of this.#slots) this.#giveJob(slot);
  }

  stop(): void {
    this.#job = undefined;
    for (const slot of this.#slots) this.#giveJob(slot);
  }

  get isAsleep(): boolean {
    return this.#slots.every(({ thread }) => thread === undefined || thread.isAsleep);
  }

  hashCount(): bigint {
    let total = this.#hashesOfEnded;
    for (const slot of this.#slots) total += slot.thread?.hashes ?? 0n;
    return total;
  }

  get threads(): number {
    return this.#slots.length;
  }

  setThreads(threads: number): void {
    assert(!this.#isClosed, 'the kernel is closed');
    assert(Number.isInteger(threads) && threads >= 1 && threads <= MINING_THREADS_MAX);
    while (this.#slots.length > threads) this.#empty(this.#slots.pop()!);
    while (this.#slots.length < threads) {
      const slot: Slot = { thread: undefined, kernel: 0, failures: 0, restart: undefined };
      this.#slots.push(slot);
      this.#fill(slot);
    }
  }

  get loadPercent(): number {
    return this.#loadPercent;
  }

  setLoad(percent: number): void {
    this.#loadPercent = checkedPercent(percent);
    for (const slot of this.#slots) slot.thread?.setLoad(percent);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    for (const slot of this.#slots) this.#giveJob(slot);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#job = undefined;
    clearInterval(this.#watch);
    for (const slot of this.#slots) this.#empty(slot);
    await Promise.all(this.#endings);
  }

  #fill(slot: Slot): void {
    const options = {
      workerFile: this.#workerFile,
      source: this.#sources[slot.kernel]!,
      loadPercent: this.#loadPercent,
    };
    slot.thread = new MiningThread(options, {
      onNonce: (nonce) => this.#onNonce(slot, nonce),
      onFault: (reason, isKernel) => this.#replace(slot, reason, isKernel),
    });
    this.#giveJob(slot);
  }

  /** A range is given once per job, so that a replacement repeats nothing. */
  #giveJob(slot: Slot): void {
    const job = this.#isPaused ? undefined : this.#job;
    slot.thread?.publish(job, this.#rangesGiven % RANGE_COUNT);
    this.#rangesGiven += 1;
  }

  #onNonce(slot: Slot, nonce: bigint): void {
    const job = this.#job;
    if (job === undefined) return;
    if (isValidNonce(job.header, job.target, nonce)) job.onNonce(nonce);
    else this.#replace(slot, `found a wrong nonce, ${nonce}`, true);
  }

  #replace(slot: Slot, reason: string, isKernel: boolean): void {
    const failed = slot.thread!.kernelName;
    this.#empty(slot);
    slot.failures += 1;
    const isOften = slot.failures >= FAILURES_MAX;
    const isLast = slot.kernel === this.#sources.length - 1;
    if ((isKernel || isOften) && !isLast) {
      slot.kernel += 1;
      slot.failures = 0;
    }
    const replacement = this.#sources[slot.kernel]!.kind;
    this.#log.warn('a mining thread failed and is replaced', {
      reason, kernel: failed, replacement,
    });
    if (!isOften || !isLast) {
      this.#fill(slot);
      return;
    }
    // Even the reference fails again and again: no busy loop of starting threads.
    slot.restart = setTimeout(() => this.#fill(slot), RESTART_DELAY_MS);
    slot.restart.unref();
  }

  #empty(slot: Slot): void {
    clearTimeout(slot.restart);
    const thread = slot.thread;
    slot.thread = undefined;
    if (thread === undefined) return;
    this.#hashesOfEnded += thread.hashes;
    const ending = thread.end().finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}

function checkedPercent(percent: number): number {
  assert(Number.isInteger(percent) && percent >= 1 && percent <= 100, 'a load is 1 to 100 percent');
  return percent;
}
