/**
 * Accounts as of the tip, in memory: those that were asked for lately, and those that changed and
 * that no write is made of yet.
 *
 * Owns: which of them are kept. Does not own: when changes become writes, and what an account is
 * when it is not here (`stored-chain.ts`).
 */
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Write } from '../ports.ts';
import { accountWrite } from './records.ts';
import { isEmptyAccount } from './state.ts';
import type { AccountRecord, Address } from './types.ts';

/** (policy) Accounts that are kept in memory; about 8 MB. */
export const ACCOUNTS_CACHED_MAX = 32_768;

/** All accounts that changed together. */
export type Accounts = ReadonlyMap<Address, AccountRecord>;

const NONE: Accounts = new Map();

export class AccountCache {
  readonly #known: BoundedMap<Address, AccountRecord>;
  #changed = NONE;
  /** The same, of several changes: no map that others may have. */
  #own: Map<Address, AccountRecord> | undefined;

  constructor(countMax = ACCOUNTS_CACHED_MAX) {
    this.#known = new BoundedMap(countMax);
  }

  /** Those that no write is made of. */
  get changed(): Accounts {
    return this.#changed;
  }

  get(address: Address): AccountRecord | undefined {
    return this.#changed.get(address) ?? this.#known.get(address);
  }

  /** Remembers an account that is in the store. */
  remember(address: Address, account: AccountRecord): void {
    this.#known.set(address, account);
  }

  /** Takes accounts of which there is no write yet. They do not change any more. */
  change(accounts: Accounts): void {
    if (this.#changed.size === 0) {
      this.#changed = accounts;
      return;
    }
    if (this.#own === undefined) this.#changed = this.#own = new Map(this.#changed);
    for (const [address, account] of accounts) this.#own.set(address, account);
  }

  /** A write has been made of each that changed. */
  settle(): void {
    for (const [address, account] of this.#changed) this.#known.set(address, account);
    this.#changed = NONE;
    this.#own = undefined;
  }

  clear(): void {
    this.#known.clear();
  }
}

/** The accounts' records; who has nothing has none. */
export function writesOf(accounts: Accounts): Write[] {
  return Array.from(accounts, ([address, account]) =>
    accountWrite(address, isEmptyAccount(account) ? undefined : account));
}
