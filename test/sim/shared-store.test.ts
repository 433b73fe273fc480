/**
 * Goal: a shared store is a store like any other, and really shares. Method: the contract of the
 * door; and two stores that are given the same batches, or other ones.
 */
import { expect, it } from 'vitest';
import { SharedStates, SharedStore } from '../../src/sim/scenario/shared-store.ts';
import { storeContract } from '../contract/store-contract.ts';

const b = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

storeContract('shared', () => new SharedStore(new SharedStates(), setImmediate));

it('makes one state of equal commits, and another of different ones', () => {
  const states = new SharedStates();
  const one = new SharedStore(states, setImmediate);
  const other = new SharedStore(states, setImmediate);
  for (const store of [one, other]) {
    store.commit([{ key: b(1), value: b(1) }, { key: b(2), value: b(2) }]);
    store.commit([{ key: b(1), value: undefined }]);
  }
  expect(one.state).toBe(other.state);
  one.commit([{ key: b(3), value: b(3) }]);
  expect(one.state).not.toBe(other.state);
  other.commit([{ key: b(3), value: b(4) }]);
  expect(other.get(b(3))).toEqual(b(4));
  expect(one.get(b(3))).toEqual(b(3));
});

it('starts again with what was committed', () => {
  const states = new SharedStates();
  const before = new SharedStore(states, setImmediate);
  before.commit([{ key: b(7), value: b(8) }]);
  before.close();
  expect(new SharedStore(states, setImmediate, before.state).get(b(7))).toEqual(b(8));
});
