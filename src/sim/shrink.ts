/**
 * Makes a failing run smaller: fewest nodes, shortest time and fewest faults with which it still
 * fails in the same way.
 *
 * Owns: the order in which smaller runs are tried, and when two failures are the same. Does not
 * own: running them; whoever shrinks does that, on a thread or not. A smaller run is another run,
 * of which only the seed is the same, so what is found is small and fails, and not the smallest of
 * all (after Zeller and Hildebrandt's "delta debugging", 2002).
 */
import { drawPlan, faultsOf } from './plan.ts';
import type { FaultName } from './plan.ts';
import type { SimulationOptions } from './simulation.ts';

/** What decides a run. */
export type Run = Omit<SimulationOptions, 'show'>;

/** What a run that failed said. */
export interface Failure {
  readonly run: Run;
  readonly message: string;
}

/** Fewer nodes, hours that are halved, and no run shorter than a few blocks. */
const NODES_MIN = 2;
const HOURS_MIN = 0.02;
/** (policy) Runs that are tried at most: a large one may take a minute. */
const TRIES_MAX = 150;

/**
 * Asks for one run after the other; the answer is what it said when it failed, undefined when it
 * did not. Returns the smallest that failed, as soon as the time for it is over.
 */
export function* shrink(
  failure: Failure, isOver: () => boolean = () => false,
): Generator<Run, Failure, string | undefined> {
  let smallest = failure;
  const wanted = kindOfFailure(failure.message);
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < TRIES_MAX; ) {
    isSmaller = false;
    for (const run of smallerThan(smallest)) {
      if (tries++ >= TRIES_MAX || isOver()) break;
      const message = yield run;
      if (message === undefined || kindOfFailure(message) !== wanted) continue;
      smallest = { run, message };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/**
 * What failed, without who, when and how much: the same for two failures of one bug, most of the
 * time.
 */
export function kindOfFailure(message: string): string {
  const [, what = message] = /^seed \d+, at [\d.]+ s, [^:]+: (.*)/.exec(message) ?? [];
  return what
    .replace(/\b[0-9a-f]{8,64}\b/g, '#')
    .replace(/\d+(\.\d+)*/g, '#')
    .replace(/(node #|off|# #)(, (node #|off|# #)+)+/g, '...');
}

/** Runs that are a step smaller, the greatest steps first. */
function* smallerThan({ run, message }: Failure): Generator<Run> {
  const { seed, nodes, hours, without = [] } = run;
  const failedAt = Number(/^seed \d+, at ([\d.]+) s/.exec(message)?.[1] ?? Infinity) / 3_600;
  // What failed while faults lasted fails at the same time in a run that ends just after.
  const soon = rounded(failedAt * 1.01);
  if (soon < hours * 0.9 && soon >= HOURS_MIN) yield { ...run, hours: soon };
  const left = faultsOf(drawPlan(seed, nodes, without));
  const less = (names: readonly FaultName[]): Run => ({ ...run, without: [...without, ...names] });
  if (left.length > 1) yield less(left);
  if (left.length > 3) {
    const middle = Math.ceil(left.length / 2);
    yield less(left.slice(0, middle));
    yield less(left.slice(middle));
  }
  for (const count of new Set([NODES_MIN, Math.ceil(nodes / 2), nodes - 1])) {
    if (count >= NODES_MIN && count < nodes) yield { ...run, nodes: count };
  }
  if (rounded(hours / 2) >= HOURS_MIN) yield { ...run, hours: rounded(hours / 2) };
  for (const name of left) yield less([name]);
  const shorter = rounded(hours * 0.8);
  if (shorter >= HOURS_MIN && shorter < hours) yield { ...run, hours: shorter };
}

/** In thousandths, so that commands are short. */
function rounded(hours: number): number {
  return Math.ceil(hours * 1_000) / 1_000;
}
