/**
 * Goal: the time that hash power mines below the greatest height is what forks come of.
 * Method: tips of three nodes, told by hand.
 */
import { expect, test } from 'vitest';
import type { ChainChange } from '../../consensus/reorg.ts';
import { Measure } from './measure.ts';

const tipAt = (height: number): ChainChange =>
  ({ tip: { header: { height } }, connected: [], disconnected: [] }) as unknown as ChainChange;

test('hash power is behind from the first block of a height until it has any of it', () => {
  const measure = new Measure([0.5, 0.3, 0.2], () => true);
  const told = [
    [0, 1, 0], // The finder is never behind.
    [1, 1, 1_000], // 0.3 for 1 s.
    [0, 2, 5_000], // The last one has not even the first: it is behind once, not twice.
    [2, 1, 6_000], // Having that is not enough.
    [1, 2, 7_000], // 0.3 for 2 s.
    [2, 2, 9_000], // 0.2 for 9 s.
    [2, 2, 9_500], // A branch of the same height changes nothing.
  ] as const;
  for (const [node, height, now] of told) measure.tipChanged(node, tipAt(height), now);
  const { behindSeconds } = measure.result().propagation;
  expect(behindSeconds).toBeCloseTo((0.3 * 1 + 0.3 * 2 + 0.2 * 9) / 2, 9);
});
