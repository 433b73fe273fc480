/**
 * A kernel that searches nothing: the test says what it finds, and when.
 * Owns: the record of what it was asked. Does not own: hashing.
 */
import { decodeHeader } from '../../src/consensus/encoding.ts';
import type { BlockHeader } from '../../src/consensus/types.ts';
import type { Kernel, MiningJob } from '../../src/ports.ts';

export interface HandJob {
  readonly job: MiningJob;
  readonly header: BlockHeader;
  /** Reports a nonce for this job, however old the job is. */
  readonly report: (nonce: bigint) => void;
}

export class HandKernel implements Kernel {
  readonly name = 'by hand';
  /** All jobs that were started, oldest first. */
  readonly jobs: HandJob[] = [];
  isRunning = false;
  hashes = 0n;

  start(job: MiningJob, onNonce: (nonce: bigint) => void): void {
    this.isRunning = true;
    this.jobs.push({ job, header: decodeHeader(job.header)!, report: onNonce });
  }

  stop(): void {
    this.isRunning = false;
  }

  hashCount(): bigint {
    return this.hashes;
  }

  get last(): HandJob {
    const job = this.jobs.at(-1);
    if (job === undefined) throw new Error('the kernel was never started');
    return job;
  }
}
