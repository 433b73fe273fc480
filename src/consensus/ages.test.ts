/** Ids by the age of their block against a plain map of ids. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { hexToBytes } from '../lib/bytes.ts';
import { agedIds, agedKey, findAged } from './ages.ts';

const SPACE = 99;
const ids = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const heights = fc.oneof(fc.nat(20_000), fc.constantFrom(0, 4_095, 4_096, 8_191, 8_192));

it('are found at any height up to the greatest, and no others', () => {
  const entries = fc.uniqueArray(fc.tuple(ids, heights), { selector: ([id]) => id, maxLength: 30 });
  fc.assert(fc.property(entries, ids, (list, stranger) => {
    const store = new MemoryStore();
    const valueOf = (height: number): Uint8Array => Uint8Array.of(height >> 8, height & 0xff);
    store.commit(list.map(([id, height]) => ({
      key: agedKey(SPACE, height, id), value: valueOf(height),
    })));
    const heightMax = Math.max(0, ...list.map(([, height]) => height));
    for (const [id, height] of list) {
      expect(findAged(store, SPACE, id, heightMax)).toEqual(valueOf(height));
      expect(findAged(store, SPACE + 1, id, heightMax)).toBeUndefined();
      const first = hexToBytes(id)!.slice(0, 3);
      expect([...agedIds(store, SPACE, first, heightMax)]).toContain(id);
    }
    if (!list.some(([id]) => id === stranger)) {
      expect(findAged(store, SPACE, stranger, heightMax)).toBeUndefined();
    }
    const all = [...agedIds(store, SPACE, new Uint8Array(0), heightMax)];
    expect(all.sort()).toEqual(list.map(([id]) => id).sort());
  }));
});

it('of one age lie together', () => {
  const near = (id: string, height: number): string =>
    Buffer.from(agedKey(SPACE, height, id)).toString('hex').slice(0, 18);
  const [one, other] = ['00'.repeat(32), 'ff'.repeat(32)];
  expect(near(one, 0)).toBe(near(other, 4_095));
  expect(near(one, 4_096) > near(other, 4_095)).toBe(true);
});
