/**
 * What is kept of a repetition: a few numbers, whatever its length, so that a million of them fit.
 *
 * Owns: making a result small, and putting digests together.
 * Does not own: what the numbers mean together (`measures.ts`).
 */
import type { AttackResult, ScenarioResult } from '../scenario/result.ts';

/** Intervals are counted in bins of so many mean intervals; the last bin has all longer ones. */
export const INTERVAL_BIN = 0.1;
const INTERVAL_BINS = 80;
/** Steps of the curve of arrivals that are kept. */
const COVERAGE_POINTS = 60;

export interface Digest {
  readonly seed: number;
  readonly logHash: string;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly mainBlocks: number;
  readonly foundBlocks: number;
  readonly staleBlocks: number;
  readonly payments: number;
  readonly confirmedPayments: number;
  /** Of the deepest branch that an honest node left, and how often any was left. */
  readonly deepestReorg: number;
  readonly reorgs: number;
  /** Integral of the part of the hash power that does not know a block, in seconds. */
  readonly uninformedSeconds: number;
  /** The same of heights: what forks come of. */
  readonly behindSeconds: number;
  /** Seconds until half, and nine of ten nodes had a block. */
  readonly halfSeconds: number;
  readonly mostSeconds: number;
  readonly meanInterval: number;
  readonly intervalBins: readonly number[];
  /** Part of the hash power that knows a block after so many seconds. */
  readonly coverage: readonly { readonly seconds: number; readonly share: number }[];
  /** Node 0's blocks on the main chain, and all that it found. */
  readonly firstMain: number;
  readonly firstFound: number;
  readonly attack: AttackResult | undefined;
}

/** The digest of a result, of a network with this mean interval. */
export function digestOf(result: ScenarioResult, blockSeconds: number): Digest {
  const { propagation, intervals, reorgs, miners, attack } = result;
  const first = miners.find(({ node }) => node === 0);
  const secondsOf = (share: number): number =>
    propagation.quantiles.find((one) => one.share >= share)?.seconds ?? 0;
  return {
    seed: result.seed,
    logHash: result.logHash,
    events: result.events,
    virtualSeconds: result.virtualSeconds,
    mainBlocks: result.mainBlocks,
    foundBlocks: result.foundBlocks,
    staleBlocks: result.staleBlocks,
    payments: result.payments,
    confirmedPayments: result.confirmedPayments,
    deepestReorg: reorgs.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    reorgs: reorgs.reduce((sum, { count }) => sum + count, 0),
    uninformedSeconds: propagation.uninformedSeconds,
    behindSeconds: propagation.behindSeconds,
    halfSeconds: secondsOf(0.5),
    mostSeconds: secondsOf(0.9),
    meanInterval: intervals.reduce((sum, one) => sum + one, 0) / Math.max(1, intervals.length),
    intervalBins: binsOf(intervals, INTERVAL_BIN * blockSeconds),
    coverage: thinned(propagation.coverage),
    firstMain: first?.main ?? 0,
    firstFound: (first?.main ?? 0) + (first?.stale ?? 0),
    attack,
  };
}

function binsOf(values: readonly number[], width: number): number[] {
  const bins = Array<number>(INTERVAL_BINS).fill(0);
  for (const value of values) bins[Math.min(INTERVAL_BINS - 1, Math.floor(value / width))]! += 1;
  return bins;
}

/** The bins of several repetitions together. */
export function sumOfBins(digests: readonly Digest[]): readonly number[] {
  const bins = Array<number>(INTERVAL_BINS).fill(0);
  for (const { intervalBins } of digests) {
    intervalBins.forEach((count, index) => {
      bins[index]! += count;
    });
  }
  return bins;
}

/** At most so many steps, the last one kept. */
function thinned(coverage: Digest['coverage']): Digest['coverage'] {
  if (coverage.length <= COVERAGE_POINTS) return coverage;
  const every = coverage.length / COVERAGE_POINTS;
  return Array.from({ length: COVERAGE_POINTS }, (_, index) =>
    coverage[Math.min(coverage.length - 1, Math.ceil((index + 1) * every) - 1)]!);
}
