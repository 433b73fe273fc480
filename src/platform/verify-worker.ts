/**
 * A verifying thread: the entry point of a worker, which judges batch after batch.
 * Owns: answering in the order in which it was asked.
 * Does not own: what is asked (`worker-verifier.ts`), the judgement (`openssl-verifier.ts`).
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '../lib/assert.ts';
import { createOpensslVerifier } from './openssl-verifier.ts';
import { judgeSignatures } from './signature-batch.ts';
import { lowerThreadPriority } from './thread-priority.ts';

/** What a verifying thread is asked. */
export interface VerifyTask {
  readonly count: number;
  /** From `packSignatures`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Nice value of a verifying thread: the main thread, which feeds all of them, goes first, and
 * mining last. Worth a tenth of a download on two cores.
 */
const VERIFYING_NICE = 5;

lowerThreadPriority(VERIFYING_NICE);
assert(parentPort !== null, 'this file is the entry point of a worker');
const port = parentPort;
const verifier = createOpensslVerifier();
port.on('message', ({ count, bytes }: VerifyTask) => {
  const verdicts = judgeSignatures(bytes, count, verifier);
  port.postMessage(verdicts, [verdicts.buffer]);
});
