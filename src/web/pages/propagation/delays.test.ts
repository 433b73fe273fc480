/**
 * Goal: delays are counted from whoever had a block first, whoever that was.
 * Method: laws over drawn arrivals, and examples worked out by hand.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Propagation } from '../../../api/schema/network.ts';
import {
  curveOf, delaysOf, forkShare, heatOf, HERE, holdersOf, meanOf, quantileOf, shadeOf,
} from './delays.ts';
import { spacedOut, ticksOf } from './ticks.ts';

const block = (height: number, afters: readonly number[]): Propagation => ({
  id: String(height), height, tag: '', had_at_ms: 0, from: 'peer',
  arrivals: afters.map((after_ms, index) => ({ session: `s${index}`, tag: `t${index}`, after_ms })),
});

const afters = fc.array(fc.integer({ min: -5_000, max: 60_000 }), { maxLength: 20 });

describe('delays', () => {
  test('begin with the first node, which may be this one', () => {
    expect(holdersOf(block(1, [5, 30])).map(({ session, delayMs }) => [session, delayMs]))
      .toEqual([[HERE, 0], ['s0', 5], ['s1', 30]]);
    expect(holdersOf(block(1, [-20, 30])).map(({ session, delayMs }) => [session, delayMs]))
      .toEqual([['s0', 0], [HERE, 20], ['s1', 50]]);
    expect(delaysOf([block(1, [-20, 30]), block(2, []), block(3, [4])])).toEqual([4, 20, 50]);
  });

  test('are one less than the nodes, sorted, and never below zero', () => {
    fc.assert(fc.property(fc.array(afters, { maxLength: 10 }), (given) => {
      const delays = delaysOf(given.map((one, index) => block(index, one)));
      expect(delays.length).toBe(given.flat().length);
      expect(delays).toEqual([...delays].sort((a, b) => a - b));
      expect(delays.every((one) => one >= 0)).toBe(true);
    }));
  });

  test('have quantiles that are delays', () => {
    const sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(quantileOf(sorted, 0.5)).toBe(5);
    expect(quantileOf(sorted, 0.9)).toBe(9);
    expect(quantileOf(sorted, 1)).toBe(10);
    expect(quantileOf([7], 0.5)).toBe(7);
    expect(quantileOf([], 0.5)).toBeUndefined();
    expect(meanOf([])).toBeUndefined();
    expect(meanOf([1, 2, 6])).toBe(3);
  });
});

test('the curve rises from left to right and ends with all', () => {
  fc.assert(fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 1_000 }), (given) => {
    const sorted = [...given].sort((a, b) => a - b);
    const { delaysMs, shares } = curveOf(sorted);
    expect(delaysMs.length).toBe(shares.length);
    expect(delaysMs.length).toBeLessThan(250);
    for (let i = 1; i < delaysMs.length; i++) {
      expect(delaysMs[i]!).toBeGreaterThan(delaysMs[i - 1]!);
      expect(shares[i]!).toBeGreaterThanOrEqual(shares[i - 1]!);
    }
    expect(shares.at(-1)).toBe(1);
    // Each point is the share that really has the block by then.
    for (const [i, delay] of delaysMs.entries()) {
      expect(shares[i]).toBeCloseTo(sorted.filter((one) => one <= delay).length / sorted.length, 1);
    }
  }));
});

test('a delay as long as the interval costs 63 % of blocks', () => {
  expect(forkShare(1_000, 1_000)).toBeCloseTo(1 - 1 / Math.E, 12);
  expect(forkShare(0, 1_000)).toBe(0);
  expect(forkShare(-5, 1_000)).toBe(0);
  expect(forkShare(5, 0)).toBe(1);
});

test('the heat map has this node first, and blocks oldest first', () => {
  const { blocks, rows } = heatOf([block(3, [7]), block(2, [-5, 10]), block(1, [])], 2, 2);
  expect(blocks.map(({ height }) => height)).toEqual([2, 3]);
  expect(rows.map(({ session }) => session)).toEqual([HERE, 's0']);
  expect(rows[0]!.delaysMs).toEqual([5, 0]);
  expect(rows[1]!.delaysMs).toEqual([0, 7]);
});

test('longer delays have stronger shades', () => {
  expect([0, 10, 11, 1_000, 1e9].map(shadeOf)).toEqual([0, 0, 1, 3, 5]);
});

test('the axis names round times on both sides of zero', () => {
  expect(ticksOf(-10, 100)).toEqual([-10, 0, 10, 100]);
  expect(ticksOf(-150, 1_500)).toEqual([-100, -10, 0, 10, 100, 1_000]);
  expect(ticksOf(0, 5)).toEqual([0]);
});

test('ticks that would cover each other are left out, zero never', () => {
  const at = (ms: number): number => ms;
  expect(spacedOut([-100, -10, 0, 10, 100, 1_000], at, 50)).toEqual([-100, 0, 100, 1_000]);
  expect(spacedOut([-100, 0, 100], at, 1e9)).toEqual([0]);
  expect(spacedOut(ticksOf(-10, 10), at, 1)).toEqual([-10, 0, 10]);
});
