/**
 * Who is linked to whom, how far they are apart, and who has how much hash power.
 *
 * Owns: these draws. Does not own: what travels along the links (`wan.ts`).
 */
import { assert } from '../../lib/assert.ts';
import type { Chance } from '../random.ts';
import type { Latency, Scenario, Shares, Topology } from './scenario.ts';

/** A link: the first node dials the second. */
export type Edge = readonly [from: number, to: number];

/** The links of a topology, each pair once, nobody linked to itself. */
export function drawEdges(topology: Topology, nodes: number, chance: Chance): Edge[] {
  switch (topology.kind) {
    case 'complete':
      return lattice(nodes, nodes - 1);
    case 'ring':
      return lattice(nodes, 2);
    case 'random':
      return randomRings(nodes, topology.degree, chance);
    case 'smallWorld':
      return smallWorld(nodes, topology, chance);
    case 'edges':
      return [...topology.edges];
  }
}

/**
 * A ring in which each node is linked to the `degree / 2` next ones on either side: with all others
 * it is the complete graph. Everybody dials about as many as dial it.
 */
function lattice(nodes: number, degree: number): Edge[] {
  const edges = new EdgeSet();
  for (let step = 1; step <= Math.ceil(degree / 2); step++) {
    for (let node = 0; node < nodes; node++) edges.add(node, (node + step) % nodes);
  }
  return edges.list;
}

/** Rings through all nodes in random orders: connected, and all but regular. */
function randomRings(nodes: number, degree: number, chance: Chance): Edge[] {
  const edges = new EdgeSet();
  const all = Array.from({ length: nodes }, (_, node) => node);
  for (let left = degree; left > 0; left -= 2) {
    const order = chance.shuffle(all);
    // A degree of 1 would leave pairs, so the first ring is always whole.
    const step = left === 1 && degree > 1 ? 2 : 1;
    for (let at = 0; at < nodes; at += step) {
      if (at + 1 < nodes || step === 1) edges.add(order[at]!, order[(at + 1) % nodes]!);
    }
  }
  return edges.list;
}

/** Watts and Strogatz, 1998; the nearest neighbours stay, so that the graph stays connected. */
function smallWorld(
  nodes: number, { degree, rewired }: { degree: number; rewired: number }, chance: Chance,
): Edge[] {
  const edges = new EdgeSet();
  for (let node = 0; node < nodes; node++) edges.add(node, (node + 1) % nodes);
  for (let step = 2; step <= degree / 2; step++) {
    for (let node = 0; node < nodes; node++) {
      const isMoved = chance.happens(rewired);
      const other = chance.between(0, nodes - 1);
      edges.add(node, isMoved ? other : (node + step) % nodes);
    }
  }
  return edges.list;
}

class EdgeSet {
  readonly list: Edge[] = [];
  readonly #seen = new Set<string>();

  add(from: number, to: number): void {
    const key = from < to ? `${from}-${to}` : `${to}-${from}`;
    if (from === to || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push([from, to]);
  }
}

/** One link's delay in ms, not rounded. */
export function drawLatencyMs(latency: Latency, chance: Chance): number {
  switch (latency.kind) {
    case 'constant':
      return latency.ms;
    case 'uniform':
      return latency.minMs + chance.fraction() * (latency.maxMs - latency.minMs);
    case 'exponential':
      return -Math.log(1 - chance.fraction()) * latency.meanMs;
    case 'lognormal':
      return latency.medianMs * Math.exp(latency.sigma * normal(chance));
  }
}

/** What most links do not exceed. */
export function typicalLatencyMs(latency: Latency): number {
  switch (latency.kind) {
    case 'constant':
      return latency.ms;
    case 'uniform':
      return latency.maxMs;
    case 'exponential':
      return 3 * latency.meanMs;
    case 'lognormal':
      return latency.medianMs * Math.exp(2 * latency.sigma);
  }
}

/** Box and Muller, 1958. */
function normal(chance: Chance): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance.fraction()));
  return radius * Math.cos(2 * Math.PI * chance.fraction());
}

/** Each node's part of all hash power; they sum to 1. The attacker is node 0. */
export function sharesOf({ shares, miners, nodes, attacker }: Scenario): number[] {
  const weights = weightsOf(shares, miners);
  const first = 'share' in attacker ? attacker.share : undefined;
  const rest = weights.slice(first === undefined ? 0 : 1).reduce((sum, one) => sum + one, 0);
  const all = weights.map((weight, index) => {
    if (first === undefined) return weight / rest;
    return index === 0 ? first : (weight / rest) * (1 - first);
  });
  return [...all, ...Array.from({ length: nodes - miners }, () => 0)];
}

function weightsOf(shares: Shares, miners: number): readonly number[] {
  if (shares.kind === 'list') return shares.weights;
  const exponent = shares.kind === 'zipf' ? shares.exponent : 0;
  return Array.from({ length: miners }, (_, index) => (index + 1) ** -exponent);
}

/** Draws an index in proportion to weights that stay the same: by halving. */
export class WeightedDraw {
  readonly #sums: number[] = [];

  constructor(weights: readonly number[]) {
    let sum = 0;
    for (const weight of weights) this.#sums.push(sum += weight);
    assert(sum > 0);
  }

  draw(chance: Chance): number {
    const sums = this.#sums;
    const aim = chance.fraction() * sums.at(-1)!;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > aim) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
