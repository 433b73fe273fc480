/**
 * Goal: the histogram loses no interval, and its curve is the exponential with the same mean.
 * Method: laws over any intervals (fast-check), and drawn exponentials whose spread is known.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { histogramOf, shareFound } from './intervals.ts';

const intervals = fc.array(fc.integer({ min: -1_000, max: 1e9 }), { minLength: 2, maxLength: 200 });

describe('the histogram of block intervals', () => {
  test('counts every interval once, in columns without gaps', () => {
    fc.assert(fc.property(intervals, (given) => {
      const histogram = histogramOf(given);
      if (histogram === undefined) return given.every((one) => one <= 0);
      const { bins } = histogram;
      expect(bins[0]!.fromMs).toBe(0);
      expect(bins.at(-1)!.toMs).toBe(Infinity);
      expect(bins.reduce((sum, one) => sum + one.count, 0)).toBe(given.length);
      for (const [index, { toMs }] of bins.slice(0, -1).entries()) {
        expect(toMs).toBe(bins[index + 1]!.fromMs);
      }
      return true;
    }));
  });

  test('expects as many in all as there are', () => {
    fc.assert(fc.property(intervals, (given) => {
      const histogram = histogramOf(given);
      const expected = histogram?.bins.reduce((sum, one) => sum + one.expected, 0);
      if (expected !== undefined) expect(expected).toBeCloseTo(given.length, 6);
    }));
  });

  test('puts an interval into the column that its borders name', () => {
    const histogram = histogramOf([100, 900, 2_000, 5_000])!;
    expect(histogram.meanMs).toBe(2_000);
    expect(histogram.bins.slice(0, 5).map(({ fromMs }) => fromMs))
      .toEqual([0, 600, 1_200, 1_800, 2_400]);
    expect(histogram.bins.flatMap(({ fromMs, count }) => (count > 0 ? [[fromMs, count]] : [])))
      .toEqual([[0, 1], [600, 1], [1_800, 1], [4_800, 1]]);
  });

  test('has a spread of 1 for chance alone, and 0 for a clock', () => {
    const quantiles = Array.from({ length: 5_000 },
      (_, index) => -1_000 * Math.log(1 - (index + 0.5) / 5_000));
    const byChance = histogramOf(quantiles)!;
    expect(byChance.spread).toBeGreaterThan(0.98);
    expect(byChance.spread).toBeLessThan(1.02);
    // Drawn from the curve itself, no column is far from it.
    for (const { count, expected } of byChance.bins) {
      expect(Math.abs(count - expected)).toBeLessThan(3);
    }
    expect(histogramOf([500, 500, 500])!.spread).toBe(0);
  });

  test('says nothing of less than two, and of intervals without length', () => {
    expect(histogramOf([])).toBeUndefined();
    expect(histogramOf([5])).toBeUndefined();
    expect(histogramOf([0, 0, -3])).toBeUndefined();
  });
});

test('after as many hashes as a block takes on average, 63 % of blocks are found', () => {
  expect(shareFound(0, 1_000)).toBe(0);
  expect(shareFound(1_000, 1_000)).toBeCloseTo(1 - 1 / Math.E, 12);
  expect(shareFound(5, 0)).toBe(0);
});
