/**
 * Accounts whose changes are in the store as deltas, and how these become records: in *sweeps*.
 *
 * A sweep begins when there are many deltas. With each commit the records of some of the accounts
 * follow that had changed then, in the order of addresses, and at the end the deltas from before it
 * are deleted, for records tell all that they do. (A log first and pages later, in their order, is
 * how databases have done it since Gray and Reuter, Transaction Processing, 1992.)
 *
 * Owns: what deltas, records and memory say together. Does not own: which commits write deltas, and
 * accounts that are in records alone (`accounts.ts`); memory (`account-table.ts`).
 */
import type { Store, Write } from '../ports.ts';
import {
  accountInDelta, accountWriteOf, accountWrites, countIn, DELTA_ACCOUNTS, deltaRemovals,
  deltaWrites, ENTRY_BYTES, readDeltas,
} from './account-records.ts';
import type { AccountChanges, AccountEntry } from './account-records.ts';
import { AccountTable } from './account-table.ts';
import type { AccountsPolicy } from './chain-memory.ts';
import type { AccountRecord, Address } from './types.ts';

/** (policy) When the same accounts change again and again, so many changes of each are enough. */
const CHANGES_PER_ACCOUNT = 8;
/** (policy) Records that a sweep writes for each change, so that it ends before the next is due. */
const RECORDS_PER_CHANGE = 2;

/** Writes of a commit, and what to do when it has been made. */
export interface AccountsCommit {
  readonly writes: readonly Write[];
  done(): void;
}

/** Accounts whose records are being written, by their indexes in the table, and how far. */
interface Sweep {
  readonly indexes: Uint32Array;
  at: number;
}

const NO_INDEXES = new Uint32Array(0);

export class AccountLog {
  readonly #policy: AccountsPolicy;
  readonly #table: AccountTable;
  /** Numbers: of the oldest delta, of the first that this sweep does not settle, of the next. */
  #deltas = { first: 0, young: 0, next: 0 };
  #sweep: Sweep | undefined;
  /** Changes that are in deltas and found no room in the table; records with the next commit. */
  readonly #crowded = new Map<Address, AccountRecord>();

  constructor(policy: AccountsPolicy) {
    this.#policy = policy;
    this.#table = new AccountTable(policy.countMax);
  }

  /** Reads the deltas of a store, and forgets all else. */
  load(store: Store): void {
    this.#table.clear();
    this.#crowded.clear();
    this.#sweep = undefined;
    this.#deltas = { first: 0, young: 0, next: 0 };
    for (const { number, value } of readDeltas(store)) {
      this.#changeAsIn(value);
      const first = this.areWaiting ? this.#deltas.first : number;
      this.#deltas = { first, young: first, next: number + 1 };
    }
  }

  /** The account as it was committed last; undefined when its record says it, if it has one. */
  get(address: Address): AccountRecord | undefined {
    return this.#crowded.get(address) ?? this.#table.get(address);
  }

  /** Keeps what a record says, if there is room. */
  remember(address: Address, account: AccountRecord): void {
    this.#table.remember(address, account);
  }

  /** Whether deltas tell what no record does. */
  get areWaiting(): boolean {
    return this.#deltas.first < this.#deltas.next;
  }

  /** How many records it would take until there are no deltas. */
  get waitingCount(): number {
    return this.#table.changedCount + this.#crowded.size;
  }

  /** Makes records of all that waits, after which no delta is left. */
  commitWaiting(): AccountsCommit {
    if (!this.areWaiting) return { writes: [], done: () => {} };
    const { first, next } = this.#deltas;
    const indexes = this.#table.changed();
    return {
      writes: [
        ...this.#recordsAt(indexes), ...accountWrites(this.#crowded), ...deltaRemovals(first, next),
      ],
      done: () => {
        for (const index of indexes) this.#table.settle(index);
        this.#crowded.clear();
        this.#sweep = undefined;
        this.#deltas = { first: 0, young: 0, next: 0 };
      },
    };
  }

  /** Makes deltas of the changes, and goes on with a sweep, the faster when nothing is urgent. */
  commit(changes: AccountChanges, isUrgent: boolean): AccountsCommit {
    if (this.#sweep === undefined && (!isUrgent || this.#isSweepDue)) {
      this.#sweep = { indexes: this.#table.changed(), at: 0 };
      this.#deltas.young = this.#deltas.next;
    }
    const { first, young, next } = this.#deltas;
    const swept = this.#nextOfSweep(changes.size, isUrgent);
    const isOver = this.#sweep !== undefined
      && this.#sweep.at + swept.length === this.#sweep.indexes.length;
    const deltas = deltaWrites(next, changes);
    const removals = isOver ? deltaRemovals(first, young) : [];
    return {
      writes: [...this.#recordsAt(swept), ...accountWrites(this.#crowded), ...deltas, ...removals],
      done: () => {
        for (const index of swept) this.#table.settle(index);
        this.#crowded.clear();
        this.#change(changes);
        if (isOver) this.#sweep = undefined;
        else if (this.#sweep !== undefined) this.#sweep.at += swept.length;
        this.#deltas = { first: isOver ? young : first, young, next: next + deltas.length };
      },
    };
  }

  get #isSweepDue(): boolean {
    const { young, next } = this.#deltas;
    const { deltaChangesMin, deltaChangesMax } = this.#policy;
    const many = Math.max(deltaChangesMin, CHANGES_PER_ACCOUNT * this.#table.changedCount);
    return DELTA_ACCOUNTS * (next - young) >= Math.min(deltaChangesMax, many);
  }

  #nextOfSweep(changes: number, isUrgent: boolean): Uint32Array {
    if (this.#sweep === undefined) return NO_INDEXES;
    const { indexes, at } = this.#sweep;
    const more = isUrgent ? 0 : this.#policy.sweepRecords;
    return indexes.subarray(at, at + RECORDS_PER_CHANGE * changes + more);
  }

  #recordsAt(indexes: Uint32Array): Write[] {
    return Array.from(indexes, (index) =>
      accountWriteOf(this.#table.addressAt(index), this.#table.accountAt(index)));
  }

  /** The same of all that a delta has. */
  #changeAsIn(delta: Uint8Array): void {
    const view = new DataView(delta.buffer, delta.byteOffset, delta.length);
    for (let index = 0, count = countIn(delta); index < count; index++) {
      const isTaken = this.#table.changeAsIn(view, ENTRY_BYTES * index);
      if (isTaken && this.#crowded.size === 0) continue;
      const [address, account] = accountInDelta(delta, index);
      if (isTaken) this.#crowded.delete(address);
      else this.#crowded.set(address, account);
    }
  }

  #change(entries: Iterable<AccountEntry>): void {
    for (const [address, account] of entries) {
      // What it was when it found no room is not what it is now.
      if (this.#table.change(address, account)) this.#crowded.delete(address);
      else this.#crowded.set(address, account);
    }
  }
}
