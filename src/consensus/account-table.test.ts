/**
 * Accounts in memory against a map that forgets nothing: what the table gives is what was put there
 * last, what has changed is never forgotten, and an address is never taken for another.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../lib/bytes.ts';
import type { Write } from '../ports.ts';
import { deltaWrites, ENTRY_BYTES } from './account-records.ts';
import { AccountTable } from './account-table.ts';
import type { AccountRecord, Address } from './types.ts';

/** Half of the addresses begin alike, with digits that differ late. */
const addressOf = (index: number): Address => (index % 2 === 0
  ? index.toString(16).padStart(64, '0')
  : `${(Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}${'7'.repeat(56)}`
) as Address;

const accounts = fc.record({
  balance: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  sequence: fc.maxSafeNat(), spentAt: fc.maxSafeNat(), receivedAt: fc.maxSafeNat(),
});
const account = (balance: number): AccountRecord =>
  ({ balance: BigInt(balance), sequence: 1, spentAt: 2, receivedAt: 3 });

/** Takes what has changed, as a sweep does, and settles it. */
function sweep(table: AccountTable): Map<Address, AccountRecord> {
  const swept = new Map<Address, AccountRecord>();
  for (const index of table.changed()) {
    swept.set(bytesToHex(table.addressAt(index)) as Address, table.accountAt(index));
    table.settle(index);
  }
  return swept;
}

/** Changes an account by its bytes in a delta. */
function changeAsIn(table: AccountTable, address: Address, one: AccountRecord): boolean {
  const [{ value }] = deltaWrites(0, new Map([[addressOf(99), account(1)], [address, one]])) as
    [Write];
  return table.changeAsIn(new DataView(value!.buffer), value!.length - ENTRY_BYTES);
}

describe('the table of accounts', () => {
  const step = fc.record({
    does: fc.constantFrom('change', 'change', 'change in delta', 'remember', 'sweep', 'clear'),
    address: fc.nat(99).map(addressOf), account: accounts,
  });

  it('gives what it was given last, and all that has changed', () => {
    const plans = fc.tuple(fc.integer({ min: 1, max: 80 }), fc.array(step, { maxLength: 200 }));
    fc.assert(fc.property(plans, ([countMax, plan]) => {
      const table = new AccountTable(countMax);
      const changed = new Map<Address, AccountRecord>();
      const given = new Map<Address, AccountRecord>();
      for (const { does, address, account: one } of plan) {
        if (does === 'sweep') {
          expect(sweep(table)).toEqual(changed);
          changed.clear();
        } else if (does === 'clear') {
          table.clear();
          for (const map of [changed, given]) map.clear();
        } else if (does === 'remember') {
          // What has changed is not in a record, so nobody reads it there.
          if (changed.has(address)) continue;
          given.set(address, one);
          table.remember(address, one);
        } else if (does === 'change' ? table.change(address, one)
          : changeAsIn(table, address, one)) {
          for (const map of [changed, given]) map.set(address, one);
        } else {
          expect(changed.has(address)).toBe(false);
          expect(table.get(address)).toBeUndefined();
        }
        expect(table.changedCount).toBe(changed.size);
        for (const [key, value] of changed) expect(table.get(key)).toEqual(value);
        for (const [key, value] of given) expect([value, undefined]).toContainEqual(table.get(key));
      }
    }));
  });

  it('lists what has changed in the order of addresses', () => {
    const table = new AccountTable(1_000);
    const list = Array.from({ length: 500 }, (_, index) => addressOf(2 * index + 1));
    for (const address of list) table.change(address, account(1));
    expect([...sweep(table).keys()]).toEqual(list.sort());
  });

  it('has room for as many as it may keep, and then forgets one for each that comes', () => {
    const table = new AccountTable(40);
    const list = Array.from({ length: 60 }, (_, index) => addressOf(2 * index + 1));
    const known = (): number => list.filter((one) => table.get(one) !== undefined).length;
    for (const [index, address] of list.entries()) {
      table.remember(address, account(index));
      expect(known()).toBe(Math.min(index + 1, 40));
      expect(table.get(address)).toEqual(account(index));
    }
  });

  it('finds them all when there are very many', () => {
    const table = new AccountTable(300_000);
    const [few, many] = [1_000, 150_000];
    const at = (index: number): Address => addressOf(2 * index + 1);
    for (let index = 0; index < many; index++) table.change(at(index), account(index));
    for (let index = 0; index < many; index += many / few) {
      expect(table.get(at(index))).toEqual(account(index));
    }
    expect(table.changed()).toHaveLength(many);
  });

  it('refuses a change when all that it keeps has changed', () => {
    const table = new AccountTable(3);
    for (const index of [1, 3, 5]) expect(table.change(addressOf(index), account(1))).toBe(true);
    expect(table.change(addressOf(7), account(1))).toBe(false);
    expect(table.change(addressOf(3), account(2))).toBe(true);
    sweep(table);
    expect(table.change(addressOf(7), account(1))).toBe(true);
  });

  it('takes no more than a chain of addresses that begin alike', () => {
    const table = new AccountTable(1_000);
    const taken = Array.from({ length: 100 }, (_, index) =>
      table.change(addressOf(2 * index), account(index)));
    expect(taken.filter(Boolean)).toHaveLength(32);
    // Others have their places.
    expect(table.change(addressOf(1), account(1))).toBe(true);
  });
});
