/**
 * Goal: the simulator is worth trusting: it can be repeated, and it runs what it says it runs.
 * Method: short runs of small networks; what must hold in them is checked by the simulator itself.
 */
import { describe, expect, it } from 'vitest';
import { drawPlan, LIAR_KINDS } from '../../src/sim/plan.ts';
import { simulate } from '../../src/sim/simulation.ts';

const SMALL = { nodes: 5, hours: 0.25 };

describe('a simulation', () => {
  it('of one seed is the same every time, event by event', () => {
    expect(simulate({ seed: 5, ...SMALL })).toEqual(simulate({ seed: 5, ...SMALL }));
  });

  it('is the same whether somebody reads its log or not', () => {
    const lines: string[] = [];
    const shown = simulate({ seed: 3, ...SMALL, show: (line) => lines.push(line) });
    expect(shown).toEqual(simulate({ seed: 3, ...SMALL }));
    expect(lines.some((line) => /node \d +mines: height 1 /.test(line))).toBe(true);
  });

  it('of another seed is another', () => {
    const [one, other] = [simulate({ seed: 1, ...SMALL }), simulate({ seed: 2, ...SMALL })];
    expect(one.logHash).not.toBe(other.logHash);
  });

  it('takes every bit of the seed, up to the greatest', () => {
    const seeds = [7, 7 + 2 ** 32, 2 ** 53 - 1];
    const plans = seeds.map((seed) => JSON.stringify(drawPlan(seed, 4).weather));
    expect(new Set(plans).size).toBe(seeds.length);
  });
});

/** Seeds that together meet every fault; those that ever failed are added here. */
const SEEDS = [3, 4, 5, 8, 14, 18, 20];

describe('a network with faults', () => {
  it.each(SEEDS)('of seed %i comes to one tip, with money as it was minted', (seed) => {
    const result = simulate({ seed, nodes: 6, hours: 0.5 });
    expect(result.blocks).toBeGreaterThan(5);
    expect(result.payments).toBeGreaterThan(5);
  });

  it('as drawn from these seeds has faults of every kind', () => {
    const plans = SEEDS.map((seed) => drawPlan(seed, 6));
    const kinds = new Set(plans.flatMap((plan) => plan.liars));
    expect([...kinds].sort()).toEqual([...LIAR_KINDS].sort());
    for (const fault of ['partition', 'crash', 'clog', 'reset', 'clockJump'] as const) {
      expect(plans.some((plan) => plan.faults[fault] !== undefined)).toBe(true);
    }
    for (const share of ['lossShare', 'doubleShare', 'strayShare', 'cutShare'] as const) {
      expect(plans.some((plan) => plan.weather[share] > 0.05)).toBe(true);
    }
  });
});
