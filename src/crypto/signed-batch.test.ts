/**
 * Goal: what was put into a batch comes out of it, however it is cut and joined. Method: laws.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../lib/bytes.ts';
import type { Signed, SignedBatch } from '../ports.ts';
import { batchCount, batchOf, joinShares, signedAt, signedIn } from './signed-batch.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const lists: fc.Arbitrary<Signed[]> =
  fc.array(fc.record({ key: bytes, message: bytes, signature: bytes }), { maxLength: 12 });

describe('a batch', () => {
  it('has what it was made of, in order', () => {
    fc.assert(fc.property(lists, (list) => {
      const batch = batchOf(list);
      expect(batchCount(batch)).toBe(list.length);
      expect(signedIn(batch)).toEqual(list);
      list.forEach((signed, index) => expect(signedAt(batch, index)).toEqual(signed));
    }));
  });

  it('puts its prefix before each message', () => {
    fc.assert(fc.property(lists, bytes, (list, prefix) => {
      const batch: SignedBatch = { ...batchOf(list), prefix };
      expect(signedIn(batch)).toEqual(list.map((signed) => (
        { ...signed, message: concatBytes(prefix, signed.message) })));
    }));
  });
});

describe('shares', () => {
  it('that are joined are the same signatures, in memory of their own', () => {
    const cuts = fc.array(fc.tuple(lists, fc.nat(12), fc.nat(12)), { maxLength: 5 });
    fc.assert(fc.property(cuts, bytes, (some, prefix) => {
      const shares = some.map(([list, from, length]) => {
        const first = Math.min(from, list.length);
        const count = Math.min(length, list.length - first);
        return { batch: { ...batchOf(list), prefix }, first, count };
      });
      const wanted = structuredClone(shares.flatMap(({ batch, first, count }) =>
        signedIn(batch).slice(first, first + count)));
      const joined = joinShares(shares);
      for (const { batch } of shares) batch.bytes.fill(0xee);
      expect(signedIn(joined)).toEqual(wanted);
    }));
  });

  it('of a large batch take only the memory that they need', () => {
    const batch = batchOf(Array.from({ length: 100 }, (_, index) => (
      { key: Uint8Array.of(index), message: Uint8Array.of(1, 2), signature: Uint8Array.of(3) })));
    expect(joinShares([{ batch, first: 10, count: 5 }]).bytes).toHaveLength(5 * 4);
  });
});
