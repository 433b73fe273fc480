/**
 * What the papers say, as figures that the simulator must come to.
 *
 * Owns: which figures, in which scenario, with how many repetitions, and the verdict on each.
 * Does not own: theories (`theory/`), running, or the page (`cli/simulate/papers.ts`).
 *
 * The verdict, fixed before anything is run: a figure more than 3 standard errors off is run once
 * more, with seeds of its own and four times the repetitions, and that second run decides. Of 40
 * true figures one is beyond 3 with a chance of a tenth; both times, of one in three thousand.
 */
import { DEFAULT_SCENARIO } from '../scenario/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { nakamotoChance } from '../theory/double-spend.ts';
import { chainGrowth, forkChance, rivalsPerBlock, staleShareRough } from '../theory/forks.ts';
import { squaresChance } from '../theory/statistics.ts';
import type { Digest } from './digest.ts';
import { measuresOf } from './measures.ts';

export type ClaimPart =
  'level' | 'preMined' | 'selfish' | 'waste' | 'forks' | 'long' | 'growth';

export interface Claim {
  readonly part: ClaimPart;
  /** What sets it apart from the others of its part, for the first columns of a table. */
  readonly keys: readonly number[];
  readonly scenario: Scenario;
  /** The measure that is held against its theory. */
  readonly figure: string;
  /** Another figure, shown beside it and not judged: of the papers, or by its name of this run. */
  readonly beside?: number | string;
}

/** What a claim came to. */
export interface Verdict {
  readonly claim: Claim;
  readonly simulated: number;
  readonly standardError: number;
  readonly theory: number;
  /** In standard errors. */
  readonly deviation: number;
  /** The figure that is not judged. */
  readonly beside: number | undefined;
  readonly repetitions: number;
  readonly seed: number;
}

/** Standard errors beyond which a figure is off. */
export const DEVIATION_MAX = 3;
/** Of the second run: its own seeds, and a standard error half as great. */
const SECOND_SEED = 500_000_000;
const SECOND_FACTOR = 4;
/** Seeds of one claim are apart from those of the next. */
const SEEDS_APART = 1_000_000;

const GIVE_UP = { behind: 20 } as const;
/** Share, confirmations, repetitions: so that 20 successes or more are expected. */
const LEVEL = [
  [0.1, 0, 1_000], [0.1, 1, 1_000], [0.1, 2, 3_000], [0.2, 0, 1_000], [0.2, 1, 1_000],
  [0.2, 2, 1_000], [0.2, 4, 2_000], [0.3, 1, 1_000], [0.3, 3, 1_000], [0.3, 6, 1_000],
  [0.4, 1, 500], [0.4, 3, 500], [0.4, 6, 500],
] as const;
const PRE_MINED = [
  [0.1, 1, 1_000], [0.1, 2, 1_000], [0.1, 3, 2_000], [0.2, 1, 1_000], [0.2, 3, 1_000],
  [0.3, 3, 1_000], [0.3, 6, 1_000], [0.4, 6, 500],
] as const;
const SELFISH = [
  [0.1, 0], [0.1, 1], [0.2, 0], [0.2, 0.5], [0.2, 1], [0.3, 0], [0.3, 0.5], [0.3, 1], [1 / 3, 0],
  [0.4, 0], [0.4, 0.5], [0.4, 1],
] as const;
/** Delay over interval. */
const SHORT_DELAYS = [0.005, 0.01, 0.02, 0.04] as const;
const LONG_DELAYS = [0.1, 0.2] as const;

/** Two honest miners and the attacker, who are as good as next to each other. */
const RACE: Scenario = {
  ...DEFAULT_SCENARIO,
  nodes: 3, miners: 3, topology: { kind: 'complete' }, latency: { kind: 'constant', ms: 1 },
  blockSeconds: 60, duration: { kind: 'blocks', blocks: 1_000 },
};
/** The attacker's own links are faster than this, so that it can be first. */
const POOL: Scenario = {
  ...RACE, nodes: 7, miners: 7, latency: { kind: 'constant', ms: 20 }, repetitions: 20,
  duration: { kind: 'blocks', blocks: 500 },
};
const FORKS: Scenario = {
  ...DEFAULT_SCENARIO,
  topology: { kind: 'complete' }, blockSeconds: 10, repetitions: 20,
};

/** All claims; `first` is the seed of the first one. */
export function claimsOf(first: number): readonly Claim[] {
  const claims = [
    ...LEVEL.map((row) => raceClaim('level', row)),
    ...PRE_MINED.map((row) => raceClaim('preMined', row)),
    ...SELFISH.flatMap(([share, gamma]) => selfishClaims(share, gamma)),
    ...SHORT_DELAYS.map((delay) => forkClaim('forks', delay)),
    ...LONG_DELAYS.flatMap((delay) => {
      const claim = forkClaim('long', delay);
      return [claim, growthOf(claim)];
    }),
  ];
  return claims.map((claim, index) => ({
    ...claim, scenario: { ...claim.scenario, seed: first + index * SEEDS_APART },
  }));
}

function raceClaim(
  part: 'level' | 'preMined',
  [share, confirmations, repetitions]: readonly [number, number, number],
): Claim {
  return {
    part,
    keys: [share, confirmations],
    figure: 'reversed',
    beside: nakamotoChance(share, confirmations),
    scenario: {
      ...RACE,
      attacker: { kind: 'doubleSpend', share, confirmations, giveUp: GIVE_UP, headStart: part },
      repetitions,
    },
  };
}

function selfishClaims(share: number, gamma: number): Claim[] {
  const scenario: Scenario = { ...POOL, attacker: { kind: 'selfish', share, gamma } };
  const revenue: Claim = {
    part: 'selfish', keys: [share, gamma], figure: 'part of the chain', scenario,
    beside: 'gamma',
  };
  // The paper's stale blocks do not depend on gamma.
  if (gamma !== 0) return [revenue];
  return [revenue, { part: 'waste', keys: [share, gamma], figure: 'stale share', scenario }];
}

function forkClaim(part: 'forks' | 'long', delay: number): Claim {
  const ms = delay * FORKS.blockSeconds * 1_000;
  const blocks = part === 'forks' ? 800 : 300;
  return {
    part, keys: [delay], figure: 'stale share',
    beside: part === 'forks' ? staleShareRough(delay)
      : rivalsPerBlock(delay, Array<number>(FORKS.miners).fill(1 / FORKS.miners)),
    scenario: {
      ...FORKS, latency: { kind: 'constant', ms }, duration: { kind: 'blocks', blocks },
    },
  };
}

/** How much slower the chain grows than blocks are found. */
function growthOf({ beside, ...claim }: Claim): Claim {
  return {
    ...claim, part: 'growth', figure: 'growth',
    ...(typeof beside === 'number' ? { beside: chainGrowth(beside) } : {}),
  };
}

/** Holds the repetitions of a claim against its theory. At least two of them. */
export function verdictOn(claim: Claim, digests: readonly Digest[]): Verdict {
  const { scenario, figure, part } = claim;
  const measures = measuresOf(scenario, digests);
  const measure = measures.find(({ name }) => name === figure)!;
  const beside = typeof claim.beside === 'string'
    ? measures.find(({ name }) => name === claim.beside)?.estimate.mean : claim.beside;
  const theory = part === 'forks' ? deckerWattenhofer(scenario, digests) : measure.theory!.value;
  const { estimate: { mean }, error = Number.NaN } = measure;
  return {
    claim, simulated: mean, standardError: error, theory, deviation: (mean - theory) / error,
    beside,
    repetitions: digests.length, seed: scenario.seed,
  };
}

/** With the integral that this network itself had, as the paper took the one that it measured. */
function deckerWattenhofer({ blockSeconds }: Scenario, digests: readonly Digest[]): number {
  const behind = digests.reduce((sum, one) => sum + one.behindSeconds, 0) / digests.length;
  return forkChance(1 / blockSeconds, behind);
}

/** The second run of a claim that was off. */
export function secondClaim(claim: Claim): Claim {
  const { scenario } = claim;
  return {
    ...claim,
    scenario: {
      ...scenario,
      seed: scenario.seed + SECOND_SEED,
      repetitions: scenario.repetitions * SECOND_FACTOR,
    },
  };
}

export function isOff({ deviation }: Verdict): boolean {
  return !(Math.abs(deviation) <= DEVIATION_MAX);
}

/** The chance that figures which are all true are together at least this far off. */
export function togetherChance(verdicts: readonly Verdict[]): number {
  const sum = verdicts.reduce((total, { deviation }) => total + deviation ** 2, 0);
  return squaresChance(sum, verdicts.length);
}
