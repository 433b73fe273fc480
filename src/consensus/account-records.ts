/**
 * Accounts in the store: a record under each address, and *deltas*, what commits changed since.
 *
 * A record under an address costs a page of the disk, for addresses are as good as random. In a
 * delta an account costs 64 bytes beside those that changed with it, and its record may wait until
 * many can be written together (`accounts.ts`). What the last delta says of an account holds; where
 * none says anything, its record does.
 *
 * Record: balance 8, sequence 8, spent 8, received 8; none for who has nothing.
 * Delta: the same behind the address 32, for each account.
 *
 * Owns: these formats. Does not own: when which is written.
 */
import { big64Into, bytesToHex, hexInto, u64Into } from '../lib/bytes.ts';
import { ByteReader } from '../lib/codec.ts';
import type { Store, Write } from '../ports.ts';
import { ADDRESS_BYTES } from './address-index.ts';
import { heightKey, idKey, SchemaError, SPACE } from './records.ts';
import type { RecordReader } from './records.ts';
import { isEmptyAccount } from './state.ts';
import type { AccountRecord, Address } from './types.ts';

/** An account and whose it is. */
export type AccountEntry = readonly [Address, AccountRecord];

/** Accounts that changed together, as they are now. */
export type AccountChanges = ReadonlyMap<Address, AccountRecord>;

const ACCOUNT_BYTES = 32;
/** Of an account in a delta. */
export const ENTRY_BYTES = ADDRESS_BYTES + ACCOUNT_BYTES;
/** So many fill a page of LMDB's. */
export const DELTA_ACCOUNTS = 63;

export function accountWrite(address: Address, account: AccountRecord): Write {
  return recordWrite(idKey(SPACE.account, address), account);
}

export function accountWrites(accounts: Iterable<AccountEntry>): Write[] {
  return Array.from(accounts, ([address, account]) => accountWrite(address, account));
}

/** The same for whoever has the bytes of the address. */
export function accountWriteOf(address: Uint8Array, account: AccountRecord): Write {
  const key = new Uint8Array(1 + ADDRESS_BYTES);
  key[0] = SPACE.account;
  key.set(address, 1);
  return recordWrite(key, account);
}

function recordWrite(key: Uint8Array, account: AccountRecord): Write {
  if (isEmptyAccount(account)) return { key, value: undefined };
  const value = new Uint8Array(ACCOUNT_BYTES);
  accountInto(value, 0, account);
  return { key, value };
}

/** Undefined for who has no record. */
export function readAccount(store: RecordReader, address: Address): AccountRecord | undefined {
  const value = store.get(idKey(SPACE.account, address));
  return value === undefined ? undefined : decodeAccount(value);
}

export function decodeAccount(value: Uint8Array): AccountRecord {
  if (value.length !== ACCOUNT_BYTES) throw new SchemaError('an account record has another form');
  return accountIn(new ByteReader(value));
}

/** The deltas of these changes, numbered from `first` on. */
export function deltaWrites(first: number, changes: AccountChanges): Write[] {
  const entries = [...changes];
  return Array.from({ length: Math.ceil(entries.length / DELTA_ACCOUNTS) }, (_, index) => {
    const start = DELTA_ACCOUNTS * index;
    const value = encodeDelta(entries.slice(start, start + DELTA_ACCOUNTS));
    return { key: heightKey(SPACE.delta, first + index), value };
  });
}

function encodeDelta(entries: readonly AccountEntry[]): Uint8Array {
  const delta = new Uint8Array(ENTRY_BYTES * entries.length);
  for (const [index, [address, account]] of entries.entries()) {
    hexInto(delta, ENTRY_BYTES * index, address);
    accountInto(delta, ENTRY_BYTES * index + ADDRESS_BYTES, account);
  }
  return delta;
}

/** The writes that delete the deltas of these numbers, from `first` to before `end`. */
export function deltaRemovals(first: number, end: number): Write[] {
  return Array.from({ length: end - first }, (_, index) =>
    ({ key: heightKey(SPACE.delta, first + index), value: undefined }));
}

export function decodeDelta(value: Uint8Array): AccountEntry[] {
  return Array.from({ length: countIn(value) }, (_, index) => accountInDelta(value, index));
}

/** How many accounts a delta has. */
export function countIn(delta: Uint8Array): number {
  if (delta.length % ENTRY_BYTES !== 0) throw new SchemaError('a delta has another form');
  return delta.length / ENTRY_BYTES;
}

export function accountInDelta(delta: Uint8Array, index: number): AccountEntry {
  const [at, end] = [ENTRY_BYTES * index, ENTRY_BYTES * index + ADDRESS_BYTES];
  const address = bytesToHex(delta, at, end) as Address;
  return [address, accountIn(new ByteReader(delta.subarray(end)))];
}

/** A delta with its number. */
export interface Delta {
  readonly number: number;
  readonly value: Uint8Array;
}

/** All that are stored, the oldest first. */
export function* readDeltas(store: Pick<Store, 'scan'>): Iterable<Delta> {
  for (const [key, value] of store.scan(Uint8Array.of(SPACE.delta))) {
    yield { number: new ByteReader(key.subarray(1)).u64(), value };
  }
}

/** Every account that a store has, deltas counted, in no order. */
export function* storedAccounts(store: Pick<Store, 'scan'>): Iterable<AccountEntry> {
  const changes = new Map<Address, AccountRecord>();
  for (const { value } of readDeltas(store)) {
    for (const [address, account] of decodeDelta(value)) changes.set(address, account);
  }
  for (const [key, value] of store.scan(Uint8Array.of(SPACE.account))) {
    const address = bytesToHex(key, 1) as Address;
    if (!changes.has(address)) yield [address, decodeAccount(value)];
  }
  for (const [address, account] of changes) {
    if (!isEmptyAccount(account)) yield [address, account];
  }
}

function accountInto(bytes: Uint8Array, at: number, account: AccountRecord): void {
  big64Into(bytes, at, account.balance);
  u64Into(bytes, at + 8, account.sequence);
  u64Into(bytes, at + 16, account.spentAt);
  u64Into(bytes, at + 24, account.receivedAt);
}

function accountIn(reader: ByteReader): AccountRecord {
  const [balance, sequence, spentAt] = [reader.big64(), reader.u64(), reader.u64()];
  return { balance, sequence, spentAt, receivedAt: reader.u64() };
}
