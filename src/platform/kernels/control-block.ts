/**
 * The memory that the main thread shares with one mining thread.
 *
 * A mining thread never returns to its event loop, so it hears of a new job here. The main thread
 * never waits: it writes, and wakes the other if that one sleeps. The job is guarded by its
 * generation, as in a seqlock: odd while the main thread, the only writer, is at work.
 *
 * Owns: the layout, and the only reads and writes of it.
 * Does not own: threads.
 */
import { SEARCH_HEADER_BYTES, SEARCH_TARGET_BYTES } from '../../crypto/sha256-search.ts';
import type { MiningJob } from '../../ports.ts';

/** Nonces of one range: months of work for one thread. */
export const RANGE_NONCE_COUNT = 1n << 48n;
/** Ranges of one job; together they are all nonces. */
export const RANGE_COUNT = 1 << 16;

// Indices of 32-bit words.
/** Counts changes made by the main thread: what a mining thread sleeps on. */
const WAKE = 0;
const GENERATION = 1;
/** 1 when there is a job, 0 when there is none. */
const ACTIVE = 2;
const LOAD_PERCENT = 3;
/** Counts the nonces that the main thread has taken. */
const TAKEN = 4;
/** Counts the batches of the mining thread. */
const BEATS = 5;
/** 1 while the mining thread sleeps. */
const ASLEEP = 6;
const RANGE = 7;
const WORD_COUNT = 8;

const HASHES_OFFSET = 4 * WORD_COUNT;
const HEADER_OFFSET = HASHES_OFFSET + 8;
const TARGET_OFFSET = HEADER_OFFSET + SEARCH_HEADER_BYTES;
const CONTROL_BLOCK_BYTES = TARGET_OFFSET + SEARCH_TARGET_BYTES;

/** A job with what a mining thread needs besides. */
export interface RangedJob extends MiningJob {
  /** Names this job: it is over as soon as the block's generation is another. */
  readonly generation: number;
  readonly firstNonce: bigint;
}

/** The main thread's side. */
export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #hashes: BigInt64Array;

  constructor() {
    this.memory = new SharedArrayBuffer(CONTROL_BLOCK_BYTES);
    this.#words = new Int32Array(this.memory, 0, WORD_COUNT);
    this.#hashes = new BigInt64Array(this.memory, HASHES_OFFSET, 1);
  }

  get generation(): number {
    return Atomics.load(this.#words, GENERATION);
  }

  /** Hashes that the mining thread has tried. */
  get hashes(): bigint {
    return Atomics.load(this.#hashes, 0);
  }

  /** Changes as long as the mining thread makes progress. */
  get beats(): number {
    return Atomics.load(this.#words, BEATS);
  }

  get isAsleep(): boolean {
    return Atomics.load(this.#words, ASLEEP) === 1;
  }

  /** Gives the thread a job and its range (0 to `RANGE_COUNT` - 1), or undefined: no job. */
  publish(job: MiningJob | undefined, range = 0): void {
    Atomics.add(this.#words, GENERATION, 1);
    Atomics.store(this.#words, ACTIVE, job === undefined ? 0 : 1);
    Atomics.store(this.#words, RANGE, range);
    if (job !== undefined) {
      writeShared(this.memory, HEADER_OFFSET, job.header);
      writeShared(this.memory, TARGET_OFFSET, job.target);
    }
    Atomics.add(this.#words, GENERATION, 1);
    this.#wake();
  }

  /** The share of time that the thread may use, 1 to 100. */
  setLoad(percent: number): void {
    Atomics.store(this.#words, LOAD_PERCENT, percent);
    this.#wake();
  }

  /** Says that one more nonce was taken: the thread waits for it before it searches on. */
  take(): void {
    Atomics.add(this.#words, TAKEN, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#words, WAKE, 1);
    Atomics.notify(this.#words, WAKE);
  }
}

/** The mining thread's side. */
export class ControlBlockReader {
  readonly #memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #hashes: BigInt64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    this.#words = new Int32Array(memory, 0, WORD_COUNT);
    this.#hashes = new BigInt64Array(memory, HASHES_OFFSET, 1);
  }

  get generation(): number {
    return Atomics.load(this.#words, GENERATION);
  }

  get loadPercent(): number {
    return Atomics.load(this.#words, LOAD_PERCENT);
  }

  /** Nonces taken since the block was made. */
  get taken(): number {
    return Atomics.load(this.#words, TAKEN);
  }

  /** To be read before what decides about `sleep`, so that no change is slept through. */
  get wakeCount(): number {
    return Atomics.load(this.#words, WAKE);
  }

  /** A copy of the job; undefined when there is none, or when it is just being written. */
  readJob(): RangedJob | undefined {
    const generation = this.generation;
    const isActive = Atomics.load(this.#words, ACTIVE) === 1;
    const range = Atomics.load(this.#words, RANGE);
    const header = readShared(this.#memory, HEADER_OFFSET, SEARCH_HEADER_BYTES);
    const target = readShared(this.#memory, TARGET_OFFSET, SEARCH_TARGET_BYTES);
    const isWhole = generation % 2 === 0 && generation === this.generation;
    if (!isActive || !isWhole) return undefined;
    return { generation, header, target, firstNonce: BigInt(range) * RANGE_NONCE_COUNT };
  }

  /** Counts a batch: hashes tried, and a sign of life. */
  countBatch(hashes: number): void {
    Atomics.add(this.#hashes, 0, BigInt(hashes));
    Atomics.add(this.#words, BEATS, 1);
  }

  /** Sleeps until the main thread has made a change since `wakeCount` was read, or `limitMs`. */
  sleep(wakeCount: number, limitMs = Infinity): void {
    Atomics.store(this.#words, ASLEEP, 1);
    Atomics.wait(this.#words, WAKE, wakeCount, limitMs);
    Atomics.store(this.#words, ASLEEP, 0);
  }
}

// Atomic byte by byte: a plain copy could be reordered past the reads of the generation.

function writeShared(memory: SharedArrayBuffer, offset: number, bytes: Uint8Array): void {
  const shared = new Uint8Array(memory, offset, bytes.length);
  for (let index = 0; index < bytes.length; index++) Atomics.store(shared, index, bytes[index]!);
}

function readShared(memory: SharedArrayBuffer, offset: number, length: number): Uint8Array {
  const shared = new Uint8Array(memory, offset, length);
  return Uint8Array.from({ length }, (_, index) => Atomics.load(shared, index));
}
