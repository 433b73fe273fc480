/**
 * What a user asks of the simulator: a network, its load, its faults, an attacker, and how long.
 *
 * Owns: the typed description, and what makes one impossible, in words.
 * Does not own: the text of flags and files, or what happens (`run.ts`).
 */
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import type { ChainParams } from '../../consensus/params.ts';

/** How hash power is spread over the miners; the shares that come out sum to 1. */
export type Shares =
  | { readonly kind: 'equal' }
  /** The k-th miner has a share in proportion to k^-exponent. */
  | { readonly kind: 'zipf'; readonly exponent: number }
  /** In proportion to these, one for each miner. */
  | { readonly kind: 'list'; readonly weights: readonly number[] };

/** Who is linked to whom. */
export type Topology =
  | { readonly kind: 'complete' | 'ring' }
  /** `degree / 2` random rings over all nodes (and a random matching for an odd degree). */
  | { readonly kind: 'random'; readonly degree: number }
  /** A ring lattice of this degree, each link moved with a chance (Watts and Strogatz, 1998). */
  | { readonly kind: 'smallWorld'; readonly degree: number; readonly rewired: number }
  | { readonly kind: 'edges'; readonly edges: readonly (readonly [number, number])[] };

/** One-way delay of a link in ms: drawn once for each link, the same both ways. */
export type Latency =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** `sigma` is that of the logarithm. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number };

/** Nothing goes between two parts of the network for a while. Hours of virtual time. */
export interface Partition {
  readonly fromHours: number;
  readonly toHours: number;
  /** About this share of all hash power is in the smaller part: the last nodes. */
  readonly share: number;
}

/** Nodes stop and come back; both times are exponential. Minutes of virtual time. */
export interface Churn {
  readonly meanUpMinutes: number;
  readonly meanDownMinutes: number;
}

/** When an attack on a payment is given up: so far behind the honest chain, in blocks. */
export interface GiveUp {
  readonly behind: number;
}

/**
 * Attackers. Each is node 0, with this share of all hash power; the others share the rest.
 *
 * - `doubleSpend`: pays a merchant (node 1), and mines in private a branch in which the money goes
 *   elsewhere. `headStart` 'level': begins with the payment, from the same tip; `preMined`: first
 *   finds one block in private (Rosenfeld 2014). In both it must be strictly ahead, and the
 *   merchant must have seen the confirmations, before it shows its branch.
 * - `selfish`: Eyal and Sirer 2014. `gamma`: share of the honest hash power that hears the
 *   attacker's block first when both have one.
 * - `withholding`: keeps each block that it finds for a while.
 * - `eclipse`: is the only peer of node 1 (the victim), and mines with it, cut off from the others,
 *   until the victim has seen the confirmations of a payment that the others never see.
 * - `partition`: cuts the network as `faults.partition` does, for its own purposes; has no hash
 *   power.
 * - `timestamp`: has a clock that is wrong by `aheadSeconds`, which may be negative.
 * - `majority`: rewrites the last `depth` blocks, and never gives up.
 */
export type Attacker =
  | { readonly kind: 'none' }
  | {
    readonly kind: 'doubleSpend'; readonly share: number; readonly confirmations: number;
    readonly giveUp: GiveUp; readonly headStart: 'level' | 'preMined';
  }
  | { readonly kind: 'selfish'; readonly share: number; readonly gamma: number }
  | { readonly kind: 'withholding'; readonly share: number; readonly holdSeconds: number }
  | { readonly kind: 'eclipse'; readonly share: number; readonly confirmations: number }
  | { readonly kind: 'partition'; readonly cut: Partition }
  | { readonly kind: 'timestamp'; readonly share: number; readonly aheadSeconds: number }
  | { readonly kind: 'majority'; readonly share: number; readonly depth: number };

/** A run ends when the observer's chain has so many blocks, or after so much virtual time. */
export type Duration =
  | { readonly kind: 'blocks'; readonly blocks: number }
  | { readonly kind: 'hours'; readonly hours: number };

export interface Scenario {
  /** All nodes, the attacker counted. */
  readonly nodes: number;
  /** Of them, those that mine, the attacker counted: the first ones. */
  readonly miners: number;
  readonly shares: Shares;
  readonly topology: Topology;
  readonly latency: Latency;
  /** Of each link, each way; undefined for as fast as can be. */
  readonly bandwidthMbits: number | undefined;
  /** What all hash power together needs for a block, on average. */
  readonly blockSeconds: number;
  /** Transactions that a block must have, the reward counted. */
  readonly blockSize: number;
  /** After so long a block may have fewer; 0 for never. */
  readonly blockWaitSeconds: number;
  /** Of the whole network; from miners to each other. */
  readonly paymentsPerHour: number;
  readonly faults: {
    readonly partition: Partition | undefined;
    readonly churn: Churn | undefined;
  };
  readonly attacker: Attacker;
  readonly duration: Duration;
  /** Of the first repetition; the next one has the next seed. */
  readonly seed: number;
  readonly repetitions: number;
}

/** What a scenario is when nothing is said. */
export const DEFAULT_SCENARIO: Scenario = {
  nodes: 10,
  miners: 10,
  shares: { kind: 'equal' },
  topology: { kind: 'random', degree: 8 },
  latency: { kind: 'constant', ms: 100 },
  bandwidthMbits: undefined,
  blockSeconds: 60,
  blockSize: 1,
  blockWaitSeconds: 0,
  paymentsPerHour: 0,
  faults: { partition: undefined, churn: undefined },
  attacker: { kind: 'none' },
  duration: { kind: 'blocks', blocks: 1_000 },
  seed: 1,
  repetitions: 1,
};

/** (policy) Limits of one run; see the bench for what they cost. */
const SCENARIO_NODES_MAX = 20_000;
const SCENARIO_BLOCKS_MAX = 10_000_000;
const REPETITIONS_MAX = 1_000_000;
/** A node takes no more links than this (`node/peer-table.ts`), so no topology may ask for more. */
const SCENARIO_LINKS_MAX = 64;

const HOURS_MAX = 1_000_000;
const SEED_MAX = 2 ** 53 - 1;

/** The chain parameters that the scenario's network is founded with. */
export function paramsOf(scenario: Scenario): ChainParams {
  return {
    network: 'simulated',
    // Real, and easy: only the time that it takes is drawn.
    difficulty: 2 * DIFFICULTY_BIT,
    blockSize: scenario.blockSize,
    blockReward: 50_000_000n,
    blockWaitSeconds: scenario.blockWaitSeconds,
    blockBytesMax: 1_000_000,
  };
}

/** The first thing that is wrong with a scenario, in words, or undefined when it can be run. */
export function scenarioFault(scenario: Scenario): string | undefined {
  const { nodes, miners, blockSeconds, paymentsPerHour, seed, repetitions } = scenario;
  return whole('nodes', nodes, 2, SCENARIO_NODES_MAX)
    ?? whole('miners', miners, 1, nodes)
    ?? sharesFault(scenario.shares, miners)
    ?? topologyFault(scenario.topology, nodes)
    ?? latencyFault(scenario.latency)
    ?? within('bandwidth', scenario.bandwidthMbits ?? 1, 0.001, 1_000_000)
    ?? within('block interval', blockSeconds, 0.1, 1_000_000)
    ?? whole('block size', scenario.blockSize, 1, 1_000)
    ?? whole('block wait', scenario.blockWaitSeconds, 0, 1_000_000)
    ?? within('payments per hour', paymentsPerHour, 0, 1_000_000)
    ?? partitionFault(scenario.faults.partition)
    ?? churnFault(scenario.faults.churn)
    ?? attackerFault(scenario)
    ?? durationFault(scenario.duration)
    ?? whole('seed', seed, 0, SEED_MAX - repetitions)
    ?? whole('repetitions', repetitions, 1, REPETITIONS_MAX);
}

function sharesFault(shares: Shares, miners: number): string | undefined {
  if (shares.kind === 'zipf') return within('exponent of zipf', shares.exponent, 0, 10);
  if (shares.kind !== 'list') return undefined;
  const { weights } = shares;
  if (weights.length !== miners) return `${weights.length} shares for ${miners} miners`;
  const isPositive = weights.every((weight) => Number.isFinite(weight) && weight > 0);
  return isPositive ? undefined : 'each share must be above 0';
}

function topologyFault(topology: Topology, nodes: number): string | undefined {
  switch (topology.kind) {
    case 'complete':
      return nodes <= SCENARIO_LINKS_MAX ? undefined
        : `a complete network has at most ${SCENARIO_LINKS_MAX} nodes: each takes so many links`;
    case 'ring':
      return undefined;
    case 'random':
      return whole('degree', topology.degree, 1, SCENARIO_LINKS_MAX / 2);
    case 'smallWorld':
      if (topology.degree % 2 !== 0) return 'the degree of a small world must be even';
      return whole('degree', topology.degree, 2, Math.min(SCENARIO_LINKS_MAX / 2, nodes - 1))
        ?? within('rewired share', topology.rewired, 0, 1);
    case 'edges':
      return edgesFault(topology.edges, nodes);
  }
}

function edgesFault(
  edges: readonly (readonly [number, number])[], nodes: number,
): string | undefined {
  const degrees = new Map<number, number>();
  const seen = new Set<string>();
  for (const [one, other] of edges) {
    const fault = whole('node of an edge', one, 0, nodes - 1)
      ?? whole('node of an edge', other, 0, nodes - 1);
    if (fault !== undefined) return fault;
    const key = `${Math.min(one, other)}-${Math.max(one, other)}`;
    if (one === other || seen.has(key)) return `the edge ${one}-${other} is no new link`;
    seen.add(key);
    for (const node of [one, other]) degrees.set(node, (degrees.get(node) ?? 0) + 1);
  }
  const crowded = [...degrees].find(([, degree]) => degree > SCENARIO_LINKS_MAX);
  if (crowded === undefined) return undefined;
  return `node ${crowded[0]} has ${crowded[1]} links, and takes ${SCENARIO_LINKS_MAX}`;
}

function latencyFault(latency: Latency): string | undefined {
  const ms = (value: number): string | undefined => within('latency in ms', value, 0, 3_600_000);
  switch (latency.kind) {
    case 'constant':
      return ms(latency.ms);
    case 'uniform':
      if (latency.minMs > latency.maxMs) return 'the least latency is above the greatest';
      return ms(latency.minMs) ?? ms(latency.maxMs);
    case 'exponential':
      return ms(latency.meanMs);
    case 'lognormal':
      return ms(latency.medianMs) ?? within('sigma of the latency', latency.sigma, 0, 5);
  }
}

function partitionFault(cut: Partition | undefined): string | undefined {
  if (cut === undefined) return undefined;
  if (!(cut.fromHours < cut.toHours)) return 'a partition must end after it begins';
  return within('start of a partition', cut.fromHours, 0, HOURS_MAX)
    ?? within('end of a partition', cut.toHours, 0, HOURS_MAX)
    ?? within('share of a partition', cut.share, 0, 0.5);
}

function churnFault(churn: Churn | undefined): string | undefined {
  if (churn === undefined) return undefined;
  return within('time up, in minutes,', churn.meanUpMinutes, 0.1, 1_000_000)
    ?? within('time down, in minutes,', churn.meanDownMinutes, 0.1, 1_000_000);
}

function attackerFault({ attacker, miners, nodes }: Scenario): string | undefined {
  if (attacker.kind === 'none') return undefined;
  if (attacker.kind === 'partition') return partitionFault(attacker.cut);
  if (miners < 2) return 'an attacker needs at least 2 miners, of which it is one';
  const share = within('share of the attacker', attacker.share, 0.0001, 0.9999);
  if (share !== undefined) return share;
  switch (attacker.kind) {
    case 'doubleSpend':
      return whole('confirmations', attacker.confirmations, 0, 1_000)
        ?? whole('blocks behind to give up', attacker.giveUp.behind, 1, 10_000);
    case 'selfish':
      return within('gamma', attacker.gamma, 0, 1);
    case 'withholding':
      return within('seconds to hold a block', attacker.holdSeconds, 0, 1_000_000);
    case 'eclipse':
      if (nodes < 3) return 'an eclipse needs at least 3 nodes: attacker, victim and another';
      return whole('confirmations', attacker.confirmations, 1, 1_000);
    case 'timestamp':
      return within('seconds ahead', attacker.aheadSeconds, -1_000_000, 1_000_000);
    case 'majority':
      return whole('depth', attacker.depth, 1, 10_000);
  }
}

function durationFault(duration: Duration): string | undefined {
  if (duration.kind === 'hours') return within('hours', duration.hours, 0.001, HOURS_MAX);
  return whole('blocks', duration.blocks, 1, SCENARIO_BLOCKS_MAX);
}

function whole(name: string, value: number, min: number, max: number): string | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${name} must be a whole number from ${min} to ${max}, not ${value}`;
}

function within(name: string, value: number, min: number, max: number): string | undefined {
  if (value >= min && value <= max) return undefined;
  return `${name} must be ${min} to ${max}, not ${value}`;
}
