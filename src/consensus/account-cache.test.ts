/** Accounts in memory against a map that forgets nothing; what is handed over stays as it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountCache, writesOf } from './account-cache.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address } from './types.ts';

const addressOf = (index: number): Address => index.toString(16).repeat(64) as Address;
const account = (balance: number): AccountRecord =>
  ({ ...EMPTY_ACCOUNT, balance: BigInt(balance) });

const changes = fc.array(fc.tuple(fc.nat(5).map(addressOf), fc.nat(3).map(account)), {
  minLength: 1, maxLength: 4,
}).map((entries) => new Map(entries));

describe('the accounts in memory', () => {
  it('are as they were changed last, and no list of changes is written to', () => {
    const steps = fc.array(fc.record({ change: changes, settles: fc.boolean() }), { maxLength: 9 });
    fc.assert(fc.property(steps, (plan) => {
      const cache = new AccountCache(8);
      const model = new Map<Address, AccountRecord>();
      let waiting = new Map<Address, AccountRecord>();
      const copies = plan.map(({ change }) => new Map(change));
      for (const { change, settles } of plan) {
        cache.change(change);
        for (const [address, one] of change) {
          model.set(address, one);
          waiting.set(address, one);
        }
        expect(new Map(cache.changed)).toEqual(waiting);
        if (settles) {
          cache.settle();
          waiting = new Map();
        }
        expect(cache.changed.size).toBe(waiting.size);
        for (const [address, one] of model) expect(cache.get(address)).toEqual(one);
      }
      expect(plan.map(({ change }) => change)).toEqual(copies);
    }));
  });

  it('forget those that were used longest ago, but none that no write is made of', () => {
    const cache = new AccountCache(2);
    cache.change(new Map([0, 1, 2].map((index) => [addressOf(index), account(index)])));
    expect(cache.get(addressOf(0))).toEqual(account(0));
    cache.settle();
    expect([0, 1, 2].map((index) => cache.get(addressOf(index)) !== undefined))
      .toEqual([false, true, true]);
  });

  it('become records, but for who has nothing', () => {
    const writes = writesOf(new Map([[addressOf(1), account(5)], [addressOf(2), EMPTY_ACCOUNT]]));
    expect(writes.map(({ value }) => value === undefined)).toEqual([false, true]);
  });
});
