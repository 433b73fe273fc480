/**
 * Accounts as of the tip: in memory as far as there is room, and in the store.
 *
 * A live network changes few accounts at a time, and their records are written with the block that
 * changes them. In a download that would be a page of the disk for nearly every account of every
 * block, so there changes are written as deltas, one after the other, and records follow later
 * (`account-log.ts`).
 *
 * Owns: what of accounts is not committed, and how a commit writes them. Does not own: formats
 * (`account-records.ts`), commits (`stored-chain.ts`).
 */
import { assert } from '../lib/assert.ts';
import type { Store, Write } from '../ports.ts';
import { AccountLog } from './account-log.ts';
import type { AccountsCommit } from './account-log.ts';
import { accountWrites, readAccount } from './account-records.ts';
import type { AccountChanges } from './account-records.ts';
import type { AccountsPolicy, TipWrites } from './chain-memory.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address } from './types.ts';

/** (policy) Accounts that are kept in memory, about 77 MB. */
export const ACCOUNTS_CACHED_MAX = 1_048_576;

/** (policy) With so many changes in deltas, 34 MB, a sweep has 20 records for each page. */
const USUAL: AccountsPolicy = {
  countMax: ACCOUNTS_CACHED_MAX,
  blockBytesMax: 250_000,
  recordsMax: 1_024,
  deltaChangesMax: 524_288,
  deltaChangesMin: 4_096,
  sweepRecords: 4_096,
};

const NONE: AccountChanges = new Map();

export class Accounts {
  readonly #store: Store;
  readonly #policy: AccountsPolicy;
  readonly #log: AccountLog;
  readonly #shared: TipWrites | undefined;
  #uncommitted = NONE;
  /** The same when it is of several changes: no map that others may have. */
  #own: Map<Address, AccountRecord> | undefined;
  #isStale = true;

  /** `shared` is what is made of changes, for chains that share those. */
  constructor(store: Store, policy: Partial<AccountsPolicy> = {}, shared?: TipWrites) {
    this.#store = store;
    this.#policy = { ...USUAL, ...policy };
    this.#log = new AccountLog(this.#policy);
    this.#shared = shared;
  }

  /** Another process may have written: what is here is forgotten. Nothing is uncommitted. */
  forget(): void {
    assert(this.#uncommitted.size === 0);
    this.#isStale = true;
  }

  /** The log, of which nothing is read before somebody needs it. */
  get #loaded(): AccountLog {
    if (this.#isStale) this.#log.load(this.#store);
    this.#isStale = false;
    return this.#log;
  }

  get(address: Address): AccountRecord {
    const known = this.#uncommitted.get(address) ?? this.#loaded.get(address);
    if (known !== undefined) return known;
    const account = readAccount(this.#store, address) ?? EMPTY_ACCOUNT;
    this.#log.remember(address, account);
    return account;
  }

  /** Changes that no commit has been made of. */
  get uncommitted(): AccountChanges {
    return this.#uncommitted;
  }

  /** Whether deltas tell what no record does. */
  get areWaiting(): boolean {
    return this.#loaded.areWaiting;
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

  /** What a commit of the uncommitted changes writes, with blocks of so many bytes. */
  commitUncommitted(blockBytes: number): AccountsCommit {
    const isUrgent = blockBytes > this.#policy.blockBytesMax;
    const { writes, done } = this.#commit(this.#uncommitted, isUrgent);
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
    return this.#commit(changes, false);
  }

  #commit(changes: AccountChanges, isUrgent: boolean): AccountsCommit {
    const log = this.#loaded;
    const areFew = log.waitingCount + changes.size <= this.#policy.recordsMax;
    if (isUrgent || !areFew) return log.commit(changes, isUrgent);
    // Records of all that waits, and then of what changes now.
    const waiting = log.commitWaiting();
    const records = this.#recordsOf(changes);
    return {
      writes: waiting.writes.length === 0 ? records : [...waiting.writes, ...records],
      done: () => {
        waiting.done();
        for (const [address, account] of changes) log.remember(address, account);
      },
    };
  }

  #recordsOf(changes: AccountChanges): readonly Write[] {
    const known = this.#shared?.get(changes);
    if (known !== undefined) return known;
    const writes = accountWrites(changes);
    this.#shared?.set(changes, writes);
    return writes;
  }
}
