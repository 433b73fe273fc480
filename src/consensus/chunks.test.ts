/** Entries in chunks against a list that is looked through from end to end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, startsWith } from '../lib/bytes.ts';
import { chunkCountOf, chunksWith, cut, ENTRY_BYTES, matches, rangeOf } from './chunks.ts';

/** Entries whose ids begin alike now and then, and at the ends of all that there are. */
const entries = fc.tuple(
  fc.oneof(
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.constantFrom(0, 0x7f, 0x80, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
    fc.nat(255).map((last) => Uint8Array.of(7, 7, 7, 7, 7, 7, 7, last)),
  ),
  fc.uint8Array({ minLength: 8, maxLength: 8 }),
).map(([prefix, place]) => concatBytes(prefix, place));
const lists = fc.array(entries, { maxLength: 700, size: 'max' });

function entriesIn(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / ENTRY_BYTES }, (_, index) =>
    bytes.slice(ENTRY_BYTES * index, ENTRY_BYTES * (index + 1)));
}

describe('entries in chunks', () => {
  it('are all there, each where its id says, in the order of the parts', () => {
    fc.assert(fc.property(lists, fc.nat(5), (list, partCount) => {
      const size = Math.ceil((list.length + 1) / (partCount + 1));
      const parts = Array.from({ length: partCount + 1 }, (_, index) =>
        concatBytes(...list.slice(size * index, size * (index + 1))));
      const chunks = cut(parts);
      expect(chunks).toHaveLength(chunkCountOf(list.length));
      const expected = chunks.map((): Uint8Array[] => []);
      for (const entry of list) {
        const [first, last] = chunksWith(rangeOf(entry), chunks.length);
        expect(first).toBe(last);
        expected[first]!.push(entry);
      }
      expect(chunks.map(entriesIn)).toEqual(expected);
    }), { numRuns: 50 });
  });

  it('are found by any beginning, the last first, and no others are', () => {
    const prefixes = fc.uint8Array({ minLength: 0, maxLength: 32 });
    fc.assert(fc.property(lists, fc.nat(), fc.nat(9), prefixes, (list, which, length, other) => {
      const chunks = cut([concatBytes(...list)]);
      const own = list[which % Math.max(1, list.length)]?.slice(0, length);
      for (const prefix of own === undefined ? [other] : [own, other]) {
        const short = prefix.slice(0, 8);
        const range = rangeOf(prefix);
        const [first, last] = chunksWith(range, chunks.length);
        const found = chunks.flatMap((chunk, index) => {
          const indexes = matches(chunk, ENTRY_BYTES, range);
          if (index < first || index > last) expect(indexes).toEqual([]);
          expect([...indexes].sort((a, b) => b - a)).toEqual(indexes);
          return indexes.map((at) => entriesIn(chunk)[at]!);
        });
        const naive = list.filter((entry) => startsWith(entry, short));
        expect(sorted(found)).toEqual(sorted(naive));
      }
    }), { numRuns: 50 });
  });

  it('fill about a page of the disk each, and hardly ever more', () => {
    const count = 20_000;
    let state = 1;
    const bytes = Uint8Array.from({ length: ENTRY_BYTES * count }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    const lengths = cut([bytes]).map((chunk) => chunk.length);
    expect(lengths.filter((length) => length > 4_068).length).toBeLessThan(lengths.length / 50);
    expect(Math.min(...lengths)).toBeGreaterThan(2_034);
  });
});

function sorted(list: readonly Uint8Array[]): string[] {
  return list.map((entry) => entry.join()).sort();
}
