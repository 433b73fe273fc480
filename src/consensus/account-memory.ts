/**
 * Accounts in memory, in two tables: the *young* one takes all that comes, and when it is full it
 * becomes the *old* one, and what that had is forgotten. Before, what has changed in the old table
 * is *swept* into the store, a part at a time, in the order of addresses.
 *
 * Owns: which accounts are in memory, and how far a sweep is. Does not own: when anything is
 * written (`accounts.ts`).
 */
import { assert } from '../lib/assert.ts';
import { AccountTable } from './account-table.ts';
import type { AccountEntry } from './account-table.ts';
import type { AccountRecord, Address } from './types.ts';

export class AccountMemory {
  /** Of one table. */
  readonly countMax: number;
  #young = new AccountTable();
  #old = new AccountTable();
  /** Where the sweep goes on; undefined when there is none. */
  #sweepAt: number | undefined;

  /** `countMax` of both tables. */
  constructor(countMax: number) {
    this.countMax = Math.max(1, countMax >> 1);
  }

  get(address: Address): AccountRecord | undefined {
    return this.#young.get(address) ?? this.#old.get(address);
  }

  /** How many may have changed, at most. */
  get changedCount(): number {
    return this.#young.changedCount + this.#old.changedCount;
  }

  get youngChangedCount(): number {
    return this.#young.changedCount;
  }

  get isSweeping(): boolean {
    return this.#sweepAt !== undefined;
  }

  /** Whether the young table has no room for so many more. */
  isFullWith(more: number): boolean {
    return this.#young.size + more > this.countMax;
  }

  /** Takes accounts that the store does not have so, room or not. */
  change(entries: Iterable<AccountEntry>): void {
    for (const [address, account] of entries) this.#young.set(address, account, true);
  }

  /** Takes an account that the store has so, unless there is no room but that of changed ones. */
  remember(address: Address, account: AccountRecord): void {
    if (this.isFullWith(1)) {
      if (this.changedCount > 0) return;
      this.rotate();
    }
    this.#young.set(address, account, false);
  }

  /** Begins with an empty young table, and a sweep if there is anything to sweep. None goes on. */
  rotate(): void {
    assert(!this.isSweeping);
    [this.#young, this.#old] = [this.#old, this.#young];
    this.#young.clear();
    if (this.#old.changedCount > 0) this.#sweepAt = 0;
  }

  /** Places to sweep for so many changes, to be done when there are half as many as accounts. */
  placesFor(changes: number, accountsMin: number): number {
    const accounts = Math.max(accountsMin, this.#old.size);
    return Math.ceil((2 * this.#old.length * changes) / accounts);
  }

  /**
   * What the next places of the sweep have, but for what is newer in the young table, and where it
   * ends; undefined at the last place.
   */
  sweep(places: number): { readonly entries: AccountEntry[]; readonly end: number | undefined } {
    const start = this.#sweepAt ?? this.#old.length;
    const entries = this.#old.changedFrom(start, places);
    const end = start + places;
    return {
      entries: entries.filter(([address]) => !this.#young.isChanged(address)),
      end: end < this.#old.length ? end : undefined,
    };
  }

  /** What a sweep found up to here is in the store. */
  sweptTo(end: number | undefined): void {
    this.#sweepAt = end;
    if (end === undefined) this.#old.settle();
  }

  /** All that has changed. */
  changed(): AccountEntry[] {
    return [...this.sweep(Infinity).entries, ...this.#young.changedFrom(0, Infinity)];
  }

  /** All of it is in the store. */
  settle(): void {
    this.#young.settle();
    this.sweptTo(undefined);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#sweepAt = undefined;
  }
}
