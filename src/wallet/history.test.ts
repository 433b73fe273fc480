/**
 * Goal: the history of an address is each of its transactions once, newest first, and adds up.
 * Method: a chain in memory with every kind of entry.
 */
import { expect, test } from 'vitest';
import {
  mine, START_TIME, testChain, testPayment, testSigner,
} from '../../test/support/chain-fixture.ts';
import { historyOf } from './history.ts';

const COIN = 1_000_000n;

test('has rewards, what came, what went with its fee, and what stayed', () => {
  const [alice, bob] = [testSigner('alice'), testSigner('bob')];
  const { chain } = testChain();
  mine(chain, alice.address);
  const sent = testPayment(chain, alice, { to: bob.address, amount: COIN, fee: 5n, sequence: 0 });
  const kept = testPayment(chain, alice, { to: alice.address, amount: COIN, fee: 7n, sequence: 1 });
  mine(chain, bob.address, [sent, kept]);
  const back = testPayment(chain, bob, { to: alice.address, amount: 3n, sequence: 0 });
  mine(chain, bob.address, [back]);

  const entries = historyOf(chain, alice.address, 10);
  const seen = entries.map(({ kind, height, change, fee, other }) =>
    [kind, height, change, fee, other]);
  expect(seen).toEqual([
    ['received', 3, 3n, 0n, bob.address],
    ['to itself', 2, -7n, 7n, alice.address],
    ['sent', 2, -COIN - 5n, 5n, bob.address],
    ['reward', 1, 10n * COIN, 0n, undefined],
  ]);
  expect(entries.map((entry) => entry.id).slice(0, 3)).toEqual([back.id, kept.id, sent.id]);
  expect(entries[3]!.time).toBe(START_TIME + 1000);
  const sum = entries.reduce((total, entry) => total + entry.change, 0n);
  expect(sum).toBe(chain.account(alice.address).balance);
  expect(historyOf(chain, alice.address, 2)).toEqual(entries.slice(0, 2));
  expect(historyOf(chain, testSigner('nobody').address, 2)).toEqual([]);
});
