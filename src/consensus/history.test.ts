/**
 * Goal: a transaction is where the index says only if its whole id is there. Method: blocks on a
 * store in memory, in which a trail is bent so that another id begins as theirs do.
 */
import { describe, expect, it } from 'vitest';
import { mine, testChain, testPayment, testSigner } from '../../test/support/chain-fixture.ts';
import { hexToBytes } from '../lib/bytes.ts';
import { findTransaction, readTrail, transactionsLike } from './history.ts';
import { heightKey, SPACE } from './records.ts';
import { RUN_BLOCKS } from './runs.ts';
import type { TransactionId } from './types.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];

/** A chain of some blocks, the third with a payment. */
function grown(height: number) {
  const made = testChain();
  mine(made.chain, alice.address);
  mine(made.chain, alice.address);
  const terms = { to: bob.address, amount: 1_000_000n, sequence: 0 };
  const payment = testPayment(made.chain, alice, terms);
  mine(made.chain, bob.address, [payment]);
  while (made.chain.tip.header.height < height) mine(made.chain, bob.address);
  return { ...made, payment };
}

describe('a transaction', () => {
  it.each([3, RUN_BLOCKS - 2, RUN_BLOCKS + 1])('is found in a chain of %i blocks', (height) => {
    const { chain, store, payment } = grown(height);
    expect(findTransaction(store, payment.id)).toEqual({ height: 3, index: 0 });
    for (const digits of [2, 6, 16, 18, 64]) {
      const prefix = hexToBytes(payment.id.slice(0, digits))!;
      expect([...transactionsLike(store, prefix)]).toContain(payment.id);
    }
    const stranger = `${payment.id.slice(0, 62)}${payment.id.endsWith('00') ? '11' : '00'}`;
    expect(findTransaction(store, stranger as TransactionId)).toBeUndefined();
    expect([...transactionsLike(store, hexToBytes(stranger)!)]).toEqual([]);
    const ids = Array.from({ length: height }, (_, below) =>
      chain.block(chain.headerAt(below + 1)!.id)!.transactions.map(({ id }) => id)).flat();
    expect([...transactionsLike(store, new Uint8Array(0))].sort()).toEqual(ids.sort());
  });

  it('is not taken for another whose id begins alike', () => {
    const { store, payment } = grown(5);
    const trail = store.get(heightKey(SPACE.trail, 5))!;
    // A newer reward that seems to begin as the payment does, and as nothing that is there.
    for (const begins of [payment.id, 'ab'.repeat(32)]) {
      trail.set(hexToBytes(begins)!.slice(0, 8));
      store.commit([{ key: heightKey(SPACE.trail, 5), value: trail }]);
      expect(findTransaction(store, payment.id)).toEqual({ height: 3, index: 0 });
      expect(findTransaction(store, 'ab'.repeat(32) as TransactionId)).toBeUndefined();
      expect([...transactionsLike(store, hexToBytes(begins)!.slice(0, 8))])
        .toEqual(begins === payment.id ? [payment.id] : []);
    }
  });

  it('of an empty store is nowhere', () => {
    const { store, payment } = grown(3);
    store.commit([...store.scan(new Uint8Array(0))].map(([key]) => ({ key, value: undefined })));
    expect(findTransaction(store, payment.id)).toBeUndefined();
  });
});

describe('a trail', () => {
  it('says where the transactions before are', () => {
    const { store } = grown(4);
    expect(readTrail(store, 0)).toEqual([]);
    expect(readTrail(store, 2)).toEqual([[0, 2 ** 18]]);
    expect(readTrail(store, 3)).toEqual([[0, 0], [0, 3 * 2 ** 18]]);
    expect(readTrail(store, 4)).toEqual([[0, 3 * 2 ** 18 + 1]]);
  });
});
