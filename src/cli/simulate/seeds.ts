/**
 * `mvb simulate` without a scenario: networks of nodes in virtual time, with faults that a seed
 * decides, to find bugs (`docs/testing.md`).
 *
 * Owns: the numbers of the command line, sharing seeds among threads, and the report.
 * Does not own: running a seed (`seed-runner.ts`).
 */
import { availableParallelism } from 'node:os';
import { FAULT_NAMES } from '../../sim/plan.ts';
import type { FaultName } from '../../sim/plan.ts';
import type { SimulationResult } from '../../sim/simulation.ts';
import type { CommandContext } from '../context.ts';
import type { Output } from '../output.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { counted } from '../../lib/words.ts';
import { runSeed, SeedRunner } from './seed-runner.ts';
import type { SeedJob, SeedOutcome } from './seed-runner.ts';
import { wholeNumberOf } from './whole-number.ts';

interface Numbers extends SeedJob {
  readonly seeds: number;
}

const SEEDS_MAX = 1_000_000;
const SEED_MAX = Number.MAX_SAFE_INTEGER - SEEDS_MAX;
const NODES_MAX = 100;
const HOURS_MAX = 1_000;

export async function runSeeds({ options, output }: CommandContext): Promise<void> {
  const numbers = numbersOf(options);
  const startedAt = performance.now();
  const outcomes = numbers.seeds === 1
    ? [runSeed(numbers, options.trace === true ? showIn(output) : undefined)]
    : await runMany(numbers, (outcome) => tell(outcome, output));
  const seconds = (performance.now() - startedAt) / 1_000;
  const failed = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome] : []));
  const [first] = failed;
  if (first !== undefined) {
    throw new UserError({
      exitCode: EXIT.refused,
      code: 'simulation-failed',
      what: `${failed.length} of ${counted(outcomes.length, 'seed')} failed: ${first.failure}`,
      cause: first.cause,
      details: { seeds: failed.map(({ seed }) => seed).join(' ') },
    });
  }
  const results = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []));
  const [only] = results;
  const text = numbers.seeds === 1 && only !== undefined
    ? lineOf(only)
    : `All ${numbers.seeds} seeds converge, after ${seconds.toFixed(1)} s.`;
  output.result(text, {
    seconds: Math.round(seconds * 10) / 10,
    runs: results.map((result) => ({ ...result, checks: { ...result.checks } })),
  });
}

function numbersOf(options: CommandContext['options']): Numbers {
  const seeds = wholeNumberOf(options, 'seeds', { usual: 1, min: 1, max: SEEDS_MAX });
  if (seeds > 1 && options.trace === true) {
    throw usageError('--trace shows one seed, not several.', 'mvb simulate --seed 7 --trace');
  }
  const hours = Number(options.hours ?? 1);
  if (!(hours > 0 && hours <= HOURS_MAX)) {
    throw usageError(`--hours is a number above 0, at most ${HOURS_MAX}.`);
  }
  return {
    seeds,
    seed: wholeNumberOf(options, 'seed', { usual: 1, min: 0, max: SEED_MAX }),
    nodes: wholeNumberOf(options, 'nodes', { usual: 8, min: 2, max: NODES_MAX }),
    hours,
    without: faultsIn(options.without),
  };
}

/** What "partition,liar:vandal" names. */
function faultsIn(text: unknown): readonly FaultName[] {
  return (typeof text === 'string' ? text.split(',') : []).map((name) => {
    const known = FAULT_NAMES.find((one) => one === name);
    if (known !== undefined) return known;
    throw usageError(`--without names faults, separated by commas: ${FAULT_NAMES.join(', ')}.`);
  });
}

function showIn(output: Output): (line: string) => void {
  return (line) => (output.isJson ? output.note(line) : output.line(line));
}

/** Shares the seeds among threads, one for each processor; outcomes are told as they come. */
async function runMany(
  { seeds, ...job }: Numbers,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  const { seed } = job;
  let next = seed;
  const work = async (): Promise<void> => {
    const runner = new SeedRunner();
    try {
      while (next < seed + seeds) {
        const outcome = await runner.run({ ...job, seed: next++ });
        outcomes.push(outcome);
        onOutcome(outcome);
      }
    } finally {
      await runner.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(seeds, availableParallelism()) }, work));
  return outcomes.sort((a, b) => a.seed - b.seed);
}

function tell(outcome: SeedOutcome, output: Output): void {
  if ('failure' in outcome) output.warn(outcome.failure);
  else if (!output.isJson) output.line(lineOf(outcome.result));
}

function lineOf(result: SimulationResult): string {
  const { seed, logHash, blocks, reorgs, deepestReorg, payments, crashes, attacks } = result;
  return [
    `seed ${seed}: ${counted(blocks, 'block')}`,
    `${counted(reorgs, 'reorganisation')} (deepest ${deepestReorg})`,
    counted(payments, 'payment'),
    `${crashes} crashes`,
    `${attacks} attacks`,
    `one tip ${Math.round(result.convergedAfterSeconds)} s after the faults`,
    `log ${logHash}`,
  ].join(', ');
}
