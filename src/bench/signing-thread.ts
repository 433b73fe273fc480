/**
 * A thread of `signing.ts`: gets its keys once, then messages, and answers with signatures.
 *
 * Owns: nothing; it is only the other side. Does not own: how to sign.
 */
import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { signAll } from './signing.ts';
import type { SigningJob } from './signing.ts';

const keys = workerData as readonly KeyObject[];

parentPort!.on('message', (jobs: readonly SigningJob[]) => {
  parentPort!.postMessage(signAll(keys, jobs));
});
