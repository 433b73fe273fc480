/**
 * One verifying thread as the main thread sees it.
 *
 * Owns: the worker's life, what it was asked and has not answered, noticing that it died or hangs.
 * Does not own: what happens then (`worker-verifier.ts`).
 */
import { Worker } from 'node:worker_threads';
import { batchCount, joinShares } from '../crypto/signed-batch.ts';
import type { BatchShare } from '../crypto/signed-batch.ts';

/** A share of the signatures that somebody asked for. */
export interface Share extends BatchShare {
  readonly request: VerifyRequest;
}

/** What somebody asked for, and what is known of it. */
export interface VerifyRequest {
  readonly verdicts: boolean[];
  /** Verdicts that are missing. */
  missing: number;
  readonly done: (verdicts: readonly boolean[]) => void;
}

export interface VerifyingThreadEvents {
  /** The verdicts of one call of `ask`, in the order of its signatures. */
  onVerdicts(shares: readonly Share[], verdicts: Uint8Array): void;
  /** The thread is gone; these were not answered. At most one call, and nothing after it. */
  onFault(reason: string, unanswered: readonly Share[]): void;
}

/**
 * Batches that a thread has at once: work for as long as the main thread may be busy with something
 * else, such as a commit.
 */
const BATCHES_MAX = 16;
/** A verifying thread keeps the keys it has seen: this only bounds a leak. */
const HEAP_MIB_MAX = 128;
/** A thread that answers nothing for so long hangs: a batch takes milliseconds, or seconds. */
const HUNG_MS = 60_000;

export class VerifyingThread {
  readonly #worker: Worker;
  readonly #events: VerifyingThreadEvents;
  readonly #asked: (readonly Share[])[] = [];
  #owed = 0;
  #answeredAt = performance.now();
  #isOver = false;

  constructor(workerFile: URL, events: VerifyingThreadEvents) {
    this.#events = events;
    this.#worker = new Worker(workerFile, {
      execArgv: [], // Not the flags of our own start, such as a test runner's.
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    this.#worker.unref();
    this.#worker.on('message', (verdicts: Uint8Array) => this.#onVerdicts(verdicts));
    this.#worker.on('error', (error) => this.#fail(`crashed: ${error}`));
    this.#worker.on('exit', (code) => this.#fail(`ended with code ${code}`));
  }

  get canTakeMore(): boolean {
    return this.#asked.length < BATCHES_MAX;
  }

  /** Signatures that it was asked for and has not answered. */
  get owed(): number {
    return this.#owed;
  }

  get isIdle(): boolean {
    return this.#asked.length === 0;
  }

  /** All shares have one prefix. While it owes an answer, the process does not end. */
  ask(shares: readonly Share[]): void {
    if (this.isIdle) {
      this.#answeredAt = performance.now();
      this.#worker.ref();
    }
    this.#asked.push(shares);
    const batch = joinShares(shares);
    this.#owed += batchCount(batch);
    this.#worker.postMessage(batch, [batch.bytes.buffer, batch.spans.buffer]);
  }

  /** Reports a fault if it owes an answer and has given none for too long. */
  look(): void {
    if (!this.isIdle && performance.now() - this.#answeredAt > HUNG_MS) this.#fail('hangs');
  }

  /** Ends the thread; no event comes afterwards. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #onVerdicts(verdicts: Uint8Array): void {
    if (this.#isOver) return;
    const shares = this.#asked[0];
    const count = shares?.reduce((sum, share) => sum + share.count, 0);
    if (shares === undefined || verdicts.length !== count) return this.#fail('answers nonsense');
    this.#asked.shift();
    this.#owed -= verdicts.length;
    this.#answeredAt = performance.now();
    if (this.isIdle) this.#worker.unref();
    this.#events.onVerdicts(shares, verdicts);
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#worker.terminate();
    this.#events.onFault(reason, this.#asked.flat());
  }
}
