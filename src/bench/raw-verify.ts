/**
 * What the machine can do at most: signatures verified by bare OpenSSL on all processors at once.
 *
 * Owns: the limit that validation is held against. Keys are imported before the clock starts, and
 * nothing but `crypto.verify` runs.
 * Does not own: validation.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Signed } from '../ports.ts';

/** What a thread of `raw-verify-thread.ts` answers. */
export interface VerifyCount {
  readonly count: number;
  readonly elapsedMs: number;
}

export class RawVerify {
  readonly #threads: readonly Worker[];

  /** Good signatures to verify again and again; some thousands, of many keys. */
  constructor(sample: readonly Signed[]) {
    this.#threads = Array.from({ length: availableParallelism() }, () =>
      new Worker(new URL('./raw-verify-thread.js', import.meta.url), { workerData: sample }));
  }

  /** Signatures per second, of all threads together. */
  async measure(durationMs: number): Promise<number> {
    const counts = await Promise.all(this.#threads.map((thread) => ask(thread, durationMs)));
    return counts.reduce((sum, { count, elapsedMs }) => sum + (1_000 * count) / elapsedMs, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

async function ask(thread: Worker, durationMs: number): Promise<VerifyCount> {
  return await new Promise((resolve, reject) => {
    const end = (): void => {
      thread.off('message', onMessage).off('error', onError);
    };
    const onMessage = (count: VerifyCount): void => {
      end();
      resolve(count);
    };
    const onError = (error: unknown): void => {
      end();
      reject(error);
    };
    thread.on('message', onMessage).on('error', onError);
    thread.postMessage(durationMs);
  });
}
