/**
 * Goal: the hash rate of hours fits in a small memory, and no moment is shown twice.
 * Method: laws for any number of points.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateSeries } from './rate-series.ts';

/** Points a second apart. */
function seriesOf(rates: readonly number[]): RateSeries {
  const series = new RateSeries();
  rates.forEach((rate, index) => series.add({ at: 1_000 * index, rate }));
  return series;
}

describe('the series', () => {
  it('is empty at first', () => {
    expect(new RateSeries().points()).toEqual([]);
    expect(new RateSeries().last).toBeUndefined();
  });

  it('has the points of the last five minutes as they are', () => {
    fc.assert(fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 900 }), (rates) => {
      const points = seriesOf(rates).points();
      const fine = points.slice(-Math.min(300, rates.length));
      expect(fine.map(({ rate }) => rate)).toEqual(rates.slice(-300));
    }), { numRuns: 30 });
  });

  it('goes forward, however long it runs, and stays small', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 60_000 }), (count) => {
      const series = seriesOf(Array.from({ length: count }, (_, index) => index));
      const points = series.points();
      expect(points.length).toBeLessThanOrEqual(720 + 300);
      for (let index = 1; index < points.length; index++) {
        expect(points[index]!.at).toBeGreaterThan(points[index - 1]!.at);
      }
      expect(series.last).toEqual({ at: 1_000 * (count - 1), rate: count - 1 });
    }), { numRuns: 20 });
  });

  it('says the average of each half minute for the hours before', () => {
    const points = seriesOf(Array.from({ length: 390 }, (_, index) => index)).points();
    // Of 390 points the first 90 are older than five minutes: three averages, and no other.
    expect(points.length).toBe(303);
    expect(points.slice(0, 3).map(({ rate }) => rate)).toEqual([14.5, 44.5, 74.5]);
    expect(points[3]!.rate).toBe(90);
  });

  it('covers six hours', () => {
    const points = seriesOf(Array.from({ length: 30_000 }, () => 5)).points();
    const hours = (points.at(-1)!.at - points[0]!.at) / 3_600_000;
    expect(hours).toBeGreaterThan(5.9);
    expect(points.every(({ rate }) => rate === 5)).toBe(true);
  });
});
