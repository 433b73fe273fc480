/**
 * A mining thread whose native and WebAssembly kernels are broken in the way that the first byte of
 * the job's header says. With the reference kernel it is the real one.
 */
import { parentPort, workerData } from 'node:worker_threads';

const WAYS = { wrongNonce: 1, crash: 2, hang: 3, exit: 4, fault: 5 };
const { ControlBlockReader } = await import(new URL('control-block.js', workerFolder()).href);

function workerFolder() {
  return new URL('../../../dist/platform/kernels/', import.meta.url);
}

function misbehave(job) {
  switch (job.header[0]) {
    case WAYS.wrongNonce:
      parentPort.postMessage({ kind: 'nonce', generation: job.generation, nonce: 1n });
      return;
    case WAYS.crash:
      throw new Error('crash on purpose');
    case WAYS.hang:
      control.countBatch(1);
      for (;;);
    case WAYS.exit:
      process.exit(3);
    default:
      parentPort.postMessage({ kind: 'kernel-fault', reason: 'fault on purpose' });
  }
}

const control = new ControlBlockReader(workerData.memory);
if (workerData.source.kind === 'reference') {
  await import(new URL('search-worker.js', workerFolder()).href);
} else {
  let job;
  while (job === undefined) {
    const wakeCount = control.wakeCount;
    job = control.readJob();
    if (job === undefined) control.sleep(wakeCount);
  }
  misbehave(job);
}
