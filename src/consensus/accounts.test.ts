/**
 * Accounts as records, deltas and sweeps leave them, against maps: what is asked for is what was
 * changed last, and whoever opens the store after a crash finds what was committed last, however
 * little is kept in memory and however often a commit fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { DELTA_ACCOUNTS, storedAccounts } from './account-records.ts';
import { Accounts } from './accounts.ts';
import type { AccountsPolicy } from './chain-memory.ts';
import { SPACE } from './records.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address } from './types.ts';

type Balances = ReadonlyMap<Address, AccountRecord>;

/** All but a few begin alike, so that they find no room in a table. */
const ADDRESSES = Array.from({ length: 80 }, (_, index) =>
  `${index < 70 ? '00' : index}${index.toString().padStart(62, '0')}` as Address);
const account = (balance: number): AccountRecord =>
  (balance === 0 ? EMPTY_ACCOUNT : { ...EMPTY_ACCOUNT, balance: BigInt(balance), receivedAt: 1 });

const changes = fc.array(fc.tuple(fc.constantFrom(...ADDRESSES), fc.nat(5).map(account)), {
  minLength: 1, maxLength: 70,
}).map((entries): Balances => new Map(entries));

const policies: fc.Arbitrary<AccountsPolicy> = fc.record({
  countMax: fc.constantFrom(1, 3, 20, 1_000),
  blockBytesMax: fc.constant(1),
  recordsMax: fc.constantFrom(0, 5, 100),
  deltaChangesMax: fc.constantFrom(1, 200, 5_000),
  deltaChangesMin: fc.constantFrom(1, 100),
  sweepRecords: fc.constantFrom(1, 7),
});

const steps = fc.array(fc.oneof(
  fc.record({ does: fc.constantFrom('change' as const, 'commit' as const), changes }),
  fc.record({
    does: fc.constant('flush' as const), blockBytes: fc.constantFrom(0, 2), fails: fc.boolean(),
  }),
  fc.record({ does: fc.constant('crash' as const) }),
), { maxLength: 40 });

/** A chain's accounts, and what is right. */
class World {
  readonly store = new MemoryStore();
  readonly policy: AccountsPolicy;
  accounts: Accounts;
  /** Of another process, which only reads. */
  readonly reader: Accounts;
  committed = new Map<Address, AccountRecord>();
  latest = new Map<Address, AccountRecord>();
  /** In the largest commit. */
  writesMax = 0;

  constructor(policy: AccountsPolicy) {
    this.policy = policy;
    this.accounts = new Accounts(this.store, policy);
    this.reader = new Accounts(this.store, policy);
  }

  change(list: Balances): void {
    this.accounts.change(list);
    for (const [address, one] of list) this.latest.set(address, one);
  }

  /** All that waits, with so many bytes of blocks. */
  flush(blockBytes: number, fails = false): void {
    const { writes, done } = this.accounts.commitUncommitted(blockBytes);
    if (fails) return; // The store has thrown.
    this.writesMax = Math.max(this.writesMax, writes.length);
    this.store.commit(writes);
    done();
    this.committed = new Map(this.latest);
  }

  /** One block, at once. */
  commit(list: Balances): void {
    if (this.accounts.uncommitted.size > 0) this.flush(0);
    const { writes, done } = this.accounts.commit(list);
    this.store.commit(writes);
    done();
    for (const [address, one] of list) this.latest.set(address, one);
    this.committed = new Map(this.latest);
  }

  crash(): void {
    this.accounts = new Accounts(this.store, this.policy);
    this.latest = new Map(this.committed);
  }

  expectRight(): void {
    this.reader.forget();
    for (const address of ADDRESSES) {
      expect(this.accounts.get(address)).toEqual(this.latest.get(address) ?? EMPTY_ACCOUNT);
      expect(this.reader.get(address)).toEqual(this.committed.get(address) ?? EMPTY_ACCOUNT);
    }
    const right = [...this.committed].filter(([, { balance }]) => balance > 0n);
    expect(new Map(storedAccounts(this.store))).toEqual(new Map(right));
  }
}

function countIn(store: MemoryStore, space: number): number {
  return store.dump(space).length;
}

describe('accounts', () => {
  it('are what they were changed to last, and after a crash what was committed last', () => {
    fc.assert(fc.property(policies, steps, fc.boolean(), (policy, plan, looks) => {
      const world = new World(policy);
      for (const step of plan) {
        if (step.does === 'change') world.change(step.changes);
        else if (step.does === 'commit') world.commit(step.changes);
        else if (step.does === 'flush') world.flush(step.blockBytes, step.fails);
        else world.crash();
        // Whoever looks remembers what it saw.
        if (looks) world.expectRight();
      }
      world.expectRight();
      for (let flushes = 0; world.accounts.areWaiting || flushes === 0; flushes++) {
        world.flush(0);
        world.expectRight();
        expect(flushes).toBeLessThan(200);
      }
      expect(countIn(world.store, SPACE.delta)).toBe(0);
    }), { numRuns: 300 });
  });
});

describe('in a download', () => {
  const addressAt = (index: number): Address => {
    const begins = (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    return begins.padEnd(64, '0') as Address;
  };
  const COMMIT = 2 * DELTA_ACCOUNTS;
  const policy = {
    countMax: 10_000, blockBytesMax: 1, recordsMax: 10, sweepRecords: 10,
    deltaChangesMin: 10 * COMMIT, deltaChangesMax: 20 * COMMIT,
  };
  const download = (world: World, commit: number, accounts: number): void => {
    world.change(new Map(Array.from({ length: Math.min(COMMIT, accounts) }, (_, index) =>
      [addressAt((commit * COMMIT + index) % accounts), account(commit + 1)])));
    world.flush(2);
  };

  it('changes are deltas, of which a sweep makes records: no account waits for ever', () => {
    const world = new World(policy);
    let greatest = 0;
    for (let commit = 0; commit < 100; commit++) {
      download(world, commit, 10_000);
      greatest = Math.max(greatest, DELTA_ACCOUNTS * countIn(world.store, SPACE.delta));
      if (commit === 18) expect(countIn(world.store, SPACE.account)).toBe(0);
    }
    // Half as many changes come while a sweep lasts.
    expect(greatest).toBeGreaterThan(policy.deltaChangesMax);
    expect(greatest).toBeLessThanOrEqual(1.6 * policy.deltaChangesMax);
    expect(countIn(world.store, SPACE.account)).toBeGreaterThan(8_000);
    // Two records for each change, two deltas; and once those of a sweep are deleted.
    const deltasMax = (1.6 * policy.deltaChangesMax) / DELTA_ACCOUNTS;
    expect(world.writesMax).toBeLessThanOrEqual(2 * COMMIT + 2 + deltasMax);
    world.expectRight();
  });

  it('few accounts that change again and again are swept sooner', () => {
    const world = new World(policy);
    for (let commit = 0; commit < 100; commit++) {
      download(world, commit, 5);
      const deltas = countIn(world.store, SPACE.delta);
      if (commit < 10) expect(deltas).toBe(commit + 1);
      expect(DELTA_ACCOUNTS * deltas).toBeLessThanOrEqual(1.6 * policy.deltaChangesMin);
    }
    expect(countIn(world.store, SPACE.account)).toBe(5);
  });

  it('and when it is over, there are records alone after some flushes', () => {
    const world = new World(policy);
    for (let commit = 0; commit < 15; commit++) download(world, commit, 10_000);
    let flushes = 0;
    for (; world.accounts.areWaiting; flushes++) world.flush(0);
    expect(flushes).toBeGreaterThan(50);
    expect(countIn(world.store, SPACE.delta)).toBe(0);
    expect(countIn(world.store, SPACE.account)).toBe(15 * COMMIT);
    // From then on only what changes is written.
    world.change(new Map([[addressAt(1), account(77)]]));
    expect(world.accounts.commitUncommitted(0).writes).toHaveLength(1);
  });

  it('a block that comes alone has its records at once', () => {
    const world = new World(policy);
    world.commit(new Map([[addressAt(1), account(1)]]));
    expect([countIn(world.store, SPACE.account), countIn(world.store, SPACE.delta)])
      .toEqual([1, 0]);
  });
});
