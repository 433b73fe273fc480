/**
 * The mining threads as the API sees and rules them.
 *
 * Owns: how many threads may be asked for.
 * Does not own: the threads (`platform/kernels/worker-kernel.ts`).
 */
import { availableParallelism } from 'node:os';
import { ProblemError } from '../../api/problem.ts';
import type { MiningControl } from '../../api/schema/wallet.ts';
import type { MiningDoor } from '../../api/source.ts';
import { counted } from '../../lib/words.ts';
import { MINING_THREADS_MAX } from '../../platform/kernels/worker-kernel.ts';
import type { MinedWith } from '../running-node.ts';

export class KernelDoor implements MiningDoor {
  readonly #kernel: MinedWith;
  /** As many as there are processors, or as the operator asked for. */
  readonly threadsMax: number;

  constructor(kernel: MinedWith) {
    this.#kernel = kernel;
    const processors = Math.min(availableParallelism(), MINING_THREADS_MAX);
    this.threadsMax = Math.max(processors, kernel.threads);
  }

  get kernel(): string {
    return this.#kernel.name;
  }

  get threads(): number {
    return this.#kernel.threads;
  }

  get load(): number {
    return this.#kernel.loadPercent;
  }

  get isPaused(): boolean {
    return this.#kernel.isPaused;
  }

  hashCount(): bigint {
    return this.#kernel.hashCount();
  }

  control({ paused, threads, load }: MiningControl): void {
    if (threads !== undefined && threads > this.threadsMax) {
      throw new ProblemError({
        status: 422, code: 'too-many-threads',
        detail: `This machine mines with at most ${counted(this.threadsMax, 'thread')}.`,
      });
    }
    if (threads !== undefined) this.#kernel.setThreads(threads);
    if (load !== undefined) this.#kernel.setLoad(load);
    if (paused !== undefined) this.#kernel.setPaused(paused);
  }
}
