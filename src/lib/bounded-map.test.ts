/** The map against a plain list of its entries in the order in which they were set. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('set' as const), key: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

it('lets the entry go that was set longest ago', () => {
  const steps = fc.array(step, { maxLength: 120 });
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 6 }), (plan, sizeMax) => {
    const map = new BoundedMap<number, number>(sizeMax);
    let list: [number, number][] = [];
    for (const [index, one] of plan.entries()) {
      if (one.kind === 'clear') {
        map.clear();
        list = [];
      } else if (one.kind === 'delete') {
        expect(map.delete(one.key)).toBe(list.some(([key]) => key === one.key));
        list = list.filter(([key]) => key !== one.key);
      } else {
        list = [...list.filter(([key]) => key !== one.key), [one.key, index]];
        const gone = list.length > sizeMax ? list.shift()![0] : undefined;
        expect(map.set(one.key, index)).toBe(gone);
      }
      expect([...map.entries()]).toEqual(list);
      expect(map.size).toBe(list.length);
      for (const [key, value] of list) expect(map.get(key)).toBe(value);
    }
  }), { numRuns: 300 });
});

it('goes on letting entries go after it was empty for a while', () => {
  const map = new BoundedMap<number, number>(2);
  for (let round = 0; round < 3; round++) {
    for (let key = 0; key < 5; key++) map.set(key, key);
    expect([...map.keys()]).toEqual([3, 4]);
    for (const key of [3, 4]) map.delete(key);
    expect(map.size).toBe(0);
  }
});

/** Bytes in use once everything that nobody needs is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

it('keeps no more memory however often the same entries are renewed', () => {
  const map = new BoundedMap<number, number>(1_000);
  const before = heapUsed();
  for (let count = 0; count < 500_000; count++) map.set(count % 8, count);
  // A standing iterator that was never renewed would keep 36 MB of old tables here.
  expect(heapUsed() - before).toBeLessThan(5_000_000);
  expect(map.size).toBe(8);
});
