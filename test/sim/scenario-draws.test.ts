/**
 * Goal: the simulated network is the one that was asked for: who is linked to whom, how far apart
 * they are, how long bytes take. A wrong draw would be a wrong result of every study.
 * Method: laws of graphs for any size; of draws, the moments of many with fixed seeds, within 3
 * standard errors; of links, the ms at which what was sent arrives.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../src/ports.ts';
import { EventLog } from '../../src/sim/event-log.ts';
import { Chance } from '../../src/sim/random.ts';
import { DEFAULT_SCENARIO } from '../../src/sim/scenario/scenario.ts';
import type { Latency, Topology } from '../../src/sim/scenario/scenario.ts';
import {
  drawEdges, drawLatencyMs, sharesOf, typicalLatencyMs, WeightedDraw,
} from '../../src/sim/scenario/topology.ts';
import type { Edge } from '../../src/sim/scenario/topology.ts';
import { addressOfIndex, Wan } from '../../src/sim/scenario/wan.ts';
import { World } from '../../src/sim/world.ts';

function expectWithin(got: number, expected: number, error: number): void {
  expect(Math.abs(got - expected), `${got} for ${expected}, standard error ${error}`)
    .toBeLessThan(3 * error);
}

/** Of a count of independent events, each with this chance. */
const countError = (trials: number, chance: number): number =>
  Math.sqrt(trials * chance * (1 - chance));

/** Everybody's neighbours; each link counts for both of its ends. */
function neighbours(nodes: number, edges: readonly Edge[]): Set<number>[] {
  const sets = Array.from({ length: nodes }, () => new Set<number>());
  for (const [from, to] of edges) {
    if (from === to || sets[from]!.has(to)) expect.fail(`${from}-${to} is no new link`);
    sets[from]!.add(to);
    sets[to]!.add(from);
  }
  return sets;
}

const degreesOf = (sets: readonly ReadonlySet<number>[]): number[] => sets.map(({ size }) => size);

function isConnected(sets: readonly ReadonlySet<number>[]): boolean {
  const reached = new Set([0]);
  for (const node of reached) for (const other of sets[node]!) reached.add(other);
  return reached.size === sets.length;
}

/** Steps along the ring of all nodes, the short way. */
function ringDistance(nodes: number, [from, to]: Edge): number {
  const steps = Math.abs(from - to);
  return Math.min(steps, nodes - steps);
}

describe('a topology', () => {
  const nodeCount = fc.integer({ min: 2, max: 60 });
  const seed = fc.nat();

  it('is complete, or a ring', () => {
    fc.assert(fc.property(nodeCount, seed, (nodes, start) => {
      const chance = new Chance(start, 'topology');
      const all = neighbours(nodes, drawEdges({ kind: 'complete' }, nodes, chance));
      expect(new Set(degreesOf(all))).toEqual(new Set([nodes - 1]));
      const edges = drawEdges({ kind: 'ring' }, nodes, chance);
      const ring = neighbours(nodes, edges);
      expect(new Set(degreesOf(ring))).toEqual(new Set([Math.min(2, nodes - 1)]));
      expect(edges.every((edge) => ringDistance(nodes, edge) === 1)).toBe(true);
      expect(isConnected(ring)).toBe(true);
    }));
  });

  it('is random, connected, and gives nobody more links than were asked', () => {
    fc.assert(fc.property(nodeCount, fc.integer({ min: 1, max: 32 }), seed, (nodes, degree, by) => {
      const draw = (): Edge[] =>
        drawEdges({ kind: 'random', degree }, nodes, new Chance(by, 'topology'));
      const sets = neighbours(nodes, draw());
      expect(isConnected(sets)).toBe(true);
      // Less than two links each would be pairs, and no network.
      expect(Math.max(...degreesOf(sets))).toBeLessThanOrEqual(Math.max(2, degree));
      expect(draw()).toEqual(draw());
    }));
  });

  it('is random and all but regular: only links that were drawn twice are missing', () => {
    const nodes = 1_000;
    const kinds = [[2, 1, 0], [3, 1, 1], [8, 4, 0], [9, 4, 1]] as const;
    for (const [degree, rings, matchings] of kinds) {
      const edges = drawEdges({ kind: 'random', degree }, nodes, new Chance(1, 'topology'));
      const drawn = rings * nodes + (matchings * nodes) / 2;
      expect(drawn).toBe((degree * nodes) / 2);
      // Any two nodes are linked by a ring with the chance 2 / (n - 1), by a matching with half.
      const pairs = (rings * (rings - 1)) / 2 + (rings * matchings) / 2;
      const twice = (2 * nodes * pairs) / (nodes - 1);
      expect(edges.length).toBeLessThanOrEqual(drawn);
      expect(drawn - edges.length).toBeLessThanOrEqual(twice + 3 * Math.sqrt(twice));
      if (twice > 9) expectWithin(drawn - edges.length, twice, Math.sqrt(twice));
    }
  });

  it('has no order that nodes could be told by: the ends of a random link are even', () => {
    const nodes = 1_000;
    const edges = drawEdges({ kind: 'random', degree: 8 }, nodes, new Chance(2, 'topology'));
    const near = edges.filter((edge) => ringDistance(nodes, edge) <= 50).length;
    const chance = 100 / (nodes - 1);
    expectWithin(near, edges.length * chance, countError(edges.length, chance));
  });

  it('is a small world: a lattice with that share of its far links moved', () => {
    fc.assert(fc.property(
      nodeCount, fc.integer({ min: 1, max: 16 }), fc.double({ min: 0, max: 1, noNaN: true }), seed,
      (nodes, half, rewired, by) => {
        const degree = Math.min(2 * half, nodes - 1 - ((nodes - 1) % 2));
        fc.pre(degree >= 2);
        const draw = (share: number): Edge[] => drawEdges(
          { kind: 'smallWorld', degree, rewired: share }, nodes, new Chance(by, 'topology'));
        const sets = neighbours(nodes, draw(rewired));
        expect(sets.every((set, node) => set.has((node + 1) % nodes))).toBe(true);
        expect(isConnected(sets)).toBe(true);
        const lattice = draw(0);
        expect(new Set(degreesOf(neighbours(nodes, lattice)))).toEqual(new Set([degree]));
        const far = Math.max(...lattice.map((edge) => ringDistance(nodes, edge)));
        expect(far).toBe(degree / 2);
      },
    ));
    const [nodes, rewired] = [2_000, 0.3];
    const topology: Topology = { kind: 'smallWorld', degree: 6, rewired };
    const edges = drawEdges(topology, nodes, new Chance(1, 'topology'));
    const moved = edges.filter((edge) => ringDistance(nodes, edge) > 3).length;
    // Of two far links for each node; seven of all ends are no other link than those of a lattice.
    const chance = rewired * (1 - 7 / nodes);
    expectWithin(moved, 2 * nodes * chance, countError(2 * nodes, chance));
  });

  it('is what was written down', () => {
    const edges: readonly Edge[] = [[0, 2], [2, 1]];
    expect(drawEdges({ kind: 'edges', edges }, 4, new Chance(1, 'topology'))).toEqual(edges);
  });
});

describe('a latency', () => {
  const COUNT = 20_000;
  const SE = 1 / Math.sqrt(COUNT);

  function drawMany(latency: Latency): number[] {
    const chance = new Chance(1, 'latencies');
    return Array.from({ length: COUNT }, () => drawLatencyMs(latency, chance));
  }
  const meanOf = (all: readonly number[]): number =>
    all.reduce((sum, one) => sum + one, 0) / all.length;
  /** Mean, and standard deviation, which in a normal sample has the error sd / sqrt(2n). */
  function momentsOf(all: readonly number[]): { mean: number; sd: number } {
    const mean = meanOf(all);
    return { mean, sd: Math.sqrt(meanOf(all.map((one) => (one - mean) ** 2))) };
  }
  const shareBelow = (all: readonly number[], limit: number): number =>
    all.filter((one) => one < limit).length / all.length;

  it('is constant', () => {
    expect(new Set(drawMany({ kind: 'constant', ms: 70 }))).toEqual(new Set([70]));
    expect(typicalLatencyMs({ kind: 'constant', ms: 70 })).toBe(70);
  });

  it('is even between its bounds', () => {
    const latency = { kind: 'uniform', minMs: 20, maxMs: 50 } as const;
    const all = drawMany(latency);
    for (const ms of all) if (ms < 20 || ms > 50) expect.fail(`${ms} ms`);
    expectWithin(meanOf(all), 35, (30 / Math.sqrt(12)) * SE);
    for (const part of [0.1, 0.5, 0.9]) {
      const error = countError(1, part) * SE;
      expectWithin(shareBelow(all, 20 + 30 * part), part, error);
    }
    expect(typicalLatencyMs(latency)).toBe(50);
  });

  it('is exponential about its mean', () => {
    const latency = { kind: 'exponential', meanMs: 80 } as const;
    const all = drawMany(latency);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expectWithin(meanOf(all), 80, 80 * SE);
    for (const times of [0.5, 1, 3]) {
      const part = 1 - Math.exp(-times);
      expectWithin(shareBelow(all, 80 * times), part, countError(1, part) * SE);
    }
    expect(shareBelow(all, typicalLatencyMs(latency))).toBeGreaterThan(0.94);
  });

  it('is lognormal about its median', () => {
    const latency = { kind: 'lognormal', medianMs: 60, sigma: 0.7 } as const;
    const all = drawMany(latency);
    const { mean, sd } = momentsOf(all.map(Math.log));
    expectWithin(mean, Math.log(60), 0.7 * SE);
    expectWithin(sd, 0.7, (0.7 * SE) / Math.SQRT2);
    for (const [sigmas, part] of [[0, 0.5], [1, 0.84134], [-1, 0.15866]] as const) {
      const limit = 60 * Math.exp(0.7 * sigmas);
      expectWithin(shareBelow(all, limit), part, countError(1, part) * SE);
    }
    expect(shareBelow(all, typicalLatencyMs(latency))).toBeGreaterThan(0.97);
  });
});

describe('hash power', () => {
  it('sums to one, and the attacker has what it was given', () => {
    const some = { ...DEFAULT_SCENARIO, nodes: 9, miners: 5 } as const;
    const attacker = { kind: 'selfish', share: 0.3, gamma: 0 } as const;
    for (const shares of [
      { kind: 'equal' }, { kind: 'zipf', exponent: 1 },
      { kind: 'list', weights: [9, 1, 2, 3, 4] },
    ] as const) {
      for (const all of [sharesOf({ ...some, shares }), sharesOf({ ...some, shares, attacker })]) {
        expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
        expect(all.slice(5)).toEqual([0, 0, 0, 0]);
      }
      expect(sharesOf({ ...some, shares, attacker })[0]).toBe(0.3);
    }
    const [first, second] = sharesOf({ ...some, shares: { kind: 'zipf', exponent: 1 } });
    expect(first! / second!).toBeCloseTo(2, 12);
  });

  it('finds in proportion to it, and nothing without it', () => {
    const weights = [0, 5, 0, 1, 4, 0];
    const [draw, chance] = [new WeightedDraw(weights), new Chance(1, 'finders')];
    const counts = weights.map(() => 0);
    for (let times = 0; times < 20_000; times++) counts[draw.draw(chance)]!++;
    for (const [index, weight] of weights.entries()) {
      if (weight === 0) expect(counts[index]).toBe(0);
      else expectWithin(counts[index]!, 2_000 * weight, countError(20_000, weight / 10));
    }
  });
});

describe('a link', () => {
  const DELAY_MS = 40;
  /** A byte in a ms. */
  const SLOW_MBITS = 0.008;

  /** Two nodes with one link, at the time at which both have it. */
  function linked(bandwidthMbits: number | undefined) {
    const world = new World(new EventLog());
    const asked: [number, number][] = [];
    const wan = new Wan(world, {
      bandwidthMbits,
      delayMs: (from, to) => {
        asked.push([from, to]);
        return DELAY_MS;
      },
    });
    const network = (index: number) =>
      wan.attach(index, { name: `node ${index}`, isAlive: true, planned: 0 });
    const ends: Link[] = [];
    network(1).listen({ datagram: () => {}, link: (link) => ends.push(link) });
    network(0).dial(addressOfIndex(1), (result) => {
      if (!(result instanceof Error)) ends.unshift(result);
    });
    const pass = (ms: number): void => world.run(world.now + ms, () => 'go on');
    pass(2 * DELAY_MS);
    const [one, other] = ends as [Link, Link];
    const startedAt = world.now;
    /** Which of the two heard how many bytes, and when. */
    const heard: [who: number, bytes: number, atMs: number][] = [];
    for (const [who, link] of [one, other].entries()) {
      link.onBytes((chunk) => heard.push([who, chunk.length, world.now - startedAt]));
    }
    return { one, other, heard, asked, pass };
  }

  it('has one delay, the same both ways', () => {
    const { one, other, heard, asked, pass } = linked(undefined);
    one.send(new Uint8Array(100_000));
    one.send(new Uint8Array(1));
    other.send(new Uint8Array(2));
    pass(DELAY_MS - 1);
    expect(heard).toEqual([]);
    pass(1);
    expect(heard).toEqual([[1, 100_000, DELAY_MS], [1, 1, DELAY_MS], [0, 2, DELAY_MS]]);
    expect(asked).toEqual([[0, 1]]);
  });

  it('sends one byte after the other: what waits adds up', () => {
    const { one, heard, pass } = linked(SLOW_MBITS);
    for (const bytes of [100, 50, 1]) one.send(new Uint8Array(bytes));
    pass(20);
    one.send(new Uint8Array(30));
    pass(1_000);
    expect(heard).toEqual([
      [1, 100, DELAY_MS + 100], [1, 50, DELAY_MS + 150], [1, 1, DELAY_MS + 151],
      [1, 30, DELAY_MS + 181],
    ]);
  });

  it('saves nothing up while it is idle', () => {
    const { one, heard, pass } = linked(SLOW_MBITS);
    one.send(new Uint8Array(10));
    pass(500);
    one.send(new Uint8Array(20));
    one.send(new Uint8Array(20));
    pass(500);
    expect(heard).toEqual([
      [1, 10, DELAY_MS + 10], [1, 20, 500 + DELAY_MS + 20], [1, 20, 500 + DELAY_MS + 40],
    ]);
  });

  it('has a queue for each way', () => {
    const { one, other, heard, pass } = linked(SLOW_MBITS);
    one.send(new Uint8Array(300));
    other.send(new Uint8Array(5));
    pass(1_000);
    expect(heard).toEqual([[0, 5, DELAY_MS + 5], [1, 300, DELAY_MS + 300]]);
  });

  it('has the bandwidth that was asked for: a megabit is 125 bytes in a ms', () => {
    const { one, heard, pass } = linked(1);
    for (let times = 0; times < 4; times++) one.send(new Uint8Array(125_000));
    pass(10_000);
    expect(heard.map(([, , atMs]) => atMs - DELAY_MS)).toEqual([1_000, 2_000, 3_000, 4_000]);
  });
});
