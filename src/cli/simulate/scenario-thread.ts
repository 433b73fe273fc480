/**
 * A thread of `mvb simulate SCENARIO`: runs one repetition after the other, as it is told.
 * Owns: nothing; repetitions come as messages, and what they came to goes back as messages.
 */
import { parentPort } from 'node:worker_threads';
import { useProcessorHash } from '../../platform/processor-hash.ts';
import { digestOf } from '../../sim/research/digest.ts';
import { runScenario } from '../../sim/scenario/run.ts';
import type { Answer, Job } from './runner.ts';

const answer = (message: Answer): void => parentPort?.postMessage(message);

useProcessorHash();
parentPort?.on('message', ({ scenario, seed }: Job) => {
  try {
    const result = runScenario(scenario, seed, {
      progress: (done) => answer({ kind: 'progress', done }),
    });
    answer({ kind: 'done', digest: digestOf(result, scenario.blockSeconds) });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', what, stack: error instanceof Error ? error.stack : undefined });
  }
});
