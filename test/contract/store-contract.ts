/**
 * The laws of the `Store` door, run on every implementation.
 * Goal: a node cannot tell one store from another. Method: the same table of cases for each, and
 * one property that compares it with a map sorted by hexadecimal keys, which has the order of
 * bytes.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../../src/lib/bytes.ts';
import type { Store, Write } from '../../src/ports.ts';

const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
const put = (key: Uint8Array, value: Uint8Array): Write => ({ key, value });
const remove = (key: Uint8Array): Write => ({ key, value: undefined });
const keysOf = (entries: Iterable<readonly [Uint8Array, Uint8Array]>): string[] =>
  Array.from(entries, ([key]) => bytesToHex(key));

/** `open` gives an empty store each time; the suite closes it. */
export function storeContract(name: string, open: () => Store): void {
  describe(`store contract: ${name}`, () => {
    const opened: Store[] = [];
    const create = (...writes: readonly Write[]): Store => {
      const store = open();
      opened.push(store);
      if (writes.length > 0) store.commit(writes);
      return store;
    };
    afterEach(() => {
      for (const store of opened.splice(0)) store.close();
    });

    it('gives back what was committed, and undefined for the rest', () => {
      const store = create(put(b(1), b(7, 8)), put(b(2), b()));
      expect(store.get(b(1))).toEqual(b(7, 8));
      expect(store.get(b(2))).toEqual(b());
      expect(store.get(b(3))).toBeUndefined();
      expect(store.get(b(1, 0))).toBeUndefined();
    });

    it('takes keys of 1 and of 128 bytes and asserts the limits', () => {
      const long = new Uint8Array(128).fill(0xff);
      const store = create(put(b(0), b(1)), put(long, b(2)));
      expect(store.get(long)).toEqual(b(2));
      expect(keysOf(store.scan(b()))).toEqual(['00', bytesToHex(long)]);
      for (const key of [b(), new Uint8Array(129)]) {
        expect(() => store.get(key)).toThrow();
        expect(() => store.commit([put(b(5), b(5)), put(key, b(1))])).toThrow();
      }
      expect(store.get(b(5))).toBeUndefined();
    });

    it('keeps a value of a megabyte', () => {
      const large = new Uint8Array(1_000_000).map((_, index) => index * 7);
      const store = create(put(b(1), large));
      expect(bytesToHex(store.get(b(1))!)).toBe(bytesToHex(large));
      expect(bytesToHex([...store.scan(b(1))][0]![1])).toBe(bytesToHex(large));
    });

    it('gives each value in memory of its own, and keeps no hold of what it was given', () => {
      const value = b(1, 2, 3);
      const key = b(9);
      const store = create(put(key, value), put(b(10), b(4)));
      value[0] = 99;
      key[0] = 1;
      const first = store.get(b(9))!;
      expect(first).toEqual(b(1, 2, 3));
      first[1] = 99;
      store.get(b(10));
      expect(store.get(b(9))).toEqual(b(1, 2, 3));
      const entries = [...store.scan(b())];
      entries[0]![0][0] = 77;
      entries[0]![1][0] = 77;
      expect(keysOf(store.scan(b()))).toEqual(['09', '0a']);
      expect(entries[1]![1]).toEqual(b(4));
    });

    it('overwrites, deletes, and lets the last write of a batch win', () => {
      const store = create(put(b(1), b(1)), put(b(2), b(2)), put(b(3), b(3)));
      store.commit([
        put(b(1), b(10)), remove(b(2)), remove(b(77)), put(b(4), b(4)), remove(b(4)),
        remove(b(3)), put(b(3), b(30)),
      ]);
      expect([...store.scan(b())]).toEqual([[b(1), b(10)], [b(3), b(30)]]);
      store.commit([]);
      expect(keysOf(store.scan(b()))).toEqual(['01', '03']);
    });

    it('scans the keys with a prefix in the order of bytes', () => {
      const keys = ['01', '0100', '01ff', '02', 'fe', 'ff', 'ff00', 'ffff'];
      const store = create(...keys.toReversed().map((key) => put(hexToBytes(key)!, b(1))));
      expect(keysOf(store.scan(b()))).toEqual(keys);
      expect(keysOf(store.scan(b(1)))).toEqual(['01', '0100', '01ff']);
      expect(keysOf(store.scan(b(0xff)))).toEqual(['ff', 'ff00', 'ffff']);
      expect(keysOf(store.scan(b(3)))).toEqual([]);
      expect(keysOf(store.scan(b(1), { reverse: true }))).toEqual(['01ff', '0100', '01']);
      expect(keysOf(store.scan(b(0xff), { reverse: true }))).toEqual(['ffff', 'ff00', 'ff']);
      expect(keysOf(store.scan(b(), { reverse: true }))).toEqual(keys.toReversed());
      expect(keysOf(store.scan(b(1), { from: b(1, 1) }))).toEqual(['01ff']);
      expect(keysOf(store.scan(b(1), { from: b(1, 0) }))).toEqual(['0100', '01ff']);
      expect(keysOf(store.scan(b(1), { from: b(1, 1), reverse: true }))).toEqual(['0100', '01']);
      expect(keysOf(store.scan(b(1), { from: b(1, 0), reverse: true }))).toEqual(['0100', '01']);
    });

    it('scans one moment, whatever is committed meanwhile', () => {
      const store = create(put(b(1, 1), b(1)), put(b(1, 2), b(2)), put(b(1, 3), b(3)));
      const scan = store.scan(b(1))[Symbol.iterator]();
      expect(scan.next().value).toEqual([b(1, 1), b(1)]);
      const many = Array.from({ length: 2_000 }, (_, index) =>
        put(b(1, 0, index >> 8, index & 255), new Uint8Array(1_000)));
      store.commit([put(b(1, 2), b(99)), remove(b(1, 3)), put(b(1, 4), b(4)), ...many]);
      expect(store.get(b(1, 2))).toEqual(b(99));
      expect(scan.next().value).toEqual([b(1, 2), b(2)]);
      expect(scan.next().value).toEqual([b(1, 3), b(3)]);
      expect(scan.next().done).toBe(true);
      expect(scan.next().done).toBe(true);
      expect(keysOf(store.scan(b(1))).length).toBe(2_003);
    });

    it('can be left early, many times, and written to while scanned', () => {
      const store = create(put(b(1), b(1)), put(b(2), b(2)), put(b(3), b(3)));
      for (let round = 0; round < 500; round++) {
        for (const [key] of store.scan(b())) {
          store.commit([put(key, b(round & 255))]);
          break;
        }
      }
      const seen: number[] = [];
      for (const [key] of store.scan(b())) {
        store.commit([remove(key)]);
        seen.push(key[0]!);
      }
      expect(seen).toEqual([1, 2, 3]);
      expect([...store.scan(b())]).toEqual([]);
    });

    it('tells when all is on disk, in a later turn', async () => {
      const store = create(put(b(1), b(1)));
      let isAnswered = false;
      const error = await new Promise((resolve) => {
        store.flushed((failure) => {
          isAnswered = true;
          resolve(failure);
        });
        expect(isAnswered).toBe(false);
      });
      expect(error).toBeUndefined();
    });

    it('refuses work after it was closed, in a scan as well', () => {
      const store = create(put(b(1), b(1)), put(b(2), b(2)));
      const scan = store.scan(b())[Symbol.iterator]();
      scan.next();
      store.close();
      store.close();
      expect(() => scan.next()).toThrow(/closed/);
      expect(() => store.get(b(1))).toThrow(/closed/);
      expect(() => [...store.scan(b())]).toThrow(/closed/);
      expect(() => store.commit([remove(b(1))])).toThrow(/closed/);
    });

    it('equals a sorted map under any sequence of batches and scans', () => {
      const key = fc.array(fc.constantFrom(0, 1, 254, 255), { minLength: 1, maxLength: 3 });
      const write = fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 3 })) });
      const look = fc.record({
        prefix: fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 2 }),
        from: fc.option(fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 2 })),
        reverse: fc.boolean(),
      });
      const steps = fc.array(fc.tuple(fc.array(write, { maxLength: 8 }), look), { maxLength: 12 });
      fc.assert(fc.property(steps, (sequence) => {
        const store = open();
        try {
          const model = new Map<string, string>();
          for (const [batch, { prefix, from, reverse }] of sequence) {
            const writes = batch.map((one) => ({
              key: b(...one.key), value: one.value ?? undefined,
            }));
            store.commit(writes);
            for (const one of writes) {
              if (one.value === undefined) model.delete(bytesToHex(one.key));
              else model.set(bytesToHex(one.key), bytesToHex(one.value));
            }
            const start = from === null ? undefined : b(...prefix, ...from);
            const options = { reverse, ...(start === undefined ? {} : { from: start }) };
            const got = Array.from(store.scan(b(...prefix), options), (entry) =>
              entry.map((bytes) => bytesToHex(bytes)));
            expect(got).toEqual(expectedScan(model, bytesToHex(b(...prefix)), options));
          }
        } finally {
          store.close();
        }
      }), { numRuns: 60 });
    });
  });
}

function expectedScan(
  model: ReadonlyMap<string, string>, prefix: string,
  options: { readonly from?: Uint8Array; readonly reverse: boolean },
): string[][] {
  const from = options.from === undefined ? undefined : bytesToHex(options.from);
  const sorted = [...model]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (!options.reverse) return sorted.filter(([key]) => from === undefined || key >= from);
  return sorted.toReversed().filter(([key]) => from === undefined || key <= from);
}
