/**
 * A verifying thread: the entry point of a worker, which judges batch after batch.
 * Owns: answering in the order in which it was asked: a batch, and one byte for each verdict.
 * Does not own: what is asked (`worker-verifier.ts`), the judgement (`verifier-choice.ts`).
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '../lib/assert.ts';
import type { SignedBatch } from '../ports.ts';
import { lowerThreadPriority } from './thread-priority.ts';
import { chooseVerifier } from './verifier-choice.ts';

/**
 * Nice value of a verifying thread: the main thread, which feeds all of them, goes first, and
 * mining last. Worth a tenth of a download on two cores.
 */
const VERIFYING_NICE = 5;

lowerThreadPriority(VERIFYING_NICE);
assert(parentPort !== null, 'this file is the entry point of a worker');
const port = parentPort;
const { judge } = chooseVerifier();
port.on('message', (batch: SignedBatch) => {
  const verdicts = judge(batch);
  port.postMessage(verdicts, [verdicts.buffer]);
});
