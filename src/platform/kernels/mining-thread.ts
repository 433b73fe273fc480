/**
 * One mining thread as the main thread sees it: a worker and its control block.
 *
 * Owns: the worker's life, and noticing that it crashed or hangs.
 * Does not own: what happens then (`worker-kernel.ts`), what the thread does (`search-worker.ts`).
 */
import { Worker } from 'node:worker_threads';
import type { MiningJob } from '../../ports.ts';
import { ControlBlock } from './control-block.ts';
import type { KernelSource } from './kernel-choice.ts';
import type { SearchWorkerData, SearchWorkerMessage } from './search-worker.ts';

/** What became of a thread; at most one call of `onFault`, and nothing after it. */
export interface MiningThreadEvents {
  /** A nonce, not yet checked, for the job published last. */
  onNonce(nonce: bigint): void;
  /** The thread is of no use any more. `isKernel`: because of its kernel, not by accident. */
  onFault(reason: string, isKernel: boolean): void;
}

export interface MiningThreadOptions {
  readonly workerFile: URL;
  readonly source: KernelSource;
  readonly loadPercent: number;
}

/** Looks in a row that found no progress before a thread counts as hung. */
const HUNG_LOOKS = 15;
/** The same for a thread that has made none yet: it starts slowly on a busy machine. */
const HUNG_AT_START_LOOKS = 60;
/** A mining thread keeps almost nothing: this only bounds a leak. */
const HEAP_MIB_MAX = 64;

export class MiningThread {
  readonly #control = new ControlBlock();
  readonly #worker: Worker;
  readonly #events: MiningThreadEvents;
  #kernelName: string;
  #isOver = false;
  #isSearching = false;
  #beatsSeen = 0;
  #looksWithoutBeat = 0;

  constructor(options: MiningThreadOptions, events: MiningThreadEvents) {
    this.#kernelName = options.source.kind;
    this.#events = events;
    this.#control.setLoad(options.loadPercent);
    const workerData: SearchWorkerData = {
      memory: this.#control.memory,
      source: options.source,
    };
    this.#worker = new Worker(options.workerFile, {
      workerData,
      execArgv: [], // Not the flags of our own start, such as a test runner's.
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    this.#worker.unref();
    this.#worker.on('message', (message: SearchWorkerMessage) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#fail(`crashed: ${error}`, false));
    this.#worker.on('exit', (code) => this.#fail(`ended with code ${code}`, false));
  }

  /** What it searches with; less exact until the thread has opened its kernel. */
  get kernelName(): string {
    return this.#kernelName;
  }

  get hashes(): bigint {
    return this.#control.hashes;
  }

  /** For want of a job, or to keep to its load. */
  get isAsleep(): boolean {
    return this.#control.isAsleep;
  }

  /** Searches this job's range, or nothing. While there is a job, the process does not end. */
  publish(job: MiningJob | undefined, range = 0): void {
    this.#isSearching = job !== undefined;
    this.#looksWithoutBeat = 0;
    this.#control.publish(job, range);
    if (this.#isSearching) this.#worker.ref();
    else this.#worker.unref();
  }

  setLoad(percent: number): void {
    this.#control.setLoad(percent);
  }

  /** Reports a fault if the thread should search and has made no progress for many looks. */
  look(): void {
    const beats = this.#control.beats;
    if (!this.#isSearching || this.#control.isAsleep || beats !== this.#beatsSeen) {
      this.#beatsSeen = beats;
      this.#looksWithoutBeat = 0;
      return;
    }
    this.#looksWithoutBeat += 1;
    const limit = beats === 0 ? HUNG_AT_START_LOOKS : HUNG_LOOKS;
    if (this.#looksWithoutBeat >= limit) this.#fail('hangs', false);
  }

  /** Ends the thread, whatever it is doing; no event comes afterwards. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #onMessage(message: SearchWorkerMessage): void {
    if (this.#isOver) return;
    if (message.kind === 'kernel') {
      this.#kernelName = message.name;
      return;
    }
    if (message.kind === 'kernel-fault') {
      this.#fail(message.reason, true);
      return;
    }
    // A nonce of an earlier job, found while the new one was on its way, is of no use.
    const isCurrent = this.#isSearching && message.generation === this.#control.generation;
    if (isCurrent) this.#events.onNonce(message.nonce);
    // After the handler: if that starts another job, no batch is wasted on this one.
    this.#control.take();
  }

  #fail(reason: string, isKernel: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFault(reason, isKernel);
  }
}
