/**
 * Goal: the picture of the next block shows what the miner has, and no more places than it can.
 */
import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../api/schema/chain.ts';
import { placesOf } from './next-block.ts';

const payments = (codes: readonly string[]): Payment[] => codes.map((code, index) => ({
  id: String(index).padStart(64, '0'), reason: { code, sentence: '', next: '' },
}) as Payment);

describe('the places of the next block', () => {
  test('are taken in the given order, the rest is free', () => {
    const given = payments(['block-not-full', 'block-not-full']);
    const places = placesOf(given, 2, { ready: 3, needed: 5 });
    expect(places.taken).toEqual(given);
    expect(places.free).toBe(2);
    expect(places.later).toEqual([]);
  });

  test('leave out payments that cannot be taken yet', () => {
    const given = payments(['not-funded', 'mining', 'gap']);
    const places = placesOf(given, 3, { ready: 2, needed: 2 });
    expect(places.taken).toEqual([given[1]]);
    expect(places.later).toEqual([given[0], given[2]]);
    expect(places.free).toBe(0);
  });

  test('are counted where they are too many to draw', () => {
    const given = payments(Array.from({ length: 200 }, () => 'mining'));
    const places = placesOf(given, 5_000, { ready: 4_001, needed: 5_000 });
    expect(places.taken.length + places.unseen).toBe(4_000);
    expect(places.taken.length).toBeLessThanOrEqual(120);
    expect(places.free).toBeLessThanOrEqual(120);
  });

  test('without a miner, are all that wait and could be taken', () => {
    const places = placesOf(payments(['no-miner', 'gap']), 2, null);
    expect(places.taken.length).toBe(1);
    expect(places.free).toBe(0);
    expect(places.unseen).toBe(0);
  });
});
