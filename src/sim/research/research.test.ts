/**
 * Goal: figures are what the repetitions say, each beside the theory that belongs to it.
 * Method: results made by hand, in which every figure is known.
 */
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO } from '../scenario/scenario.ts';
import type { Attacker, Scenario } from '../scenario/scenario.ts';
import type { AttackResult, ScenarioResult } from '../scenario/result.ts';
import { raceChance } from '../theory/double-spend.ts';
import { selfishIncome, selfishRevenue } from '../theory/selfish-mining.ts';
import {
  claimsOf, DEVIATION_MAX, isOff, secondClaim, togetherChance, verdictOn,
} from './claims.ts';
import { digestOf, sumOfBins } from './digest.ts';
import type { Digest } from './digest.ts';
import { measuresOf } from './measures.ts';

const RESULT: ScenarioResult = {
  seed: 1, logHash: '00', events: 9, virtualSeconds: 1_000,
  mainBlocks: 90, foundBlocks: 100, staleBlocks: 10, staleRate: 0.1,
  miners: [
    { node: 0, share: 0.3, main: 20, stale: 5 }, { node: 1, share: 0.7, main: 70, stale: 5 },
  ],
  intervals: [0.5, 5, 15, 1_000],
  propagation: {
    quantiles: [{ share: 0.5, seconds: 1 }, { share: 0.9, seconds: 2 }, { share: 1, seconds: 3 }],
    coverage: [{ seconds: 0, share: 0.1 }, { seconds: 2, share: 1 }],
    uninformedSeconds: 1.5, behindSeconds: 1,
  },
  reorgs: [{ depth: 1, count: 4 }, { depth: 3, count: 1 }],
  payments: 0, confirmedPayments: 0, attack: undefined,
};
const digest = (more: Partial<ScenarioResult> = {}): Digest => digestOf({ ...RESULT, ...more }, 10);
const withAttacker = (attacker: Attacker): Scenario => ({
  ...DEFAULT_SCENARIO, blockSeconds: 10, attacker,
});
const figure = (scenario: Scenario, digests: readonly Digest[], name: string) =>
  measuresOf(scenario, digests).find((one) => one.name === name);

describe('a digest', () => {
  it('keeps what can be said in a few numbers', () => {
    expect(digest()).toMatchObject({
      mainBlocks: 90, deepestReorg: 3, reorgs: 5, halfSeconds: 1, mostSeconds: 2, firstMain: 20,
      firstFound: 25,
    });
  });

  it('counts intervals by tenths of the mean, the longest together', () => {
    const bins = sumOfBins([digest(), digest()]);
    expect([bins[0], bins[5], bins[15], bins.at(-1)]).toEqual([2, 2, 2, 2]);
    expect(bins.reduce((sum, one) => sum + one, 0)).toBe(8);
  });

  it('is small however long the curve of arrivals is', () => {
    const coverage = Array.from({ length: 1_000 }, (_, index) =>
      ({ seconds: index, share: index / 999 }));
    const kept = digest({ propagation: { ...RESULT.propagation, coverage } }).coverage;
    expect(kept.length).toBeLessThanOrEqual(60);
    expect(kept.at(-1)).toEqual({ seconds: 999, share: 1 });
  });
});

describe('the figures', () => {
  it('of a calm network are held against its own delays', () => {
    const scenario = withAttacker({ kind: 'none' });
    const digests = [digest(), digest({ staleBlocks: 12, mainBlocks: 88 })];
    // y = 1/10 rivals for each block.
    expect(figure(scenario, digests, 'stale share')).toMatchObject({
      estimate: { mean: 0.11, count: 2 }, theory: { value: 0.1 / 1.1 },
    });
    expect(figure(scenario, digests, 'growth')!.theory!.value).toBeCloseTo(1 / 1.1, 12);
    const { churn } = { churn: { meanUpMinutes: 5, meanDownMinutes: 5 } };
    const restless = { ...scenario, faults: { partition: undefined, churn } };
    expect(figure(restless, digests, 'stale share')!.theory).toBeUndefined();
  });

  it('of a double spend are held against its own convention', () => {
    const attack = (isReversed: boolean): AttackResult => ({
      kind: 'payment', isReversed, outcome: isReversed ? 'reversed' : 'gaveUp', honestBlocks: 3,
      attackerBlocks: 4, seconds: 60,
    });
    const digests = [true, false, false, false].map((isReversed) =>
      digest({ attack: attack(isReversed) }));
    for (const headStart of ['level', 'preMined'] as const) {
      const scenario = withAttacker({
        kind: 'doubleSpend', share: 0.2, confirmations: 2, giveUp: { behind: 9 }, headStart,
      });
      const found = figure(scenario, digests, 'reversed')!;
      const chance = raceChance({
        share: 0.2, confirmations: 2, preMined: headStart === 'level' ? 0 : 1, giveUpBehind: 9,
      });
      expect(found)
        .toMatchObject({ estimate: { mean: 0.25, count: 4 }, theory: { value: chance } });
      // Not the spread of what was seen, but the error that the theory would have.
      const error = Math.sqrt(chance * (1 - chance) / 4);
      expect(found.deviation).toBeCloseTo((0.25 - chance) / error, 9);
    }
    const majority = withAttacker({ kind: 'majority', share: 0.6, depth: 3 });
    expect(figure(majority, digests, 'reversed')!.theory).toBeUndefined();
  });

  it('of selfish mining tell the part of the chain from the part of all blocks', () => {
    const attack: AttackResult = {
      kind: 'revenue', share: 0.3, mainShare: 2 / 9, foundShare: 0.2, ties: 4, gamma: 0.5,
    };
    const digests = [digest({ attack }), digest({ attack: { ...attack, ties: 12, gamma: 1 } })];
    const scenario = withAttacker({ kind: 'selfish', share: 0.3, gamma: 0.5 });
    // Each tie counts once, and the gamma that came out is the theory's.
    expect(figure(scenario, digests, 'gamma')!.estimate.mean).toBe(14 / 16);
    expect(figure(scenario, digests, 'part of the chain')).toMatchObject({
      estimate: { mean: 2 / 9 }, theory: { value: selfishRevenue(0.3, 14 / 16) },
    });
    expect(figure(scenario, digests, 'part of all blocks')).toMatchObject({
      estimate: { mean: 0.2 }, theory: { value: selfishIncome(0.3, 14 / 16) },
    });
  });

  it('of few repetitions, which agree by luck, claim no more than their blocks can show', () => {
    const scenario = withAttacker({ kind: 'none' });
    const theory = 0.1 / 1.1;
    for (const digests of [[digest()], [digest(), digest()]]) {
      const { deviation, error } = figure(scenario, digests, 'stale share')!;
      const trials = 100 * digests.length;
      expect(error).toBeCloseTo(Math.sqrt((theory * (1 - theory)) / trials), 12);
      expect(deviation).toBeCloseTo((0.1 - theory) / error!, 12);
    }
    const apart = [digest(), digest({ staleBlocks: 90, mainBlocks: 10 })];
    const { error, estimate } = figure(scenario, apart, 'stale share')!;
    expect(error).toBe(estimate.standardError);
  });
});

describe('the claims', () => {
  const claims = claimsOf(7);

  it('have seeds of their own, also when they are run again', () => {
    const all = [...claims, ...claims.map(secondClaim)].map(({ scenario }) => scenario);
    const taken = all.map(({ seed, repetitions }) => [seed, seed + repetitions] as const)
      .sort(([a], [b]) => a - b);
    for (let index = 1; index < taken.length; index++) {
      expect(taken[index]![0]).toBeGreaterThanOrEqual(taken[index - 1]![1]);
    }
  });

  it('are as many as make the verdict mean something', () => {
    expect(claims.length).toBeGreaterThan(40);
    expect(new Set(claims.map(({ part }) => part)).size).toBe(7);
  });

  it('expect enough of what they count', () => {
    for (const { scenario, figure: name } of claims) {
      if (name !== 'reversed' || scenario.attacker.kind !== 'doubleSpend') continue;
      const { share, confirmations, headStart } = scenario.attacker;
      const preMined = headStart === 'level' ? 0 : 1;
      const chance = raceChance({ share, confirmations, preMined });
      expect(chance * scenario.repetitions).toBeGreaterThan(20);
    }
  });

  it('are refuted by figures that are off, and by figures that are none', () => {
    const race = claims[0]!; // q = 0.1, z = 0: a ninth.
    const attack = {
      kind: 'payment', outcome: 'reversed', honestBlocks: 0, attackerBlocks: 1,
    } as const;
    const digests = (successes: number): Digest[] => Array.from({ length: 900 }, (_, index) =>
      digest({ attack: { ...attack, seconds: 1, isReversed: index < successes } }));
    const right = verdictOn(race, digests(100));
    expect(Math.abs(right.deviation)).toBeLessThan(0.01);
    expect([right, verdictOn(race, digests(128))].map(isOff)).toEqual([false, false]);
    expect(isOff(verdictOn(race, digests(130)))).toBe(true);
    expect(isOff(verdictOn(race, digests(70)))).toBe(true);
    expect(isOff({ ...right, deviation: Number.NaN })).toBe(true);
    expect(DEVIATION_MAX).toBe(3);
  });

  it('together are as likely as the sum of their squares says', () => {
    const one = verdictOn(claims[0]!, [digest({ attack: {
      kind: 'payment', isReversed: true, outcome: 'reversed', honestBlocks: 0, attackerBlocks: 1,
      seconds: 1,
    } })]);
    const of = (...deviations: number[]) => deviations.map((deviation) => ({ ...one, deviation }));
    expect(togetherChance(of(1.959964))).toBeCloseTo(0.05, 5);
    expect(togetherChance(of(0, 0, 0))).toBe(1);
    expect(togetherChance(of(3, 3, 3))).toBeLessThan(0.001);
  });
});
