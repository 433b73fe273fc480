/**
 * Accounts as of the tip: in memory as far as there is room, and in the store.
 *
 * A live network changes few accounts at a time, and their records are written with the block that
 * changes them. In a download that would be a page of the disk for nearly every account of every
 * block. There changes are written as deltas, one after the other, and stay in memory
 * (`account-memory.ts`); their records follow in sweeps, each commit some of the next addresses,
 * and deltas are deleted when all that they tell is in records. Whoever opens the store reads those
 * that are left. (A log first and pages later, in their order, is how databases have done it since
 * Gray and Reuter, Transaction Processing, 1992.)
 *
 * Owns: what each commit writes of accounts, and what of them is not committed.
 * Does not own: formats (`account-records.ts`), commits (`stored-chain.ts`).
 */
import { assert } from '../lib/assert.ts';
import type { Store, Write } from '../ports.ts';
import { AccountMemory } from './account-memory.ts';
import {
  accountWrite, DELTA_ACCOUNTS, deltaRemovals, deltaWrites, readAccount, readDeltas,
} from './account-records.ts';
import type { AccountChanges } from './account-records.ts';
import type { AccountEntry } from './account-table.ts';
import type { TipWrites } from './chain-memory.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address } from './types.ts';

/** (policy) Accounts that are kept in memory, at about 73 bytes. */
export const ACCOUNTS_CACHED_MAX = 1_048_576;
/** (policy) So many records are written with a block that comes alone, whatever they cost. */
const RECORDS_PER_COMMIT = 1_024;
/** (policy) Fewer changes in deltas are not worth a sweep. */
const DELTA_CHANGES_MIN = 4_096;
/** (policy) Of accounts that change again and again, so many changes each may be in deltas. */
const CHANGES_PER_ACCOUNT = 8;

const NONE: AccountChanges = new Map();

/** Writes of a commit, and what to do when it has been made. */
export interface AccountsCommit {
  readonly writes: readonly Write[];
  done(): void;
}

/** Whether blocks come one by one, or so many at once that records had better wait. */
export type Pace = 'single' | 'many';

export class Accounts {
  readonly #store: Store;
  readonly #memory: AccountMemory;
  /** What is made of changes, for chains that share those. */
  readonly #shared: TipWrites | undefined;
  /** Numbers: of the oldest delta, of the first that no sweep has begun to settle, of the next. */
  #deltas = { first: 0, young: 0, next: 0 };
  #uncommitted = NONE;
  /** The same when it is of several changes: no map that others may have. */
  #own: Map<Address, AccountRecord> | undefined;

  constructor(store: Store, countMax = ACCOUNTS_CACHED_MAX, shared?: TipWrites) {
    this.#store = store;
    this.#memory = new AccountMemory(countMax);
    this.#shared = shared;
    this.reload();
  }

  /** Reads again what another process may have written. Nothing is uncommitted. */
  reload(): void {
    assert(this.#uncommitted.size === 0);
    this.#memory.clear();
    let first: number | undefined;
    let next = 0;
    for (const { number, accounts } of readDeltas(this.#store)) {
      this.#memory.change(accounts);
      first ??= number;
      next = number + 1;
    }
    this.#deltas = { first: first ?? 0, young: first ?? 0, next };
  }

  get(address: Address): AccountRecord {
    const known = this.#uncommitted.get(address) ?? this.#memory.get(address);
    if (known !== undefined) return known;
    const account = readAccount(this.#store, address) ?? EMPTY_ACCOUNT;
    this.#memory.remember(address, account);
    return account;
  }

  /** Changes that no commit has been made of. */
  get uncommitted(): AccountChanges {
    return this.#uncommitted;
  }

  /** Whether deltas tell what no record does. */
  get areWaiting(): boolean {
    return this.#deltas.first < this.#deltas.next;
  }

  /** Takes accounts as they are now, for a later commit. The map does not change any more. */
  change(changes: AccountChanges): void {
    if (this.#uncommitted.size === 0) {
      this.#uncommitted = changes;
      return;
    }
    if (this.#own === undefined) this.#uncommitted = this.#own = new Map(this.#uncommitted);
    for (const [address, account] of changes) this.#own.set(address, account);
  }

  /** What a commit of the uncommitted changes writes. */
  commitUncommitted(pace: Pace): AccountsCommit {
    const { writes, done } = this.#commit(this.#uncommitted, pace);
    return {
      writes,
      done: () => {
        done();
        this.#uncommitted = NONE;
        this.#own = undefined;
      },
    };
  }

  /** What a commit of these changes writes, while nothing is uncommitted. */
  commit(changes: AccountChanges): AccountsCommit {
    assert(this.#uncommitted.size === 0);
    return this.#commit(changes, 'single');
  }

  #commit(changes: AccountChanges, pace: Pace): AccountsCommit {
    const records = this.#memory.changedCount + changes.size;
    const areFew = pace === 'single' && records <= RECORDS_PER_COMMIT;
    // A reorganisation like no other has more than there is room for.
    const areTooMany = 2 * changes.size > this.#memory.countMax;
    return areFew || areTooMany ? this.#commitAll(changes) : this.#commitSome(changes, pace);
  }

  /** All records are written, and no delta is left. */
  #commitAll(changes: AccountChanges): AccountsCommit {
    const { first, next } = this.#deltas;
    const records = this.#recordsOf(changes);
    const waiting = this.areWaiting
      ? [...recordsOf(this.#memory.changed()), ...deltaRemovals(first, next)] : [];
    return {
      writes: waiting.length === 0 ? records : [...waiting, ...records],
      done: () => {
        this.#memory.settle();
        this.#deltas = { first: 0, young: 0, next: 0 };
        for (const [address, account] of changes) this.#memory.remember(address, account);
      },
    };
  }

  #recordsOf(changes: AccountChanges): readonly Write[] {
    const known = this.#shared?.get(changes);
    if (known !== undefined) return known;
    const writes = recordsOf(changes);
    this.#shared?.set(changes, writes);
    return writes;
  }

  /** The changes become deltas, and the sweep goes on. */
  #commitSome(changes: AccountChanges, pace: Pace): AccountsCommit {
    if (!this.#memory.isSweeping && this.#isSweepDue(changes, pace)) {
      this.#memory.rotate();
      this.#deltas.young = this.#deltas.next;
    }
    const { first, young, next } = this.#deltas;
    const { entries, end } = this.#memory.sweep(this.#placesToSweep(changes, pace));
    const removals = end === undefined ? deltaRemovals(first, young) : [];
    const deltas = deltaWrites(next, changes);
    return {
      writes: [...recordsOf(entries), ...deltas, ...removals],
      done: () => {
        this.#memory.sweptTo(end);
        this.#memory.change(changes);
        const oldest = end === undefined ? young : first;
        this.#deltas = { first: oldest, young, next: next + deltas.length };
      },
    };
  }

  #isSweepDue(changes: AccountChanges, pace: Pace): boolean {
    const { young, next } = this.#deltas;
    const many = CHANGES_PER_ACCOUNT * this.#memory.youngChangedCount;
    return pace === 'single' || this.#memory.isFullWith(changes.size)
      || DELTA_ACCOUNTS * (next - young) >= Math.max(DELTA_CHANGES_MIN, many);
  }

  /** So many that a sweep is over when half of what makes the next one due has come. */
  #placesToSweep(changes: AccountChanges, pace: Pace): number {
    if (this.#memory.isFullWith(changes.size)) return Infinity;
    const places = this.#memory.placesFor(changes.size, DELTA_CHANGES_MIN);
    return pace === 'single' ? Math.max(places, 2 * RECORDS_PER_COMMIT) : places;
  }
}

function recordsOf(accounts: Iterable<AccountEntry>): Write[] {
  return Array.from(accounts, ([address, account]) => accountWrite(address, account));
}
