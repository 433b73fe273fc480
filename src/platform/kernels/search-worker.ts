/**
 * A mining thread: the entry point of a worker, which searches what its control block says.
 *
 * Owns: batches, the share of time used, the thread's priority.
 * Does not own: which job and which kernel (`worker-kernel.ts`), opening that (`kernel-choice.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../lib/assert.ts';
import type { Search } from '../../crypto/sha256-search.ts';
import { lowerThreadPriority } from '../thread-priority.ts';
import { ControlBlockReader, RANGE_NONCE_COUNT } from './control-block.ts';
import type { RangedJob } from './control-block.ts';
import { openKernel } from './kernel-choice.ts';
import type { KernelSource } from './kernel-choice.ts';

/** What the main thread gives a mining thread. */
export interface SearchWorkerData {
  readonly memory: SharedArrayBuffer;
  readonly source: KernelSource;
}

/** What a mining thread tells the main thread. */
export type SearchWorkerMessage =
  /** The kernel is open and passed its test. */
  | { readonly kind: 'kernel'; readonly name: string }
  | { readonly kind: 'nonce'; readonly generation: number; readonly nonce: bigint }
  /** The kernel does not work here; the thread ends. */
  | { readonly kind: 'kernel-fault'; readonly reason: string };

/** How long a batch is to last: a new job waits for the end of one. */
const BATCH_MS = 1;
const BATCH_COUNT_MIN = 64;
const BATCH_COUNT_MAX = 1 << 24;
/** A batch has at most so many times the nonces of the one before. */
const BATCH_GROWTH_MAX = 4;
/** Nice value of a mining thread: all else goes first, and it still gets on when all is busy. */
const MINING_NICE = 10;

/** Searches for ever. `post` sends a nonce; the next is sought once that one is taken. */
class MiningLoop {
  readonly #control: ControlBlockReader;
  readonly #search: Search;
  readonly #post: (message: SearchWorkerMessage) => void;
  #batchCount = BATCH_COUNT_MIN;
  #posted = 0;

  constructor(
    control: ControlBlockReader,
    search: Search,
    post: (message: SearchWorkerMessage) => void,
  ) {
    this.#control = control;
    this.#search = search;
    this.#post = post;
  }

  run(): never {
    for (;;) {
      const wakeCount = this.#control.wakeCount;
      const job = this.#control.readJob();
      if (job === undefined) this.#control.sleep(wakeCount);
      else this.#searchJob(job);
    }
  }

  #searchJob(job: RangedJob): void {
    let nonce = job.firstNonce;
    const end = nonce + RANGE_NONCE_COUNT;
    while (this.#control.generation === job.generation) {
      const wakeCount = this.#control.wakeCount;
      const count = Math.min(this.#batchCount, Number(end - nonce));
      const startedMs = performance.now();
      const found = this.#search(job.header, job.target, nonce, count);
      const elapsedMs = performance.now() - startedMs;
      const tried = found === undefined ? count : Number(found - nonce) + 1;
      nonce += BigInt(tried);
      this.#control.countBatch(tried);
      if (found !== undefined) this.#report(found, job);
      else if (count === 0) this.#control.sleep(wakeCount); // The range is exhausted.
      else this.#adaptBatch(elapsedMs);
      this.#rest(elapsedMs, wakeCount);
    }
  }

  /** Waiting until the main thread has taken the nonce keeps an easy target from flooding it. */
  #report(nonce: bigint, job: RangedJob): void {
    this.#post({ kind: 'nonce', generation: job.generation, nonce });
    this.#posted += 1;
    for (;;) {
      const wakeCount = this.#control.wakeCount;
      const isTaken = this.#control.taken === this.#posted;
      if (isTaken || this.#control.generation !== job.generation) return;
      this.#control.sleep(wakeCount);
    }
  }

  #adaptBatch(elapsedMs: number): void {
    const factor = Math.min(BATCH_MS / Math.max(elapsedMs, 0.001), BATCH_GROWTH_MAX);
    const count = Math.round(this.#batchCount * factor);
    this.#batchCount = Math.min(Math.max(count, BATCH_COUNT_MIN), BATCH_COUNT_MAX);
  }

  #rest(workedMs: number, wakeCount: number): void {
    const percent = this.#control.loadPercent;
    if (percent < 100) this.#control.sleep(wakeCount, (workedMs * (100 - percent)) / percent);
  }
}

lowerThreadPriority(MINING_NICE);
assert(parentPort !== null, 'this file is the entry point of a worker');
const port = parentPort;
const { memory, source } = workerData as SearchWorkerData;
const post = (message: SearchWorkerMessage): void => port.postMessage(message);
try {
  const { name, search } = openKernel(source);
  post({ kind: 'kernel', name });
  new MiningLoop(new ControlBlockReader(memory), search, post).run();
} catch (error) {
  post({ kind: 'kernel-fault', reason: String(error) });
}
