/**
 * A verifying thread: the entry point of a worker, which judges batch after batch.
 * Owns: answering in the order in which it was asked: a batch, and one byte for each verdict.
 * Does not own: what is asked (`worker-verifier.ts`), the judgement (`openssl-verifier.ts`).
 */
import { parentPort } from 'node:worker_threads';
import { batchCount, signedAt } from '../crypto/signed-batch.ts';
import { assert } from '../lib/assert.ts';
import type { SignedBatch } from '../ports.ts';
import { createOpensslVerifier } from './openssl-verifier.ts';
import { lowerThreadPriority } from './thread-priority.ts';

/**
 * Nice value of a verifying thread: the main thread, which feeds all of them, goes first, and
 * mining last. Worth a tenth of a download on two cores.
 */
const VERIFYING_NICE = 5;

lowerThreadPriority(VERIFYING_NICE);
assert(parentPort !== null, 'this file is the entry point of a worker');
const port = parentPort;
const verifier = createOpensslVerifier();
port.on('message', (batch: SignedBatch) => {
  const verdicts = new Uint8Array(batchCount(batch));
  for (let index = 0; index < verdicts.length; index++) {
    verdicts[index] = verifier.verify(signedAt(batch, index)) ? 1 : 0;
  }
  port.postMessage(verdicts, [verdicts.buffer]);
});
