/**
 * Goal: an order is known by its key for ever, and another order under the same key is noticed.
 * Method: a store in memory, digests that the test makes up.
 */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import type { TransactionId } from '../consensus/types.ts';
import { orderWrite, readOrder } from './orders.ts';

const id = 'ab'.repeat(32) as TransactionId;
const digest = (value: number): Uint8Array => new Uint8Array(32).fill(value);

test('an order that was never carried out is not known', () => {
  expect(readOrder(new MemoryStore(), { key: digest(1), content: digest(2) })).toBeUndefined();
});

test('one that was gives its payment, and says whether it was the same', () => {
  const store = new MemoryStore();
  store.commit([orderWrite({ key: digest(1), content: digest(2) }, id)]);
  expect(readOrder(store, { key: digest(1), content: digest(2) })).toEqual({ id, isSame: true });
  expect(readOrder(store, { key: digest(1), content: digest(3) })).toEqual({ id, isSame: false });
  expect(readOrder(store, { key: digest(9), content: digest(2) })).toBeUndefined();
});
