/**
 * Runs the repetitions of all points, spread over threads.
 *
 * Owns: who runs what, how far it is, and what is kept when it is interrupted.
 * Does not own: a run (`sim/scenario/`), or showing anything.
 */
import { Worker } from 'node:worker_threads';
import type { Digest } from '../../sim/research/digest.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { EXIT, UserError } from '../user-error.ts';

/** One repetition for a thread to run. */
export interface Job {
  readonly point: number;
  readonly repetition: number;
  readonly scenario: Scenario;
  readonly seed: number;
}

/** What a thread says of it. */
export type Answer =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'done'; readonly digest: Digest }
  | { readonly kind: 'failed'; readonly what: string; readonly stack: string | undefined };

export interface RunnerOptions {
  /** Runs at once. */
  readonly threads: number;
  /** Told how much of all is done, 0 to 1. */
  readonly onProgress: (done: number) => void;
  /** Aborted by who has waited long enough. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  /** For each point the repetitions that are done, in the order of their seeds. */
  readonly digests: readonly (readonly Digest[])[];
  readonly isInterrupted: boolean;
}

/** A run makes much garbage, which is collected less often in this much memory. */
const YOUNG_MEGABYTES = 64;

/** Runs them all. Throws a `UserError` when a node breaks one of its assertions. */
export async function runPoints(
  scenarios: readonly Scenario[], { threads, onProgress, signal }: RunnerOptions,
): Promise<Outcome> {
  const done: (Digest | undefined)[][] = scenarios.map(() => []);
  const count = scenarios.reduce((sum, { repetitions }) => sum + repetitions, 0);
  const costs = scenarios.map(costOf);
  const total = scenarios.reduce((sum, one, point) => sum + one.repetitions * costs[point]!, 0);
  const queue = jobsOf(scenarios);
  /** What each thread has done of its repetition. */
  const parts = Array<number>(Math.min(threads, count)).fill(0);
  let finished = 0;
  const tell = (): void => onProgress((finished + parts.reduce((a, b) => a + b, 0)) / total);
  const runners = parts.map(() => new Runner());
  const endAll = (): Promise<unknown> => Promise.all(runners.map((runner) => runner.end()));
  const work = async (runner: Runner, thread: number): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const job = next.value;
      const digest = await runner.run(job, (part) => {
        parts[thread] = part * costs[job.point]!;
        tell();
      });
      done[job.point]![job.repetition] = digest;
      parts[thread] = 0;
      finished += costs[job.point]!;
      tell();
    }
  };
  signal.addEventListener('abort', () => void endAll(), { once: true });
  try {
    await Promise.all(runners.map(work));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await endAll();
  }
  return { digests: done.map((own) => leading(own)), isInterrupted: signal.aborted };
}

/**
 * Repetition by repetition over all points, so that who interrupts has as much of each point.
 */
function* jobsOf(scenarios: readonly Scenario[]): Generator<Job> {
  const most = Math.max(...scenarios.map(({ repetitions }) => repetitions));
  for (let repetition = 0; repetition < most; repetition++) {
    for (const [point, scenario] of scenarios.entries()) {
      if (repetition >= scenario.repetitions) continue;
      yield { point, repetition, scenario, seed: scenario.seed + repetition };
    }
  }
}

/**
 * Those before the first that is missing: of the later ones only the short runs would be there, and
 * the figures would be those of short runs.
 */
export function leading<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  // Holes are undefined to `findIndex`, too.
  const first = items.findIndex((item) => item === undefined);
  return (first < 0 ? items : items.slice(0, first)) as readonly Item[];
}

/** (policy) An attack on a payment is over long before the run would be: about so many blocks. */
const ATTACK_BLOCKS = 60;

/** About how long a repetition takes, in no unit: points may differ a thousandfold. */
function costOf({ nodes, blockSeconds, duration, attacker }: Scenario): number {
  const isShort = ['doubleSpend', 'eclipse', 'majority'].includes(attacker.kind);
  const blocks = duration.kind === 'blocks'
    ? duration.blocks : (duration.hours * SECONDS_PER_HOUR) / blockSeconds;
  return nodes * (isShort ? Math.min(blocks, ATTACK_BLOCKS) : blocks);
}

const SECONDS_PER_HOUR = 3_600;

/** A thread that runs one repetition at a time. */
class Runner {
  readonly #worker = new Worker(new URL('./scenario-thread.js', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  #fault: Error | undefined;
  #answered: (answer: Answer) => void = () => {};
  #failed: (error: Error) => void = () => {};

  constructor() {
    const fail = (error: Error): void => {
      this.#fault ??= error;
      this.#failed(this.#fault);
    };
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.once('error', fail);
    this.#worker.once('exit', () => fail(new Error('a thread of the simulation has ended')));
  }

  /** What a repetition came to; rejects when it failed, or the thread ends. */
  run(job: Job, onPart: (done: number) => void): Promise<Digest> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== undefined) {
        reject(this.#fault);
        return;
      }
      this.#failed = reject;
      this.#answered = (answer) => {
        if (answer.kind === 'progress') onPart(answer.done);
        else if (answer.kind === 'done') resolve(answer.digest);
        else reject(failureOf(job, answer));
      };
      this.#worker.postMessage(job);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

function failureOf(
  { seed }: Job, { what, stack }: { readonly what: string; readonly stack: string | undefined },
): UserError {
  return new UserError({
    exitCode: EXIT.refused,
    code: 'simulation-failed',
    what: `The run of seed ${seed} failed: ${what}`,
    why: 'A node broke one of its own assertions, which is a bug; please report it.',
    next: `the same command with --replay ${seed} shows how it came about`,
    cause: stack,
    details: { seed },
  });
}
