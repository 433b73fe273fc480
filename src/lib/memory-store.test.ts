/** Goal: what only the memory store promises. The laws of every store are in test/contract. */
import { describe, expect, it } from 'vitest';
import { MemoryStore, prefixEnd } from './memory-store.ts';

const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

describe('MemoryStore', () => {
  it('answers flushed when its owner says so', () => {
    const deferred: (() => void)[] = [];
    const store = new MemoryStore((run) => deferred.push(run));
    let answers = 0;
    store.flushed(() => answers++);
    expect(answers).toBe(0);
    for (const run of deferred) run();
    expect(answers).toBe(1);
  });

  it('starts with what another holds and shares nothing with it', () => {
    const first = new MemoryStore(() => undefined);
    first.commit([{ key: b(1), value: b(1) }]);
    const second = new MemoryStore(() => undefined, first);
    first.commit([{ key: b(1), value: b(2) }, { key: b(2), value: b(2) }]);
    second.commit([{ key: b(3), value: b(3) }]);
    expect(second.get(b(1))).toEqual(b(1));
    expect(second.size).toBe(2);
    expect(first.get(b(3))).toBeUndefined();
  });
});

describe('prefixEnd', () => {
  it('is the first key after the prefix', () => {
    expect(prefixEnd(b(1, 2))).toEqual(b(1, 3));
    expect(prefixEnd(b(1, 0xff))).toEqual(b(2));
    expect(prefixEnd(b(0xff, 0xff))).toBeUndefined();
    expect(prefixEnd(b())).toBeUndefined();
  });
});
