/**
 * Goal: what became of a payment is always what the chain says, however the chain moves.
 * Method: a real chain in memory, with confirmation, competition, replacement and reorganisation.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Chain } from '../consensus/chain.ts';
import { idKey, SPACE } from '../consensus/records.ts';
import type { Payment } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import {
  blockOn, mine, START_TIME, testChain, testPayment, testSigner,
} from '../../test/support/chain-fixture.ts';
import {
  fundsOf, listPayments, matchTransactions, paymentStatus, pendingOf, readPayment, restorePayments,
  savePayment, trackPayments,
} from './payments.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];
const miner = testSigner('miner');
const COIN = 1_000_000n;

let chain: Chain;
let store: Store;

/** Alice's payment to Bob, saved. */
function save(terms: Partial<Parameters<typeof testPayment>[2]> = {}): Payment {
  const payment = testPayment(chain, alice, {
    to: bob.address, amount: 2n * COIN, sequence: 0, ...terms,
  });
  savePayment(store, { payment, savedAt: START_TIME + payment.sequence, keyName: 'alice' });
  return payment;
}

beforeEach(() => {
  ({ chain, store } = testChain());
  mine(chain, alice.address); // Alice has 10 coins.
});

describe('a saved payment', () => {
  test('is read back as it was', () => {
    const payment = save();
    const saved = { payment, savedAt: START_TIME, keyName: 'alice' };
    expect(readPayment(store, chain.networkId, payment.id)).toEqual(saved);
    expect([...listPayments(store, chain.networkId)]).toEqual([saved]);
  });

  test('of another format is an error that names it', () => {
    const { id } = save();
    const key = idKey(SPACE.payment, id);
    store.commit([{ key, value: Uint8Array.of(9, ...store.get(key)!.subarray(1)) }]);
    expect(() => readPayment(store, chain.networkId, id)).toThrow(id);
  });

  test('is taken over from another store, if it is one of this network', () => {
    const [first, second] = [save(), save({ sequence: 1 })];
    const [good, bad] = [...store.scan(Uint8Array.of(SPACE.payment))];
    const other = testChain();
    const junk = [bad![0], bad![1].subarray(0, 70)] as const;
    const found = [good!, junk, [bad![0], good![1]] as const];
    expect(restorePayments(other.store, chain.networkId, found)).toBe(1);
    const ids = [...listPayments(other.store, chain.networkId)].map(({ payment }) => payment.id);
    expect([first.id, second.id]).toContain(ids[0]);
    expect(ids.length).toBe(1);
    const strange = 'ab'.repeat(32) as typeof chain.networkId;
    expect(restorePayments(other.store, strange, [good!])).toBe(0);
  });

  test('is found by six digits of its id, and not by five', () => {
    const { id } = save();
    expect(matchTransactions(store, id.slice(0, 6))).toEqual([id]);
    expect(matchTransactions(store, id.slice(0, 7))).toEqual([id]);
    expect(matchTransactions(store, id)).toEqual([id]);
    expect(matchTransactions(store, id.slice(0, 5))).toEqual([]);
    expect(matchTransactions(store, id.slice(0, 6).toUpperCase() + 'G')).toEqual([]);
  });

  test('and in the chain is found once', () => {
    const payment = save();
    mine(chain, miner.address, [payment]);
    expect(matchTransactions(store, payment.id.slice(0, 8))).toEqual([payment.id]);
  });
});

describe('the status', () => {
  test('is pending, then confirmed and deeper with each block', () => {
    const payment = save();
    expect(paymentStatus(chain, store, payment)).toEqual({ kind: 'pending' });
    mine(chain, miner.address, [payment]);
    expect(paymentStatus(chain, store, payment))
      .toEqual({ kind: 'confirmed', height: 2, depth: 1 });
    mine(chain, miner.address);
    expect(paymentStatus(chain, store, payment))
      .toEqual({ kind: 'confirmed', height: 2, depth: 2 });
  });

  test('is pending again when a reorganisation takes the block away', () => {
    const payment = save();
    const fork = chain.tip;
    mine(chain, miner.address, [payment]);
    expect(paymentStatus(chain, store, payment).kind).toBe('confirmed');
    reorganise(fork);
    expect(paymentStatus(chain, store, payment)).toEqual({ kind: 'pending' });
    expect(pendingOf(chain, store).map((saved) => saved.payment.id)).toEqual([payment.id]);
  });

  test('is superseded when another payment took the sequence', () => {
    const payment = save();
    const other = testPayment(chain, alice, { to: miner.address, amount: COIN, sequence: 0 });
    mine(chain, miner.address, [other]);
    const status = { kind: 'superseded', by: other.id, height: 2, depth: 1 };
    expect(paymentStatus(chain, store, payment)).toEqual(status);
    expect(trackPayments(chain, store).map((tracked) => tracked.status)).toEqual([status]);
    expect(pendingOf(chain, store)).toEqual([]);
  });

  test('is replaced when one of ours with a higher fee has the sequence', () => {
    const payment = save();
    const dearer = save({ fee: 5n });
    expect(paymentStatus(chain, store, payment)).toEqual({ kind: 'replaced', by: dearer.id });
    expect(paymentStatus(chain, store, dearer)).toEqual({ kind: 'pending' });
    const tracked = trackPayments(chain, store);
    const statuses = new Map(tracked.map((one) => [one.payment.id, one.status]));
    expect(statuses.get(payment.id)).toEqual({ kind: 'replaced', by: dearer.id });
    mine(chain, miner.address, [payment]); // The miner never heard of the second.
    expect(paymentStatus(chain, store, payment).kind).toBe('confirmed');
    expect(paymentStatus(chain, store, dearer)).toMatchObject({
      kind: 'superseded', by: payment.id,
    });
  });

  test('names what hinders a pending payment', () => {
    const second = save({ sequence: 2 });
    expect(paymentStatus(chain, store, second)).toEqual({ kind: 'pending', hindrance: 'gap' });
    save({ sequence: 0 });
    const third = save({ sequence: 1, amount: 9n * COIN });
    expect(paymentStatus(chain, store, third)).toEqual({ kind: 'pending', hindrance: 'funds' });
    const tracked = trackPayments(chain, store);
    expect(tracked.map((one) => one.payment.sequence)).toEqual([2, 1, 0]);
    expect(tracked.map((one) => one.status)).toEqual([
      { kind: 'pending', hindrance: 'funds' },
      { kind: 'pending', hindrance: 'funds' },
      { kind: 'pending' },
    ]);
  });
});

describe('funds', () => {
  const shown = () => [...fundsOf(chain, store, [alice.address, bob.address]).values()];

  test('are the balance, and what is on its way with its fee', () => {
    const payment = save({ fee: 500_000n });
    expect(shown()).toEqual([
      { balance: 10n * COIN, pending: -2_500_000n },
      { balance: 0n, pending: 2n * COIN },
    ]);
    mine(chain, miner.address, [payment]);
    expect(shown()).toEqual([
      { balance: 7_500_000n, pending: 0n },
      { balance: 2n * COIN, pending: 0n },
    ]);
  });

  test('count a replaced payment once, and oneself only the fee', () => {
    save({ fee: 1n });
    save({ fee: 9n, to: alice.address });
    expect(shown()).toEqual([
      { balance: 10n * COIN, pending: -9n },
      { balance: 0n, pending: 0n },
    ]);
  });
});

/** Lets a branch of two empty blocks win over the tip, which is one above the fork. */
function reorganise(fork: Chain['tip']): void {
  const first = blockOn(chain, bob.address, [], fork);
  expect(chain.addBlock(first, first.header.time).kind).toBe('sideBranch');
  expect(mine(chain, bob.address, [], chain.header(first.id)).kind).toBe('connected');
}
