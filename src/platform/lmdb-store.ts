/**
 * The `Store` door on disk: one LMDB environment in a directory, which several processes may have
 * open.
 *
 * Owns: the checksum of each record, transactions, and turning LMDB's errors into `StoreError`.
 * Does not own: keys and values, or who may write which (`owner-lock.ts`).
 *
 * A record's value is stored behind the CRC-32 of key and value, because LMDB has no checksums and
 * gives flipped bits as data (threats row 85). It is against accidents: whoever can write the file
 * on purpose owns the data directory. `mvb verify` computes everything again.
 *
 * Every commit is flushed before it returns. lmdb can flush later, but its `flushed` promise then
 * does not cover synchronous transactions (3.5.6: `lastSyncTxnFlush` in write.js is never set), and
 * on a full disk it rejects promises that nobody can catch. A commit costs about 0.4 ms here.
 *
 * Reads within one turn of the event loop see one moment, or what this process has committed since:
 * a row that another process commits shows in the next turn, or after `refresh`.
 */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { open } from 'lmdb';
import type { Database, RootDatabase, Transaction } from 'lmdb';
import { assert } from '../lib/assert.ts';
import { startsWith } from '../lib/bytes.ts';
import { STORE_KEY_BYTES_MAX, prefixEnd } from '../lib/memory-store.ts';
import { StoreError } from '../lib/store-error.ts';
import type { StoreErrorCode } from '../lib/store-error.ts';
import type { ScanOptions, Store, Write } from '../ports.ts';
import { makeDirectories } from './directories.ts';
import { CHECKSUM_BYTES, findFault, isRecordWhole } from './lmdb-check.ts';
import { inspectStoreFile, isStoreFileThere } from './lmdb-file.ts';
import { breakSeal, isSealed, seal } from './store-seal.ts';

export interface LmdbStoreOptions {
  /**
   * Open what is there and write nothing, not even a lock: works in a directory of somebody else.
   */
  readonly readOnly?: boolean;
}

/** At or before every key, and after every key. */
const FIRST_KEY = Uint8Array.of(0);
const AFTER_LAST_KEY = new Uint8Array(STORE_KEY_BYTES_MAX + 1).fill(0xff);

/**
 * Opens the store in the directory and makes both when they are not there (unless `readOnly`).
 * Throws a `StoreError`: `damaged` when the file must be set aside (`setAside`), `missing` when
 * there is nothing to read, `read-only` when it may not be written.
 */
export function openLmdbStore(directory: string, options: LmdbStoreOptions = {}): LmdbStore {
  // A relative path would be another store after a change of directory.
  const path = resolve(directory);
  const readOnly = options.readOnly === true;
  prepareDirectory(path, readOnly);
  const isChecked = checkFile(path);
  try {
    const database = open<Uint8Array, Uint8Array>({
      path,
      // Else a directory whose name has a dot in it is taken for a file.
      noSubdir: false,
      overlappingSync: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      readOnly,
    });
    return new LmdbStore(database, path, { readOnly, isChecked });
  } catch (cause) {
    throw storeError(cause, `cannot open the store in ${path}`);
  }
}

/** (policy) How often a writer looks for readers that died. */
const READERS_CHECK_MS = 3_600_000;

export class LmdbStore implements Store {
  readonly #database: RootDatabase<Uint8Array, Uint8Array>;
  readonly #path: string;
  readonly #readOnly: boolean;
  /** Nothing in the file is damaged, as far as we know, and all of it was looked at. */
  #isWhole: boolean;
  readonly #scans = new Set<LmdbScan>();
  /** lmdb looks for dead readers as it opens. */
  #readersCheckedAt = performance.now();
  #closed = false;

  /** Use `openLmdbStore`. */
  constructor(
    database: RootDatabase<Uint8Array, Uint8Array>, path: string,
    { readOnly, isChecked }: { readonly readOnly: boolean; readonly isChecked: boolean },
  ) {
    this.#database = database;
    this.#path = path;
    this.#readOnly = readOnly;
    this.#isWhole = isChecked;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    checkKey(key);
    let record: Uint8Array | undefined;
    try {
      // In memory that the next read overwrites: `valueOf` copies.
      record = this.#database.getBinaryFast(key);
    } catch (cause) {
      throw this.#failed(storeError(cause, 'cannot read from the store'));
    }
    return record === undefined ? undefined : valueOf(key, record, this.#failed);
  }

  scan(
    prefix: Uint8Array, options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    assert(options.from === undefined || startsWith(options.from, prefix));
    // No key is at or before the empty one, which LMDB does not take as a bound.
    const isEmpty = options.reverse === true && options.from?.length === 0;
    return {
      [Symbol.iterator]: () => {
        this.#checkOpen();
        if (isEmpty) return [][Symbol.iterator]();
        try {
          const scan = new LmdbScan(
            this.#database, { ...options, prefix, onError: this.#failed }, this.#scans,
          );
          this.#scans.add(scan);
          return scan;
        } catch (cause) {
          throw this.#failed(storeError(cause, 'cannot read from the store'));
        }
      },
    };
  }

  commit(batch: readonly Write[]): void {
    this.#checkOpen();
    for (const { key } of batch) checkKey(key);
    if (this.#readOnly) throw new StoreError('read-only', 'the store was opened for reading only');
    if (batch.length === 0) return;
    const database = this.#database;
    try {
      // Without flags, it can be aborted (by an exception) and is flushed before it returns.
      database.transactionSync(() => {
        // Inside a transaction, these write at once and throw what goes wrong.
        for (const { key, value } of batch) {
          if (value === undefined) void database.remove(key);
          else void database.put(key, recordOf(key, value));
        }
      });
    } catch (cause) {
      throw this.#failed(storeError(cause, 'cannot write to the store', this.#path));
    }
    if (performance.now() - this.#readersCheckedAt > READERS_CHECK_MS) this.checkReaders();
  }

  flushed(done: (error?: Error) => void): void {
    // Every commit was flushed before it returned, or threw.
    setImmediate(done);
  }

  /** Lets the next read of this turn see what other processes have committed. */
  refresh(): void {
    this.#checkOpen();
    this.#database.resetReadTxn();
  }

  /**
   * Frees the places of readers that died, or else their old pages could never be used again (row
   * 87), and counts them. A store that is written to does so by itself, once an hour.
   */
  checkReaders(): number {
    this.#checkOpen();
    this.#readersCheckedAt = performance.now();
    return this.#database.readerCheck();
  }

  /**
   * Checks all of the file, unless its last writer left it in good order: takes a second for each
   * 300 MB. Throws a `StoreError`, `damaged`. For who is alone at work in it.
   */
  check(): void {
    this.#checkOpen();
    if (this.#isWhole) return;
    checkWhole(this.#path);
    this.#isWhole = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // A cursor that outlives its transaction is a segmentation fault.
    for (const scan of this.#scans) scan.end();
    void this.#database.close();
    if (this.#isWhole && !this.#readOnly) seal(this.#path);
  }

  /** What is damaged is checked by the next who opens it. */
  readonly #failed: OnError = (error) => {
    if (error.code !== 'damaged') return error;
    this.#isWhole = false;
    breakSeal(this.#path);
    return error;
  };

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('failed', 'the store is closed');
  }
}

type Entry = readonly [Uint8Array, Uint8Array];

/** Sees each failure before it is thrown. */
type OnError = (error: StoreError) => StoreError;

interface ScanPlan extends ScanOptions {
  readonly prefix: Uint8Array;
  readonly onError: OnError;
}

/** One walk in a read transaction of its own, which it ends however the walk ends. */
class LmdbScan implements Iterator<Entry> {
  readonly #prefix: Uint8Array;
  readonly #onError: OnError;
  readonly #transaction: Transaction;
  readonly #entries: Iterator<{ key: Uint8Array; value: Uint8Array }>;
  readonly #open: Set<LmdbScan>;
  #state: 'running' | 'done' | 'closed' = 'running';

  constructor(
    database: Database<Uint8Array, Uint8Array>,
    options: ScanPlan,
    open: Set<LmdbScan>,
  ) {
    this.#prefix = options.prefix;
    this.#onError = options.onError;
    this.#open = open;
    this.#transaction = database.useReadTransaction();
    const bounds = boundsOf(options);
    const range = database.getRange({ ...bounds, transaction: this.#transaction });
    this.#entries = range[Symbol.iterator]();
  }

  next(): IteratorResult<Entry, undefined> {
    if (this.#state === 'closed') throw new StoreError('failed', 'the store is closed');
    while (this.#state === 'running') {
      let result: IteratorResult<{ key: Uint8Array; value: Uint8Array }>;
      try {
        result = this.#entries.next();
      } catch (cause) {
        this.#finish();
        throw this.#onError(storeError(cause, 'cannot read from the store'));
      }
      if (result.done === true) {
        this.#finish();
        break;
      }
      const key = new Uint8Array(result.value.key);
      // The first of a reverse scan may be the bound after the prefix, when that is a key.
      if (!startsWith(key, this.#prefix)) continue;
      try {
        return { done: false, value: [key, valueOf(key, result.value.value, this.#onError)] };
      } catch (error) {
        this.#finish();
        throw error;
      }
    }
    return { done: true, value: undefined };
  }

  return(): IteratorResult<Entry, undefined> {
    this.#finish();
    return { done: true, value: undefined };
  }

  /** The store closes: what is left of the walk must not look like its end. */
  end(): void {
    this.#finish();
    this.#state = 'closed';
  }

  #finish(): void {
    if (this.#state !== 'running') return;
    this.#state = 'done';
    this.#open.delete(this);
    this.#entries.return?.();
    this.#transaction.done();
  }
}

function boundsOf(options: ScanPlan) {
  const { prefix, from } = options;
  const end = prefixEnd(prefix) ?? AFTER_LAST_KEY;
  const first = prefix.length === 0 ? FIRST_KEY : prefix;
  if (options.reverse === true) {
    return { start: from ?? end, end: first, inclusiveEnd: true, reverse: true };
  }
  return { start: from === undefined || from.length === 0 ? first : from, end };
}

function checkKey(key: Uint8Array): void {
  assert(key.length >= 1 && key.length <= STORE_KEY_BYTES_MAX, 'a key has 1 to 128 bytes');
}

function checksumOf(key: Uint8Array, value: Uint8Array): number {
  return crc32(value, crc32(key));
}

function recordOf(key: Uint8Array, value: Uint8Array): Uint8Array {
  const record = Buffer.allocUnsafe(CHECKSUM_BYTES + value.length);
  record.writeUInt32BE(checksumOf(key, value));
  record.set(value, CHECKSUM_BYTES);
  return record;
}

/** The value in memory of its own. */
function valueOf(key: Uint8Array, record: Uint8Array, onError: OnError): Uint8Array {
  if (isRecordWhole(key, record)) return new Uint8Array(record.subarray(CHECKSUM_BYTES));
  const name = Buffer.from(key).toString('hex');
  throw onError(new StoreError('damaged', `the record ${name} of the store is damaged`));
}

function prepareDirectory(path: string, readOnly: boolean): void {
  try {
    if (readOnly) {
      if (isStoreFileThere(path)) return;
      throw new StoreError('missing', `there is no store in ${path}`);
    }
    makeDirectories(path);
    if (!statSync(path).isDirectory()) {
      throw new StoreError('failed', `the path ${path} is not a directory`);
    }
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    const action = readOnly ? 'read the store in' : 'use the directory';
    throw storeError(cause, `cannot ${action} ${path}`);
  }
}

/** Whether all of the file is known to be whole. */
function checkFile(path: string): boolean {
  let file;
  try {
    file = inspectStoreFile(path);
  } catch (cause) {
    throw storeError(cause, `cannot read the store in ${path}`);
  }
  if (file.state === 'damaged') {
    throw new StoreError('damaged', `the store in ${path} is damaged: ${file.reason}`);
  }
  if (file.state === 'short') checkWhole(path);
  return file.state !== 'sound' || isSealed(path);
}

function checkWhole(path: string): void {
  let fault;
  try {
    fault = findFault(path);
  } catch (cause) {
    throw storeError(cause, `cannot read the store in ${path}`);
  }
  if (fault === undefined) return;
  breakSeal(path);
  throw new StoreError('damaged', `the store in ${path} is damaged: ${fault}`);
}

/** By errno (as a number from lmdb, as text from Node) and by LMDB's own codes (lmdb.h). */
const CODES: ReadonlyMap<unknown, StoreErrorCode> = new Map<unknown, StoreErrorCode>([
  [28, 'full'], ['ENOSPC', 'full'], [122, 'full'], ['EDQUOT', 'full'], [27, 'full'], // EFBIG
  [-30792, 'full'], // MDB_MAP_FULL
  [13, 'read-only'], ['EACCES', 'read-only'], [30, 'read-only'], ['EROFS', 'read-only'],
  [1, 'read-only'], ['EPERM', 'read-only'],
  [2, 'missing'], ['ENOENT', 'missing'],
  [-30797, 'damaged'], // MDB_PAGE_NOTFOUND
  [-30796, 'damaged'], // MDB_CORRUPTED
  [-30793, 'damaged'], // MDB_INVALID
  [-30794, 'damaged'], // MDB_VERSION_MISMATCH
]);

/** LMDB's word for a write of several pages of which the disk took only the first. */
const EIO = 5;
/** With less room than this, it is the room that was missing. */
const ROOM_BYTES_MIN = 1_048_576;

/** `path` is where something was written, if something was. */
function storeError(cause: unknown, message: string, path?: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const { code } = cause as { readonly code?: unknown };
  const isFull = code === EIO && path !== undefined && hasNoRoom(path);
  return new StoreError(isFull ? 'full' : CODES.get(code) ?? 'failed', message, { cause });
}

function hasNoRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < ROOM_BYTES_MIN;
  } catch {
    return false; // Then the first error is all that is known.
  }
}
