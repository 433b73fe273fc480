/**
 * `mvb simulate soak`: new seeds until the time is over, and a smaller run for each that fails.
 *
 * Owns: which runs are drawn, sharing them among threads, the totals, and the order of shrinking.
 * Does not own: running a seed (`simulate/seed-runner.ts`), which smaller runs are tried
 * (`sim/shrink.ts`).
 */
import { availableParallelism } from 'node:os';
import { Chance } from '../../sim/random.ts';
import { shrink } from '../../sim/shrink.ts';
import type { Failure } from '../../sim/shrink.ts';
import { commandOf } from '../../sim/simulation.ts';
import type { SimulationResult } from '../../sim/simulation.ts';
import type { CommandContext } from '../context.ts';
import type { Output } from '../output.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { counted } from '../../lib/words.ts';
import { SeedRunner } from '../simulate/seed-runner.ts';
import type { SeedJob } from '../simulate/seed-runner.ts';
import { wholeNumberOf } from '../simulate/whole-number.ts';

/** What is drawn for each seed; small runs are many, and large ones meet more at once. */
const NODES = [2, 3, 3, 4, 5, 5, 6, 8, 12] as const;
const HOURS = [0.2, 0.5, 0.5, 1, 2] as const;
const MINUTES_MAX = 100_000;
const MINUTE_MS = 60_000;
const JOBS_MAX = 256;
/** There are more seeds than any soak will run. */
const SEED_MAX = Number.MAX_SAFE_INTEGER - 1e9;
/** (policy) How long it looks for a smaller run of one seed, after the minutes are over, too. */
const SHRINK_MS = 10 * MINUTE_MS;
/** (policy) Failed seeds after which it ends: more say nothing new. */
const FAILURES_MAX = 10;

export async function run({ options, output }: CommandContext): Promise<void> {
  const minutes = Number(options.minutes ?? 60);
  if (!(minutes > 0 && minutes <= MINUTES_MAX)) {
    throw usageError(`--minutes is a number above 0, at most ${MINUTES_MAX}.`);
  }
  const usual = availableParallelism();
  const jobs = wholeNumberOf(options, 'jobs', { usual, min: 1, max: JOBS_MAX });
  // Seeds that nobody has run yet; the first is printed.
  const first = wholeNumberOf(options, 'from', { usual: Date.now(), min: 1, max: SEED_MAX });
  output.note(`Runs new seeds from ${first} on for ${minutes} minutes; Ctrl-C ends it sooner.`);
  const soak = new Soak(output, first, minutes);
  await Promise.all(Array.from({ length: jobs }, () => soak.work()));
  soak.report();
}

/** The totals of a soak, in the units of `SimulationResult`. */
const TOTALS = [
  'events', 'blocks', 'reorgs', 'payments', 'crashes', 'partitions', 'diskFailures', 'damages',
  'attacks', 'refusedHonest',
] as const satisfies readonly (keyof SimulationResult)[];

class Soak {
  readonly #output: Output;
  readonly #chance: Chance;
  readonly #endsAt: number;
  readonly #failures: Failure[] = [];
  readonly #totals = new Map<string, number>();
  #nextSeed: number;
  #saidAt = performance.now();

  constructor(output: Output, first: number, minutes: number) {
    this.#output = output;
    this.#chance = new Chance(first, 'soak');
    this.#nextSeed = first;
    this.#endsAt = performance.now() + minutes * MINUTE_MS;
  }

  /** One thread's share, until the time is over. */
  async work(): Promise<void> {
    const runner = new SeedRunner();
    const stop = (): void => {
      this.report();
      process.exit(EXIT.interrupted);
    };
    process.once('SIGINT', stop);
    try {
      while (performance.now() < this.#endsAt && this.#failures.length < FAILURES_MAX) {
        await this.#runNext(runner);
      }
    } finally {
      process.off('SIGINT', stop);
      await runner.close();
    }
  }

  /** What ran, and what failed. Throws a `UserError` when something did. */
  report(): void {
    const failed = this.#failures.map(({ run: small }) => commandOf(small));
    const totals = Object.fromEntries(this.#totals);
    if (failed.length === 0) {
      this.#output.result(`No seed failed. ${this.#sentence()}`, { ...totals, failed });
      return;
    }
    this.#output.note(this.#sentence());
    throw new UserError({
      exitCode: EXIT.refused,
      code: 'simulation-failed',
      what: `${counted(failed.length, 'seed')} failed. The smallest runs that fail:\n`
        + this.#failures.map(({ message }) => message).join('\n'),
      details: { commands: failed.join('\n') },
    });
  }

  async #runNext(runner: SeedRunner): Promise<void> {
    const [nodes, hours] = [this.#chance.pick(NODES), this.#chance.pick(HOURS)];
    const job: SeedJob = { seed: this.#nextSeed++, nodes, hours };
    const outcome = await runner.run(job);
    this.#add('seeds', 1);
    this.#add('nodes', nodes);
    this.#add('virtualHours', hours);
    this.#add('nodeHours', nodes * hours);
    if ('failure' in outcome) return this.#shrink(runner, { run: job, message: outcome.failure });
    this.#count(outcome.result);
    if (performance.now() - this.#saidAt < MINUTE_MS) return;
    this.#saidAt = performance.now();
    this.#output.note(this.#sentence());
  }

  async #shrink(runner: SeedRunner, failure: Failure): Promise<void> {
    this.#output.warn(`${failure.message}\nLooks for a smaller run that fails.`);
    const isOverAt = performance.now() + SHRINK_MS;
    const search = shrink(failure, () => performance.now() > isOverAt);
    let step = search.next();
    while (step.done !== true) {
      const outcome = await runner.run(step.value);
      step = search.next('failure' in outcome ? outcome.failure : undefined);
    }
    this.#failures.push(step.value);
    this.#output.warn(`The smallest that was found: ${step.value.message}`);
  }

  #count(result: SimulationResult): void {
    for (const name of TOTALS) this.#add(name, result[name]);
    for (const [name, count] of Object.entries(result.checks)) {
      if (name !== 'deepestReplaced') this.#add(name, count);
    }
  }

  #add(name: string, count: number): void {
    this.#totals.set(name, (this.#totals.get(name) ?? 0) + count);
  }

  #sentence(): string {
    const of = (name: string): string =>
      Math.round(this.#totals.get(name) ?? 0).toLocaleString('en-US');
    return `${of('seeds')} seeds, ${of('nodes')} nodes, ${of('nodeHours')} hours of nodes,`
      + ` ${of('events')} events, ${of('blocks')} blocks, ${of('crashes')} crashes,`
      + ` ${of('diskFailures')} disk failures, ${of('attacks')} attacks; checked:`
      + ` ${of('confirmed')} confirmed payments (${of('replaced')} replaced by more work),`
      + ` all money ${of('money')} times, ${of('agreed')} nodes that agree at the end.`;
  }
}
