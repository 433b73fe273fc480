/**
 * Goal: the theory that the simulator is held against is the papers', to the printed digit.
 * Method: tables of the papers, and of exact arithmetic; laws; identities of special functions.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  catchUpChance, nakamotoChance, raceChance, rosenfeldChance,
} from './double-spend.ts';
import {
  chainGrowth, countStale, forkChance, rivalsPerBlock, staleShare, staleShareRough,
  uninformedSeconds,
} from './forks.ts';
import {
  selfishIncome, selfishRevenue, selfishStaleShare, selfishThreshold,
} from './selfish-mining.ts';
import {
  anyDeviationChance, deviationChance, estimateOf, proportionError, ratioOf, squaresChance,
  wilsonInterval,
} from './statistics.ts';

const level = (share: number, confirmations: number): number =>
  raceChance({ share, confirmations, preMined: 0 });

describe('Nakamoto\'s figures', () => {
  // The tables of section 11, as the paper prints them.
  test.each([
    [0.1, 1, [
      1, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428, 0.0000647, 0.0000173,
      0.0000046, 0.0000012,
    ]],
    [0.3, 5, [
      1, 0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132, 0.0001522, 0.0000379, 0.0000095,
      0.0000024, 0.0000006,
    ]],
  ] as const)('for q = %d are the paper\'s', (share, step, table) => {
    const ours = table.map((_, index) => nakamotoChance(share, index * step).toFixed(7));
    expect(ours).toEqual(table.map((chance) => chance.toFixed(7)));
  });

  test.each([
    [0.1, 5], [0.15, 8], [0.2, 11], [0.25, 15], [0.3, 24], [0.35, 41], [0.4, 89], [0.45, 340],
  ])('for q = %d fall below 0.1 %% at %i confirmations', (share, confirmations) => {
    expect(nakamotoChance(share, confirmations)).toBeLessThan(0.001);
    expect(nakamotoChance(share, confirmations - 1)).toBeGreaterThanOrEqual(0.001);
  });
});

describe('Rosenfeld\'s figures', () => {
  // His table 1, in percent, 1 to 10 confirmations.
  test.each([
    [0.02, [4, 0.237, 0.016, 0.001, 0, 0, 0, 0, 0, 0]],
    [0.1, [20, 5.6, 1.712, 0.546, 0.178, 0.059, 0.02, 0.007, 0.002, 0.001]],
    [0.18, [36, 17.107, 8.741, 4.626, 2.499, 1.369, 0.758, 0.423, 0.237, 0.134]],
    [0.3, [60, 43.2, 32.616, 25.207, 19.762, 15.645, 12.475, 10.003, 8.055, 6.511]],
    [0.4, [80, 70.4, 63.488, 57.958, 53.314, 49.3, 45.769, 42.621, 39.787, 37.218]],
    [0.45, [90, 85.05, 81.375, 78.342, 75.716, 73.375, 71.252, 69.299, 67.487, 65.793]],
  ] as const)('for q = %d are the paper\'s', (share, percents) => {
    const ours = percents.map((_, index) => (100 * rosenfeldChance(share, index + 1)).toFixed(3));
    expect(ours).toEqual(percents.map((percent) => percent.toFixed(3)));
  });

  // Who starts level and must get ahead needs a block more.
  test.each([
    [0.1, [11.111, 3.111, 0.951, 0.303, 0.099, 0.033, 0.011]],
    [0.2, [25, 13, 7.24, 4.168, 2.448, 1.457, 0.875]],
    [0.3, [42.857, 30.857, 23.297, 18.005, 14.116, 11.175, 8.911]],
    [0.4, [66.667, 58.667, 52.907, 48.299, 44.428, 41.084, 38.141]],
  ] as const)('from level for q = %d are those of exact arithmetic', (share, percents) => {
    const ours = percents.map((_, index) => (100 * level(share, index)).toFixed(3));
    expect(ours).toEqual(percents.map((percent) => percent.toFixed(3)));
  });

  test.each([
    [0.1, 6, 4], [0.15, 9, 7], [0.2, 13, 11], [0.25, 20, 17], [0.3, 32, 29], [0.35, 58, 55],
    [0.4, 133, 128], [0.45, 539, 530],
  ])('for q = %d fall below 0.1 %% at %i confirmations, from level at %i', (share, own, fair) => {
    for (const [chance, confirmations] of [[rosenfeldChance, own], [level, fair]] as const) {
      expect(chance(share, confirmations)).toBeLessThan(0.001);
      expect(chance(share, confirmations - 1)).toBeGreaterThanOrEqual(0.001);
    }
  });

  it('keep their digits where they are small, and where there are many terms', () => {
    // By recurrence and exact fractions: q = 1/10, 50 confirmations.
    expect(rosenfeldChance(0.1, 50) / incompleteBeta(0.1, 50)).toBeCloseTo(1, 9);
    expect(rosenfeldChance(0.49, 2_000) / incompleteBeta(0.49, 2_000)).toBeCloseTo(1, 7);
    expect(nakamotoChance(0.4, 2_000)).toBeGreaterThan(0);
  });

  it('are the closed form of Grunspan and Perez-Marco, and fall with each confirmation', () => {
    fc.assert(fc.property(
      fc.double({ min: 0.01, max: 0.49, noNaN: true }), fc.integer({ min: 2, max: 60 }),
      (share, confirmations) => {
        const chance = rosenfeldChance(share, confirmations);
        expect(chance).toBeLessThan(rosenfeldChance(share, confirmations - 1));
        expect(chance / incompleteBeta(share, confirmations)).toBeCloseTo(1, 9);
        expect(level(share, confirmations)).toBeLessThan(chance);
      },
    ));
  });
});

/** I_x(a, 1/2) with x = 4pq by its series: the closed form of Grunspan and Perez-Marco (2018). */
function incompleteBeta(share: number, a: number): number {
  const x = 4 * share * (1 - share);
  let [term, sum] = [1, 1];
  for (let n = 0; term > sum * 1e-17; n++) {
    term *= (x * (a + 0.5 + n)) / (a + 1 + n);
    sum += term;
  }
  // 1 / (a B(a, 1/2)), from B(a, 1/2) = B(1, 1/2) * product of (j / (j + 1/2)).
  let log = Math.log(2);
  for (let j = 1; j < a; j++) log += Math.log(j / (j + 0.5));
  return Math.exp(a * Math.log(x) - log) * Math.sqrt(1 - x) * sum / a;
}

describe('a race', () => {
  it('is won for sure by a majority with patience, and by whoever is ahead', () => {
    expect(rosenfeldChance(0.5, 6)).toBe(1);
    expect(level(0.6, 20)).toBe(1);
    expect(catchUpChance(0.3, 0)).toBe(1);
    expect(raceChance({ share: 0.2, confirmations: 0, preMined: 1 })).toBe(1);
    expect(raceChance({ share: 0, confirmations: 1, preMined: 1 })).toBe(0);
  });

  it('that is given up somewhere is won less often, and hardly less when that is far', () => {
    const race = { share: 0.4, confirmations: 6, preMined: 0 } as const;
    const chances = [1, 5, 10, 50].map((giveUpBehind) => raceChance({ ...race, giveUpBehind }));
    expect(chances).toEqual([...chances].sort((a, b) => a - b));
    expect(raceChance(race) - chances.at(-1)!).toBeLessThan(1e-8);
    expect(raceChance(race)).toBeGreaterThan(chances.at(-1)!);
  });

  it('that is given up is the gambler\'s ruin', () => {
    // Level, one to find, given up 2 behind: win at +1, lose at -2.
    const chance = (share: number): number =>
      raceChance({ share, confirmations: 0, preMined: 0, giveUpBehind: 2 });
    const ruin = (share: number): number => {
      const ratio = (1 - share) / share;
      return (1 - ratio ** 2) / (1 - ratio ** 3);
    };
    for (const share of [0.1, 0.3, 0.6, 0.9]) expect(chance(share)).toBeCloseTo(ruin(share), 12);
    expect(chance(0.5)).toBeCloseTo(2 / 3, 12);
    expect(raceChance({ share: 0.9, confirmations: 5_000, preMined: 0, giveUpBehind: 9 }))
      .toBeCloseTo(1, 9);
  });
});

describe('selfish mining', () => {
  test.each([
    [0.1, 0.03564, 0.07242, 0.10919, 0.0842, 0.03264, 0.06632],
    [0.2, 0.12967, 0.18242, 0.23516, 0.14953, 0.11028, 0.15514],
    [0.25, 0.19512, 0.25, 0.30488, 0.18, 0.16, 0.205],
    [0.3, 0.27313, 0.32687, 0.38062, 0.21182, 0.21527, 0.25764],
    [1 / 3, 0.33333, 0.38462, 0.4359, 0.23529, 0.2549, 0.29412],
    [0.4, 0.48372, 0.52558, 0.56744, 0.29508, 0.34098, 0.37049],
    [0.45, 0.65177, 0.6806, 0.70942, 0.36568, 0.41343, 0.43172],
  ])('of alpha %d gives the paper\'s revenue', (alpha, none, half, all, stale, income, more) => {
    const ours = [
      selfishRevenue(alpha, 0), selfishRevenue(alpha, 0.5), selfishRevenue(alpha, 1),
      selfishStaleShare(alpha), selfishIncome(alpha, 0), selfishIncome(alpha, 0.5),
    ];
    expect(ours.map((value) => value.toFixed(5)))
      .toEqual([none, half, all, stale, income, more].map((value) => value.toFixed(5)));
    // With every tie won it loses nothing, and never gains a block per block found.
    expect(selfishIncome(alpha, 1)).toBeCloseTo(alpha, 12);
  });

  test.each([[0, 1 / 3], [0.25, 0.3], [0.5, 0.25], [0.75, 1 / 6], [1, 0]])(
    'pays from the threshold of gamma %d on', (gamma, threshold) => {
      expect(selfishThreshold(gamma)).toBeCloseTo(threshold, 12);
      if (threshold === 0) return;
      expect(selfishRevenue(threshold, gamma)).toBeCloseTo(threshold, 12);
      expect(selfishRevenue(threshold + 0.01, gamma)).toBeGreaterThan(threshold + 0.01);
    },
  );
});

describe('forks', () => {
  it('are as frequent as Decker and Wattenhofer have it', () => {
    expect(forkChance(1 / 633.68, 11.37).toFixed(6)).toBe('0.017797');
    expect(staleShareRough(11.37 / 633.68).toFixed(6)).toBe('0.017783');
  });

  it('take the time that each part of the hash power does not know a block', () => {
    // One finds it; the next hears it after 1 s, the last after 3 s.
    const arrivals = [
      { delaySeconds: 0, share: 0.5 }, { delaySeconds: 1, share: 0.3 },
      { delaySeconds: 3, share: 0.2 },
    ];
    expect(uninformedSeconds(arrivals)).toBeCloseTo(0.9, 12);
  });

  // n equal miners; the third column counted by other code (200,000 blocks, another generator).
  test.each([
    [0.0179, 2, 0.009], [0.0179, 10, 0.016], [0.05, 10, 0.0432], [0.05, 100, 0.048],
    [0.1, 10, 0.082], [0.1, 100, 0.0906],
  ])('for a delay of %d intervals and %i miners are counted alike', (delay, miners, counted) => {
    const blocks = 100_000;
    const model = countStale({ miners, delayPerInterval: delay, blocks, seed: 3 }) / blocks;
    const error = Math.hypot(proportionError(counted, 200_000), proportionError(counted, blocks));
    expect(Math.abs(model - counted)).toBeLessThan(4 * error);
    const rivals = rivalsPerBlock(delay, Array<number>(miners).fill(1 / miners));
    expect(Math.abs(staleShare(rivals) - counted)).toBeLessThan(0.002);
  });

  test.each([[0.5, 2, 0.1661], [1, 2, 0.2499], [0.5, 10, 0.2996], [1, 100, 0.4954]])(
    'for a long delay of %d intervals and %i miners too', (delay, miners, counted) => {
      const blocks = 50_000;
      const model = countStale({ miners, delayPerInterval: delay, blocks, seed: 4 }) / blocks;
      expect(Math.abs(model - counted)).toBeLessThan(0.01);
    },
  );

  it('slow the chain by as much as goes stale', () => {
    const rivals = rivalsPerBlock(0.2, [0.5, 0.5]);
    expect(rivals).toBeCloseTo(0.1, 12);
    expect(chainGrowth(rivals)).toBeCloseTo(1 - staleShare(rivals), 12);
    expect(rivalsPerBlock(5, [1])).toBe(0);
  });
});

describe('statistics', () => {
  it('have the mean and its standard error', () => {
    expect(estimateOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      mean: 5, standardError: Math.sqrt(32 / 7 / 8), count: 8,
    });
    expect(estimateOf([3])).toEqual({ mean: 3, standardError: undefined, count: 1 });
    // Of shifted values the error is the same: no digits are lost.
    const shifted = estimateOf([1e9 + 2, 1e9 + 4, 1e9 + 9]);
    expect(shifted.standardError).toBeCloseTo(estimateOf([2, 4, 9]).standardError!, 6);
  });

  it('have ratios of sums', () => {
    const equal = ratioOf([{ part: 1, whole: 10 }, { part: 3, whole: 10 }]);
    expect(equal.mean).toBeCloseTo(0.2, 12);
    expect(equal.standardError).toBeCloseTo(estimateOf([0.1, 0.3]).standardError!, 12);
    expect(ratioOf([{ part: 1, whole: 1 }, { part: 0, whole: 9 }]).mean).toBeCloseTo(0.1, 12);
  });

  it('have Wilson\'s interval, also of nothing', () => {
    const [low, high] = wilsonInterval(0, 10, 1.96);
    expect([low, high.toFixed(4)]).toEqual([0, '0.2775']);
    const [from, to] = wilsonInterval(81, 263, 1.96);
    expect([from.toFixed(4), to.toFixed(4)]).toEqual(['0.2553', '0.3662']);
  });

  test.each([
    [0, 1], [1, 0.31731050786], [1.96, 0.0499957903], [2.12, 0.0340060452953],
    [2.13, 0.0331716133672], [2.5, 0.01241933],
    [3, 0.00269979606], [5, 5.7330314e-7],
  ])('know how rare %d standard errors are', (deviations, chance) => {
    expect(deviationChance(deviations) / chance).toBeCloseTo(1, 6);
    expect(deviationChance(-deviations)).toBe(deviationChance(deviations));
  });

  it('know that among many figures one is far off', () => {
    expect(anyDeviationChance(3, 40)).toBeCloseTo(1 - (1 - 0.00269979606) ** 40, 9);
    expect(anyDeviationChance(3, 1)).toBeCloseTo(deviationChance(3), 12);
  });

  // Quantiles of chi-squared.
  test.each([
    [3.841458821, 1, 0.05], [5.991464547, 2, 0.05], [7.814727903, 3, 0.05],
    [18.30703805, 10, 0.05], [43.77297183, 30, 0.05], [50.99845, 31, 0.0132],
    [2.167349909, 7, 0.95],
  ])('know how rare a sum of squares %d of %i figures is', (sum, count, chance) => {
    expect(squaresChance(sum, count)).toBeCloseTo(chance, 3);
  });

  it('count every value once, whatever its order', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 20 }),
      (values) => {
        const [one, other] = [estimateOf(values), estimateOf([...values].reverse())];
        expect(one.mean).toBeCloseTo(other.mean, 9);
        expect(one.standardError).toBeCloseTo(other.standardError!, 9);
      },
    ));
  });
});
