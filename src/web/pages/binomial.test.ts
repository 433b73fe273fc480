/**
 * Goal: the band is Wilson's: values from his formula worked out by hand, and laws for all counts.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialBand } from './binomial.ts';

test('the band of 5 of 10, and of none of 10', () => {
  const [low, high] = binomialBand(5, 10);
  expect(low).toBeCloseTo(0.2366, 4);
  expect(high).toBeCloseTo(0.7634, 4);
  const [none, some] = binomialBand(0, 10);
  expect(none).toBe(0);
  expect(some).toBeCloseTo(0.2775, 4);
  expect(binomialBand(0, 0)).toEqual([0, 1]);
});

test('the band holds the share, lies within 0 and 1, and mirrors', () => {
  fc.assert(fc.property(fc.nat(500), fc.integer({ min: 1, max: 500 }), (some, trials) => {
    const hits = Math.min(some, trials);
    const [low, high] = binomialBand(hits, trials);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeLessThanOrEqual(hits / trials);
    expect(high).toBeGreaterThanOrEqual(hits / trials);
    const [mirrorLow, mirrorHigh] = binomialBand(trials - hits, trials);
    expect(mirrorLow).toBeCloseTo(1 - high, 9);
    expect(mirrorHigh).toBeCloseTo(1 - low, 9);
  }));
});

test('more trials of the same share make the band narrower', () => {
  const width = (trials: number): number => {
    const [low, high] = binomialBand(trials / 4, trials);
    return high - low;
  };
  expect(width(400)).toBeLessThan(width(100) / 1.8);
});
