/**
 * The kernel of a node: mining threads, so that the event loop never waits for a hash.
 *
 * Owns: giving each thread nonces of its own, checking what they find, replacing those that fail.
 * Does not own: one thread's life (`mining-thread.ts`), the search (`wasm-search.ts`,
 * `crypto/sha256-search.ts`).
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { assert } from '../../lib/assert.ts';
import {
  isValidNonce,
  SEARCH_HEADER_BYTES,
  SEARCH_TARGET_BYTES,
} from '../../crypto/sha256-search.ts';
import type { Kernel, Log, MiningJob } from '../../ports.ts';
import { RANGE_COUNT } from './control-block.ts';
import { MiningThread } from './mining-thread.ts';
import { createWasmSearch } from './wasm-search.ts';

/** Mining threads of a kernel. */
const MINING_THREADS_MAX = 256;

/** A thread that failed so often is replaced by the reference kernel, and only after a delay. */
const FAILURES_MAX = 3;
const RESTART_DELAY_MS = 10_000;
const WATCH_INTERVAL_MS = 2_000;

export interface WorkerKernelOptions {
  /** 1 to `MINING_THREADS_MAX`. */
  readonly threads: number;
  readonly log: Log;
  /** Share of each thread's time to use, 1 to 100; 100 when not given. */
  readonly loadPercent?: number;
  /** The built `search.wasm`, when it is elsewhere than in this package. */
  readonly wasmFile?: URL;
  /** The built `search-worker.js`, when it is elsewhere. */
  readonly workerFile?: URL;
  /** How often to look for threads that hang. */
  readonly watchIntervalMs?: number;
}

export interface WorkerKernel extends Kernel {
  /** Ends all threads, and resolves when they are gone. The kernel cannot be used afterwards. */
  close(): Promise<void>;
  /** 1 to `MINING_THREADS_MAX`; takes effect at once, on the present job too. */
  setThreads(threads: number): void;
  /** Share of each thread's time to use, 1 to 100. */
  setLoad(percent: number): void;
}

/** One core is left to everything else, unless there is only one. */
export function defaultMiningThreads(): number {
  return Math.min(Math.max(1, availableParallelism() - 1), MINING_THREADS_MAX);
}

/**
 * A kernel on worker threads: WebAssembly, or the reference where that does not work, which is
 * logged. Runs from the built files: Node 20 starts no worker from TypeScript.
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
  failures: number;
  restart: NodeJS.Timeout | undefined;
}

/** The bytes of the module if it works here. */
function loadWasm(file: URL, log: Log): Uint8Array | undefined {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    createWasmSearch(bytes);
    return bytes;
  } catch (error) {
    log.warn('mining without WebAssembly, many times slower', { reason: String(error) });
    return undefined;
  }
}

class ThreadedKernel implements WorkerKernel {
  readonly #log: Log;
  readonly #workerFile: URL;
  readonly #wasmBytes: Uint8Array | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #slots: Slot[] = [];
  readonly #endings = new Set<Promise<void>>();
  #loadPercent: number;
  #job: Job | undefined;
  #rangesGiven = 0;
  #hashesOfEnded = 0n;
  #isClosed = false;

  constructor(options: WorkerKernelOptions) {
    this.#log = options.log;
    this.#loadPercent = checkedPercent(options.loadPercent ?? 100);
    this.#workerFile = options.workerFile ?? new URL('./search-worker.js', import.meta.url);
    const wasmFile = options.wasmFile ?? new URL('../../kernels/search.wasm', import.meta.url);
    this.#wasmBytes = loadWasm(wasmFile, options.log);
    this.setThreads(options.threads);
    this.#watch = setInterval(() => {
      for (const slot of this.#slots) slot.thread?.look();
    }, options.watchIntervalMs ?? WATCH_INTERVAL_MS).unref();
  }

  get name(): string {
    const isWasm = (slot: Slot): boolean => slot.thread?.wasmBytes !== undefined;
    const wasmCount = this.#slots.filter(isWasm).length;
    const referenceCount = this.#slots.length - wasmCount;
    const parts: string[] = [];
    if (wasmCount > 0) parts.push(`wasm-simd x ${wasmCount}`);
    if (referenceCount > 0) parts.push(`reference x ${referenceCount}`);
    return parts.join(' + ');
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

  hashCount(): bigint {
    let total = this.#hashesOfEnded;
    for (const slot of this.#slots) total += slot.thread?.hashes ?? 0n;
    return total;
  }

  setThreads(threads: number): void {
    assert(!this.#isClosed, 'the kernel is closed');
    assert(Number.isInteger(threads) && threads >= 1 && threads <= MINING_THREADS_MAX);
    while (this.#slots.length > threads) this.#empty(this.#slots.pop()!);
    while (this.#slots.length < threads) {
      const slot: Slot = { thread: undefined, failures: 0, restart: undefined };
      this.#slots.push(slot);
      this.#fill(slot, this.#wasmBytes);
    }
  }

  setLoad(percent: number): void {
    this.#loadPercent = checkedPercent(percent);
    for (const slot of this.#slots) slot.thread?.setLoad(percent);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#job = undefined;
    clearInterval(this.#watch);
    for (const slot of this.#slots) this.#empty(slot);
    await Promise.all(this.#endings);
  }

  #fill(slot: Slot, wasmBytes: Uint8Array | undefined): void {
    const options = {
      workerFile: this.#workerFile,
      wasmBytes,
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
    slot.thread?.publish(this.#job, this.#rangesGiven % RANGE_COUNT);
    this.#rangesGiven += 1;
  }

  #onNonce(slot: Slot, nonce: bigint): void {
    const job = this.#job;
    if (job === undefined) return;
    if (isValidNonce(job.header, job.target, nonce)) job.onNonce(nonce);
    else this.#replace(slot, `found a wrong nonce, ${nonce}`, true);
  }

  #replace(slot: Slot, reason: string, isKernel: boolean): void {
    const failed = slot.thread?.wasmBytes;
    this.#empty(slot);
    slot.failures += 1;
    const isOften = slot.failures >= FAILURES_MAX;
    const next = isKernel || isOften ? undefined : failed;
    this.#log.warn('a mining thread failed and is replaced', {
      reason,
      kernel: failed === undefined ? 'reference' : 'wasm-simd',
      replacement: next === undefined ? 'reference' : 'wasm-simd',
    });
    if (failed !== undefined || !isOften) {
      this.#fill(slot, next);
      return;
    }
    // Even the reference fails again and again: no busy loop of starting threads.
    slot.restart = setTimeout(() => this.#fill(slot, next), RESTART_DELAY_MS);
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
