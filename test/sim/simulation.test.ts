/**
 * Goal: the simulator is worth trusting: it can be repeated, and it runs what it says it runs.
 * Method: short runs of small networks; what must hold in them is checked by the simulator itself.
 */
import { describe, expect, it } from 'vitest';
import { drawPlan, FAULT_NAMES, faultsOf, LIAR_KINDS } from '../../src/sim/plan.ts';
import { commandOf, simulate } from '../../src/sim/simulation.ts';

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

describe('a simulation without some of its faults', () => {
  it('is that of the same seed, but for them', () => {
    const whole = drawPlan(54, 6);
    const names = faultsOf(whole);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const less = drawPlan(54, 6, [name]);
      expect(faultsOf(less)).toEqual(names.filter((other) => other !== name));
    }
    expect(drawPlan(54, 6, ['liar:boaster', 'loss']).hashShares).toEqual(whole.hashShares);
  });

  it('has nothing that goes wrong when all are left out', () => {
    const run = { seed: 54, ...SMALL, without: FAULT_NAMES };
    const result = simulate(run);
    expect(result).toMatchObject({
      attacks: 0, crashes: 0, partitions: 0, diskFailures: 0, damages: 0, refusedPeers: 0,
    });
    expect(commandOf({ ...run, without: ['loss', 'liar:vandal'] })).toBe(
      'npm run sim -- --seed 54 --nodes 5 --hours 0.25 --without loss,liar:vandal',
    );
  });
});

describe('a network with one liar and nothing else that goes wrong', () => {
  it.each(LIAR_KINDS)('(%s) is attacked, and keeps the promise', (kind) => {
    let seed = 1;
    while (!drawPlan(seed, 3).liars.includes(kind)) seed++;
    const without = FAULT_NAMES.filter((name) => name !== `liar:${kind}`);
    const attacked = simulate({ seed, nodes: 3, hours: 0.3, without });
    expect(attacked).toMatchObject({ crashes: 0, diskFailures: 0, refusedHonest: 0 });
    expect(attacked.attacks).toBeGreaterThan(0);
    expect(attacked.checks.agreed).toBe(3);
  });
});

/** Seeds that together meet every fault; those that ever failed are added here. */
const SEEDS = [3, 28, 73, 213, 257];

describe('a network with faults', () => {
  it.each(SEEDS)('of seed %i keeps the promise of the README', (seed) => {
    const result = simulate({ seed, nodes: 6, hours: 0.5 });
    expect(result.blocks).toBeGreaterThan(5);
    expect(result.payments).toBeGreaterThan(5);
    // Each clause was put to the test, and not only once.
    const { confirmed, money, agreed } = result.checks;
    expect(confirmed).toBeGreaterThan(5);
    expect(money).toBeGreaterThan(5 * result.blocks);
    expect(agreed).toBe(6);
  });

  it('as drawn from these seeds has faults of every kind', () => {
    const met = new Set(SEEDS.flatMap((seed) => faultsOf(drawPlan(seed, 6))));
    expect([...met].sort()).toEqual([...FAULT_NAMES].sort());
  });
});
