/**
 * The `Verifier` door of a node: as many threads as there are cores, once there is work for them.
 *
 * Owns: sharing signatures out among threads, and doing without a thread that dies: nothing that
 * was asked for is lost, and no verdict depends on who gave it.
 * Does not own: one thread's life (`verifying-thread.ts`), the judgement (`openssl-verifier.ts`).
 */
import { availableParallelism } from 'node:os';
import { batchCount, joinShares } from '../crypto/signed-batch.ts';
import { assert } from '../lib/assert.ts';
import type { Log, Signed, SignedBatch, Verifier } from '../ports.ts';
import { createOpensslVerifier } from './openssl-verifier.ts';
import { VerifyingThread } from './verifying-thread.ts';
import type { Share, VerifyRequest } from './verifying-thread.ts';

export interface WorkerVerifierOptions {
  readonly log: Log;
  /** 1 or more; one for each core when not given. */
  readonly threads?: number;
  /** The built `verify-worker.js`, when it is elsewhere than in this package. */
  readonly workerFile?: URL;
}

export interface WorkerVerifier extends Verifier {
  /** Ends all threads, and resolves when they are gone; what was asked for is never answered. */
  close(): Promise<void>;
}

/** Signatures that a thread is given at once, at most: some milliseconds of work. */
const SHARE_COUNT = 160;
/** And at least, while it has as many to work at: a message costs as much as some signatures. */
const SHARE_COUNT_MIN = 64;
/** With fewer than this waiting, a thread is not worth starting: they take less time than it. */
const THREADS_FROM_COUNT = 256;
/** Threads that had nothing to do for so long are ended. */
const IDLE_MS = 10_000;
const WATCH_INTERVAL_MS = 2_000;
/** So many threads may die before the event loop does the work, as on a machine with one core. */
const FAILURES_MAX = 3;
const THREADS_MAX = 64;

/** Runs from the built files: Node 20 starts no worker from TypeScript. */
export function createWorkerVerifier(options: WorkerVerifierOptions): WorkerVerifier {
  return new ThreadedVerifier(options);
}

class ThreadedVerifier implements WorkerVerifier {
  readonly #log: Log;
  readonly #threadCount: number;
  readonly #workerFile: URL;
  readonly #here = createOpensslVerifier();
  readonly #threads = new Set<VerifyingThread>();
  /** What no thread has been given yet, in order. */
  #waiting: Share[] = [];
  #waitingCount = 0;
  #turn: NodeJS.Immediate | undefined;
  #watch: NodeJS.Timeout | undefined;
  #busyAt = 0;
  #failures = 0;
  #isWorkingHere = false;
  #isClosed = false;

  constructor(options: WorkerVerifierOptions) {
    this.#log = options.log;
    this.#threadCount = Math.min(options.threads ?? availableParallelism(), THREADS_MAX);
    this.#workerFile = options.workerFile ?? new URL('./verify-worker.js', import.meta.url);
  }

  verify(signed: Signed): boolean {
    return this.#here.verify(signed);
  }

  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void {
    assert(!this.#isClosed, 'the verifier is closed');
    const total = batchCount(batch);
    const request: VerifyRequest = { verdicts: [], missing: total, done };
    for (let first = 0; first < total; first += SHARE_COUNT) {
      this.#wait({ request, batch, first, count: Math.min(SHARE_COUNT, total - first) });
    }
    if (total === 0) setImmediate(() => this.#settle(request));
    // In the next turn: what comes in one turn is shared out together.
    this.#turn ??= setImmediate(() => this.#shareOut());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    clearInterval(this.#watch);
    this.#waiting = [];
    await Promise.all([...this.#threads].map((thread) => thread.end()));
    this.#threads.clear();
  }

  #wait(share: Share): void {
    this.#waiting.push(share);
    this.#waitingCount += share.count;
  }

  #shareOut(): void {
    this.#turn = undefined;
    if (this.#isClosed) return;
    this.#startThreads();
    if (this.#threads.size === 0) return this.#workHere();
    this.#busyAt = performance.now();
    while (this.#waiting.length > 0) {
      const thread = this.#leastBusy();
      if (thread === undefined) return;
      // More may come until it has answered; then this is called again.
      const isWorthIt = this.#waitingCount >= SHARE_COUNT_MIN || thread.owed < SHARE_COUNT_MIN;
      if (!isWorthIt) return;
      const even = Math.ceil(this.#waitingCount / (2 * this.#threads.size));
      thread.ask(this.#takeShares(Math.min(Math.max(even, SHARE_COUNT_MIN), SHARE_COUNT)));
    }
  }

  /** Undefined when every thread has as much as it may have. */
  #leastBusy(): VerifyingThread | undefined {
    let least: VerifyingThread | undefined;
    for (const thread of this.#threads) {
      if (thread.canTakeMore && (least === undefined || thread.owed < least.owed)) least = thread;
    }
    return least;
  }

  /** Threads are only started for much work, and stay while there is some. */
  #startThreads(): void {
    if (this.#waitingCount < THREADS_FROM_COUNT || this.#failures >= FAILURES_MAX) return;
    while (this.#threads.size < this.#threadCount) {
      const thread: VerifyingThread = new VerifyingThread(this.#workerFile, {
        onVerdicts: (shares, verdicts) => this.#onVerdicts(shares, verdicts),
        onFault: (reason, unanswered) => this.#onFault(thread, reason, unanswered),
      });
      this.#threads.add(thread);
    }
    this.#watch ??= setInterval(() => this.#look(), WATCH_INTERVAL_MS).unref();
  }

  /** About so many signatures, of one prefix; small requests go to a thread together. */
  #takeShares(countMax: number): Share[] {
    const shares: Share[] = [];
    let count = 0;
    while (count < countMax && this.#waiting.length > 0) {
      const share = this.#waiting[0]!;
      if (count > 0 && count + share.count > countMax) break;
      if (count > 0 && share.batch.prefix !== shares[0]!.batch.prefix) break;
      this.#waiting.shift();
      shares.push(share);
      count += share.count;
    }
    this.#waitingCount -= count;
    return shares;
  }

  /** On the event loop, in slices that leave others their turns. */
  #workHere(): void {
    if (this.#isWorkingHere || this.#waiting.length === 0) return;
    this.#isWorkingHere = true;
    const shares = this.#takeShares(SHARE_COUNT);
    this.#here.prefetch(joinShares(shares), (verdicts) => {
      this.#isWorkingHere = false;
      if (this.#isClosed) return;
      this.#note(shares, Uint8Array.from(verdicts, Number));
      this.#shareOut();
    });
  }

  #onVerdicts(shares: readonly Share[], verdicts: Uint8Array): void {
    this.#note(shares, verdicts);
    this.#shareOut();
  }

  /** Writes the verdicts where they belong, and answers the requests that are complete. */
  #note(shares: readonly Share[], verdicts: Uint8Array): void {
    let next = 0;
    for (const { request, first, count } of shares) {
      for (let index = first; index < first + count; index++) {
        request.verdicts[index] = verdicts[next++] === 1;
      }
      request.missing -= count;
      if (request.missing === 0) this.#settle(request);
    }
  }

  #settle(request: VerifyRequest): void {
    if (!this.#isClosed) request.done(request.verdicts);
  }

  #onFault(thread: VerifyingThread, reason: string, unanswered: readonly Share[]): void {
    this.#threads.delete(thread);
    this.#failures += 1;
    const goesOn = this.#failures >= FAILURES_MAX && this.#threads.size === 0
      ? 'on the event loop, slower' : 'on other threads';
    this.#log.warn('a verifying thread failed', { reason, signatures: goesOn });
    this.#waiting = [...unanswered, ...this.#waiting];
    for (const { count } of unanswered) this.#waitingCount += count;
    this.#shareOut();
  }

  /** Ends threads that hang, and all of them when they have had nothing to do for a while. */
  #look(): void {
    for (const thread of this.#threads) thread.look();
    const isIdle = [...this.#threads].every((thread) => thread.isIdle);
    if (!isIdle || performance.now() - this.#busyAt < IDLE_MS) return;
    for (const thread of this.#threads) void thread.end();
    this.#threads.clear();
    this.#failures = 0; // One bad hour shall not slow a process for months.
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
