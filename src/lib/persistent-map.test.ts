/**
 * Goal: a persistent map is a sorted map, and none that was made before ever changes. Method: a
 * plain `Map`, sorted for each look, is given the same batches; long runs of neighbouring keys make
 * nodes split, and empty them again, on several levels.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

type Change = readonly [key: string, value: number | undefined];
type Entry = readonly [key: string, value: number];

/** Three levels need some 800 keys, as a node has 32 at most. */
const KEYS = 5_000;
const RUN_MAX = 3_000;

const keyOf = (index: number): string => String.fromCharCode(index >> 8, index & 0xff);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Long keys and short ones, the empty one too, between those of the runs. */
const anyKey = fc.oneof(
  fc.nat(KEYS).map(keyOf),
  fc.array(fc.nat(KEYS >> 8), { maxLength: 3 }).map((units) => String.fromCharCode(...units)),
);
const scattered: fc.Arbitrary<Change[]> = fc.array(
  fc.tuple(anyKey, fc.option(fc.nat(), { nil: undefined })), { maxLength: 60 },
);
/** Neighbours, up or down or every seventh, all set or all deleted. */
const neighbours: fc.Arbitrary<Change[]> = fc.record({
  first: fc.nat(KEYS - 1), count: fc.nat(RUN_MAX), step: fc.constantFrom(1, -1, 7),
  value: fc.option(fc.nat(), { nil: undefined }),
}).map(({ first, count, step, value }) => range(count).map((index) =>
  [keyOf((first + index * step + KEYS * RUN_MAX) % KEYS), value]));
const batches = fc.array(fc.oneof(scattered, neighbours), { maxLength: 8 });

function apply(model: Map<string, number>, changes: readonly Change[]): void {
  for (const [key, value] of changes) {
    if (value === undefined) model.delete(key);
    else model.set(key, value);
  }
}

function expectEqual(
  map: PersistentMap<number>, model: ReadonlyMap<string, number>, probes: readonly string[],
): void {
  const all: Entry[] = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
  expectSame(map.entries(undefined, false), all);
  expectSame(map.entries(undefined, true), all.toReversed());
  expect(all.find(([key, value]) => map.get(key) !== value)).toBeUndefined();
  for (const from of probes) {
    expect(map.get(from)).toBe(model.get(from));
    expectSame(map.entries(from, false), all.filter(([key]) => key >= from));
    expectSame(map.entries(from, true), all.filter(([key]) => key <= from).reverse());
  }
}

/** Thousands of entries, so only the first that differs is shown. */
function expectSame(got: Iterable<Entry>, expected: readonly Entry[]): void {
  const entries = [...got];
  const index = entries.findIndex(([key, value], at) =>
    key !== expected[at]?.[0] || value !== expected[at][1]);
  if (index >= 0) expect(entries[index]).toEqual(expected[index]);
  expect(entries.length).toBe(expected.length);
}

describe('a persistent map', () => {
  it('is a sorted map after each batch, and what it was before stays', () => {
    fc.assert(fc.property(batches, fc.array(anyKey, { maxLength: 5 }), (changes, probes) => {
      const made: [PersistentMap<number>, ReadonlyMap<string, number>, string[]][] = [];
      let map = PersistentMap.empty<number>();
      const model = new Map<string, number>();
      for (const batch of changes) {
        map = map.with(batch);
        apply(model, batch);
        made.push([map, new Map(model), [...probes, ...batch.slice(0, 5).map(([key]) => key)]]);
      }
      // All at the end: a later batch that wrote to an older map's nodes is seen.
      for (const [one, then, keys] of made) expectEqual(one, then, keys);
    }), { numRuns: 60 });
  });

  it('gives two different maps of one, which have nothing of each other', () => {
    fc.assert(fc.property(neighbours, scattered, scattered, (base, one, other) => {
      const map = PersistentMap.empty<number>().with(base);
      const before = new Map(map.entries(undefined, false));
      const first = map.with(one);
      const second = map.with(other);
      for (const [made, changes] of [[first, one], [second, other], [map, []]] as const) {
        const model = new Map(before);
        apply(model, changes);
        expectEqual(made, model, []);
      }
    }), { numRuns: 30 });
  });

  it('goes on in an older map that is read while newer ones are made of it', () => {
    const old = PersistentMap.empty<number>().with(range(2_000).map((one) => [keyOf(one), one]));
    const seen: number[] = [];
    for (const [key, value] of old.entries(undefined, false)) {
      seen.push(value);
      if (value % 100 === 0) old.with([[key, undefined], [keyOf(value + 1), -1]]);
    }
    expect(seen).toEqual(range(2_000));
  });

  it('is empty again when all is deleted, and can be filled again', () => {
    const keys = range(3_000).map(keyOf);
    const full = PersistentMap.empty<number>().with(keys.map((key, index) => [key, index]));
    const none = full.with(keys.map((key) => [key, undefined]));
    expect([...none.entries(undefined, false)]).toEqual([]);
    expect([...none.entries('a', true)]).toEqual([]);
    expect([...none.with([['a', 1]]).entries(undefined, true)]).toEqual([['a', 1]]);
    expect(full.get(keys[2_999]!)).toBe(2_999);
    const one = none.with([['b', 2]]);
    expect([...one.with([['b', undefined]]).entries(undefined, false)]).toEqual([]);
    expect(one.get('b')).toBe(2);
  });
});
