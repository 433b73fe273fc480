/**
 * What the repetitions of a scenario came to, each figure beside the theory where there is one.
 *
 * Owns: which figures a scenario has, and which theory belongs to which.
 * Does not own: theories (`theory/`), pages and tables.
 */
import type { Scenario } from '../scenario/scenario.ts';
import { raceChance } from '../theory/double-spend.ts';
import { chainGrowth, staleShare } from '../theory/forks.ts';
import { selfishIncome, selfishRevenue, selfishStaleShare } from '../theory/selfish-mining.ts';
import { estimateOf, proportionError, ratioOf } from '../theory/statistics.ts';
import type { Estimate } from '../theory/statistics.ts';
import type { Digest } from './digest.ts';

/** One figure of a point. */
export interface Measure {
  /** As people read it; the same for all points of a scenario. */
  readonly name: string;
  /** Such as `s`; empty for parts of a whole and counts. */
  readonly unit: string;
  readonly estimate: Estimate;
  /** What a paper says that it is. */
  readonly theory?: Theory;
  /**
   * The standard error that the two are compared by: the greater of the spread over repetitions and
   * of what independent trials would have if the theory is true. A few repetitions may agree by
   * luck, or have seen nothing at all.
   */
  readonly error?: number;
  /** How far off, in these errors; undefined where there is no error. */
  readonly deviation?: number;
}

export interface Theory {
  /** Whose, such as `Rosenfeld`. */
  readonly name: string;
  readonly value: number;
}

/** The figures of a point; the first is the one that a plot shows. At least one repetition. */
export function measuresOf(scenario: Scenario, digests: readonly Digest[]): readonly Measure[] {
  return [
    ...paymentMeasures(scenario, digests),
    ...revenueMeasures(scenario, digests),
    ...networkMeasures(scenario, digests),
  ];
}

/** Of attacks on a payment: how often it was undone. */
function paymentMeasures(scenario: Scenario, digests: readonly Digest[]): Measure[] {
  const attacks = digests.flatMap(({ attack }) => (attack?.kind === 'payment' ? [attack] : []));
  if (attacks.length === 0) return [];
  const count = attacks.length;
  const successes = attacks.filter(({ isReversed }) => isReversed).length;
  const mean = successes / count;
  const estimate = { mean, standardError: proportionError(mean, count), count };
  const theory = reversalTheory(scenario);
  // The spread of a proportion is that of the figure itself, which the theory does not need.
  const bare = { ...estimate, standardError: undefined };
  return [
    { ...compared('reversed', bare, theory, count), estimate },
    plain('duration', 's', estimateOf(attacks.map(({ seconds }) => seconds))),
  ];
}

function reversalTheory({ attacker }: Scenario): Theory | undefined {
  if (attacker.kind !== 'doubleSpend') return undefined;
  const { share, confirmations, giveUp, headStart } = attacker;
  const preMined = headStart === 'preMined' ? 1 : 0;
  return {
    name: 'Rosenfeld',
    value: raceChance({ share, confirmations, preMined, giveUpBehind: giveUp.behind }),
  };
}

/** Of attackers who want to earn: their part of the chain, and of all that was found. */
function revenueMeasures({ attacker }: Scenario, digests: readonly Digest[]): Measure[] {
  const attacks = digests.flatMap(({ attack }) => (attack?.kind === 'revenue' ? [attack] : []));
  if (attacks.length === 0) return [];
  const main = digests.map(({ firstMain: part, mainBlocks: whole }) => ({ part, whole }));
  const found = digests.map(({ firstMain: part, foundBlocks: whole }) => ({ part, whole }));
  const isSelfish = attacker.kind === 'selfish' && attacker.share < 0.5;
  const ties = attacks.reduce((sum, attack) => sum + attack.ties, 0);
  const sides = attacks.map((attack) => ({ part: attack.gamma * attack.ties, whole: attack.ties }));
  const gamma = ties === 0 ? undefined : ratioOf(sides);
  // The gamma that came out: who found the rival stays with it, so that not all can be won over.
  // Revenue is linear in gamma, so its mean is enough.
  const theoryOf = (value: (alpha: number, gamma: number) => number): Theory | undefined =>
    (isSelfish ? {
      name: 'Eyal, Sirer', value: value(attacker.share, gamma?.mean ?? attacker.gamma),
    } : undefined);
  return [
    compared('part of the chain', ratioOf(main), theoryOf(selfishRevenue), wholeOf(main)),
    compared('part of all blocks', ratioOf(found), theoryOf(selfishIncome), wholeOf(found)),
    ...(gamma === undefined ? [] : [plain('gamma', '', gamma)]),
  ];
}

/** Of any network: forks, pace, and how blocks travelled. */
function networkMeasures(scenario: Scenario, digests: readonly Digest[]): Measure[] {
  const stale = digests.map(({ staleBlocks: part, foundBlocks: whole }) => ({ part, whole }));
  const long = digests.filter(({ foundBlocks }) => foundBlocks > 0);
  if (long.length === 0) return [];
  const { blockSeconds } = scenario;
  const payments = digests.reduce((total, one) => total + one.payments, 0);
  const uninformed = estimateOf(long.map(({ uninformedSeconds }) => uninformedSeconds));
  // The theory of forks knows honest miners alone, who are on all the time.
  const { attacker, faults } = scenario;
  const isCalm = attacker.kind === 'none' && faults.churn === undefined
    && faults.partition === undefined && scenario.blockSize === 1;
  const behind = estimateOf(long.map(({ behindSeconds }) => behindSeconds));
  const rivals = behind.mean / blockSeconds;
  const theoryOf = (value: number): Theory | undefined =>
    (isCalm ? { name: 'its own f(t)', value } : undefined);
  const wasted = attacker.kind === 'selfish' && attacker.share < 0.5
    ? { name: 'Eyal, Sirer', value: selfishStaleShare(attacker.share) }
    : theoryOf(staleShare(rivals));
  const growth = long.map((one) =>
    ({ part: one.mainBlocks * blockSeconds, whole: one.virtualSeconds }));
  return [
    compared('stale share', ratioOf(stale), wasted, wholeOf(stale)),
    paced(ratioOf(growth), theoryOf(chainGrowth(rivals)), digests),
    plain('uninformed', 's', uninformed),
    plain('behind', 's', behind),
    plain('half have it', 's', estimateOf(long.map(({ halfSeconds }) => halfSeconds))),
    plain('90 % have it', 's', estimateOf(long.map(({ mostSeconds }) => mostSeconds))),
    plain('deepest reorg', '', estimateOf(digests.map(({ deepestReorg }) => deepestReorg))),
    ...(payments === 0 ? [] : [plain('payments confirmed', '', ratioOf(
      digests.map((one) => ({ part: one.confirmedPayments, whole: one.payments })),
    ))]),
  ];
}

function plain(name: string, unit: string, estimate: Estimate): Measure {
  return { name, unit, estimate };
}

function wholeOf(pairs: readonly { readonly whole: number }[]): number {
  return pairs.reduce((sum, { whole }) => sum + whole, 0);
}

/** A proportion of so many trials beside its theory. */
function compared(
  name: string, estimate: Estimate, theory: Theory | undefined, trials: number,
): Measure {
  const plainError = theory === undefined ? 0 : proportionError(theory.value, trials);
  return withTheory({ name, unit: '', estimate }, theory, plainError);
}

/** The pace of the chain: of n exponential times the mean is known to 1/sqrt(n) of it. */
function paced(
  estimate: Estimate, theory: Theory | undefined, digests: readonly Digest[],
): Measure {
  const blocks = digests.reduce((sum, { mainBlocks }) => sum + mainBlocks, 0);
  const plainError = (theory?.value ?? 0) / Math.sqrt(Math.max(1, blocks));
  return withTheory({ name: 'growth', unit: '', estimate }, theory, plainError);
}

function withTheory(
  measure: Measure, theory: Theory | undefined, plainError: number,
): Measure {
  if (theory === undefined) return measure;
  const { mean, standardError } = measure.estimate;
  const error = Math.max(standardError ?? 0, plainError);
  if (error === 0) return { ...measure, theory };
  return { ...measure, theory, error, deviation: (mean - theory.value) / error };
}
