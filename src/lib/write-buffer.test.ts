/** A buffer over a store against a store that was written to at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiskError, MemoryStore } from '../../test/support/memory-store.ts';
import type { Write } from '../ports.ts';
import { WriteBuffer } from './write-buffer.ts';

/** The first bytes of keys, of which there are more than one. */
const SPACES = [7, 8, 9];
const KEYS = Array.from({ length: 12 }, (_, index) => Uint8Array.of(7 + (index % 3), index * 20));

const writes: fc.Arbitrary<Write[]> = fc.array(fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined }),
}), { maxLength: 6 });

describe('a write buffer', () => {
  it('reads as if it had committed, and leaves the store alone until it does', () => {
    const steps = fc.array(fc.record({ batch: writes, flushes: fc.boolean() }), { maxLength: 12 });
    fc.assert(fc.property(steps, (plan) => {
      const [store, model] = [new MemoryStore(), new MemoryStore()];
      const buffer = new WriteBuffer(store);
      for (const { batch, flushes } of plan) {
        const before = store.dump(...SPACES);
        buffer.add(batch);
        model.commit(batch);
        expect(store.dump(...SPACES)).toEqual(before);
        for (const key of KEYS) expect(buffer.get(key)).toEqual(model.get(key));
        if (!flushes) continue;
        buffer.flush();
        expect(store.dump(...SPACES)).toEqual(model.dump(...SPACES));
        expect(buffer.bytes).toBe(0);
      }
    }));
  });

  it('commits all that it holds at once', () => {
    const store = new MemoryStore();
    const buffer = new WriteBuffer(store);
    for (const key of KEYS) buffer.add([{ key, value: key }]);
    const before = store.calls;
    buffer.flush();
    buffer.flush();
    expect(store.calls).toBe(before + 1);
  });

  it('holds everything still when the store fails', () => {
    const store = new MemoryStore();
    const buffer = new WriteBuffer(store);
    buffer.add([{ key: KEYS[0]!, value: KEYS[1]! }]);
    store.failAfter(1);
    expect(() => buffer.flush()).toThrow(DiskError);
    expect(buffer.get(KEYS[0]!)).toEqual(KEYS[1]!);
    expect(store.dump(...SPACES)).toEqual([]);
    buffer.flush();
    expect(store.dump(...SPACES)).toHaveLength(1);
  });
});
