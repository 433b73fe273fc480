/**
 * Signs many messages, in threads when there are many.
 *
 * Owns: sharing messages among threads. Does not own: what is signed, the keys (`keys.ts`).
 */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A message, and which of the keys signs it. */
export interface SigningJob {
  readonly signer: number;
  readonly message: Uint8Array;
}

export interface Signing {
  /** The signatures, in order. */
  sign(jobs: readonly SigningJob[]): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

/** Signs on this thread: for keys that sign fast, and where no worker can be started. */
export function signHere(keys: readonly KeyObject[]): Signing {
  return {
    sign: (jobs) => Promise.resolve(signAll(keys, jobs)),
    close: () => Promise.resolve(),
  };
}

/** A thread for each processor. Runs from the built files: Node 20 starts no worker from `.ts`. */
export function signInThreads(keys: readonly KeyObject[]): Signing {
  const threads = Array.from({ length: availableParallelism() }, () => new SigningThread(keys));
  let next = 0;
  return {
    sign: (jobs) => threads[next++ % threads.length]!.sign(jobs),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. */
export function signAll(
  keys: readonly KeyObject[], jobs: readonly SigningJob[],
): readonly Uint8Array[] {
  return jobs.map(({ signer, message }) => {
    const key = keys[signer]!;
    return new Uint8Array(
      sign(key.asymmetricKeyType === 'rsa' ? 'sha256' : null, message, key),
    );
  });
}

interface Waiting {
  readonly resolve: (signatures: readonly Uint8Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread answers in order. */
class SigningThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor(keys: readonly KeyObject[]) {
    this.#worker = new Worker(new URL('./signing-thread.js', import.meta.url), {
      workerData: keys,
    });
    this.#worker.on('message', (signatures: readonly Uint8Array[]) => {
      this.#waiting.shift()?.resolve(signatures);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  sign(jobs: readonly SigningJob[]): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(jobs);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
