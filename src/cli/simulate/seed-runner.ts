/**
 * One seed of the harness, here or in a thread.
 *
 * Owns: what a run is asked and answers, and the thread that runs one after the other.
 * Does not own: the simulation (`src/sim/simulation.ts`), which seeds are run (`seeds.ts`,
 * `commands/simulate-soak.ts`).
 */
import { Worker } from 'node:worker_threads';
import { useProcessorHash } from '../../platform/processor-hash.ts';
import { simulate, SimulationError } from '../../sim/simulation.ts';
import type { SimulationOptions, SimulationResult } from '../../sim/simulation.ts';

/** One seed for a thread to run. */
export type SeedJob = Omit<SimulationOptions, 'show'>;

/** What became of a seed: its result, or what failed in words. */
export type SeedOutcome =
  | { readonly seed: number; readonly result: SimulationResult }
  | { readonly seed: number; readonly failure: string; readonly cause: unknown };

/** A simulation makes much garbage, which is collected less often in this much memory. */
const YOUNG_MEGABYTES = 128;

/** Runs one seed; a failure of the network is an outcome, and a bug of the simulator is thrown. */
export function runSeed(job: SeedJob, show?: (line: string) => void): SeedOutcome {
  const { seed } = job;
  useProcessorHash();
  try {
    return { seed, result: simulate(show === undefined ? job : { ...job, show }) };
  } catch (error) {
    if (error instanceof SimulationError) {
      return { seed, failure: error.message, cause: error.cause };
    }
    throw error;
  }
}

/** A thread that runs one seed after the other. */
export class SeedRunner {
  readonly #thread = new Worker(new URL('./seed-thread.js', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });

  /** Rejects when the simulator itself breaks. */
  run(job: SeedJob): Promise<SeedOutcome> {
    return new Promise((resolve, reject) => {
      this.#thread.once('error', reject);
      this.#thread.once('message', (outcome: SeedOutcome) => {
        this.#thread.off('error', reject);
        resolve(outcome);
      });
      this.#thread.postMessage(job);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
