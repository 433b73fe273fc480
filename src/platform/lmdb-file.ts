/**
 * The file of an LMDB store, looked at before LMDB maps it.
 *
 * Owns: telling a sound file from one that would end the process. LMDB trusts its file: one cut in
 * half is a SIGBUS, random bytes in a meta page are a SIGSEGV, and neither can be caught (threats
 * row 84).
 * Does not own: damage inside records, which `lmdb-store.ts` finds by their checksums.
 *
 * The layout is that of LMDB's data version 2, little-endian (`MDB_page_header` and `MDB_meta` in
 * mdb.c).
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StoreError } from '../lib/store-error.ts';

export const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';

/**
 * - `absent`: no file, or an empty one: LMDB makes a new store of it.
 * - `short`: the file ends before its last page. LMDB allows this when the pages at the end are
 *   free, and it is also what a cut file looks like.
 */
export type StoreFileState =
  | { readonly state: 'absent' | 'sound' | 'short' }
  | { readonly state: 'damaged'; readonly reason: string };

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEADER_BYTES = 24;
const META_BYTES = 144;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;
const META_COUNT = 2;
const PAGE_FLAG_BRANCH = 0x01;
const PAGE_FLAG_LEAF = 0x02;
const PAGE_FLAG_META = 0x08;
/** The depth of LMDB's cursor stack. */
const TREE_DEPTH_MAX = 32;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/**
 * Another process may commit between our reads, so that pages seem not to fit; then we read again.
 */
const ATTEMPTS_MAX = 5;

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
  readonly roots: readonly { readonly page: bigint; readonly depth: number }[];
}

/**
 * Whether the folder has a store's file. Throws what `stat` throws, unless that says that there is
 * none: a folder that may not be read is not an empty one.
 */
export function isStoreFileThere(directory: string): boolean {
  try {
    statSync(join(directory, DATA_FILE));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Looks at the head of the store's file, in well under a millisecond. Throws what `fs` throws. */
export function inspectStoreFile(directory: string): StoreFileState {
  const path = join(directory, DATA_FILE);
  if (!isStoreFileThere(directory)) return { state: 'absent' };
  const file = openSync(path, 'r');
  try {
    let result = inspect(file);
    for (let attempt = 1; attempt < ATTEMPTS_MAX && result.state === 'damaged'; attempt++) {
      result = inspect(file);
    }
    return result;
  } finally {
    closeSync(file);
  }
}

/**
 * Whether a child process can read every record of the store. Takes as long as reading it all, so
 * it is for files that are suspect and for those who ask.
 */
export function isReadableByChild(directory: string): boolean {
  // The path of the package as we resolve it: the child runs from a string and has no folder.
  const lmdbPath = createRequire(import.meta.url).resolve('lmdb');
  const child = spawnSync(process.execPath, ['-e', CHILD_SCRIPT, lmdbPath, directory], {
    stdio: 'ignore',
  });
  return child.status === 0;
}

/**
 * Reads everything, so that a page that is not there kills this process and not the one that asks.
 */
const CHILD_SCRIPT = `
  const [lmdbPath, directory] = process.argv.slice(1);
  const store = require(lmdbPath).open({
    path: directory, noSubdir: false, readOnly: true, overlappingSync: false,
    encoding: 'binary', keyEncoding: 'binary',
  });
  const last = new Uint8Array(129).fill(255);
  let bytes = 0;
  for (const { value } of store.getRange({ start: Uint8Array.of(0), end: last })) {
    bytes += value.length;
  }
  process.exit(0);
`;

/**
 * Renames the store's file, and its lock file, to `data.mdb.bad-<n>` with the first free n; gives
 * the new path. No process may have the store open. Throws a `StoreError`.
 */
export function setAside(directory: string): string {
  let number = 1;
  while (existsSync(join(directory, `${DATA_FILE}.bad-${number}`))) number++;
  const target = join(directory, `${DATA_FILE}.bad-${number}`);
  try {
    renameSync(join(directory, DATA_FILE), target);
    // The lock file describes the readers and the last transaction of the file that has gone.
    const lock = join(directory, LOCK_FILE);
    if (existsSync(lock)) renameSync(lock, join(directory, `${LOCK_FILE}.bad-${number}`));
  } catch (cause) {
    throw new StoreError('failed', `cannot set the damaged store ${directory} aside`, { cause });
  }
  return target;
}

function inspect(file: number): StoreFileState {
  if (fstatSync(file).size === 0) return { state: 'absent' };
  const first = readMeta(file, 0, undefined);
  if (typeof first === 'string') return damaged(first);
  const second = readMeta(file, 1, first.pageBytes);
  if (typeof second === 'string') return damaged(second);
  const newest = second.transaction > first.transaction ? second : first;

  // After the meta pages: a commit writes its pages before the meta page that names them.
  const sizeBytes = BigInt(fstatSync(file).size);
  for (const { page, depth } of newest.roots) {
    if (page === NO_PAGE && depth === 0) continue;
    if (page < META_COUNT || page > newest.lastPage) return damaged(`root page ${page}`);
    if (depth < 1 || depth > TREE_DEPTH_MAX) return damaged(`tree depth ${depth}`);
    if ((page + 1n) * BigInt(newest.pageBytes) > sizeBytes) return damaged('root page is cut off');
    const header = readBytes(file, page * BigInt(newest.pageBytes), PAGE_HEADER_BYTES);
    if (header === undefined) return damaged('root page is cut off');
    const flags = header.readUInt16LE(18) & (PAGE_FLAG_BRANCH | PAGE_FLAG_LEAF);
    const expected = depth === 1 ? PAGE_FLAG_LEAF : PAGE_FLAG_BRANCH;
    if (header.readBigUInt64LE(0) !== page || flags !== expected) {
      return damaged(`root page ${page} is another page`);
    }
  }
  const short = (newest.lastPage + 1n) * BigInt(newest.pageBytes) > sizeBytes;
  return { state: short ? 'short' : 'sound' };
}

function damaged(reason: string): StoreFileState {
  return { state: 'damaged', reason };
}

/** The meta page of this number, or what is wrong with it. */
function readMeta(file: number, number: number, pageBytes: number | undefined): Meta | string {
  const offset = BigInt(number * (pageBytes ?? 0));
  const bytes = readBytes(file, offset, PAGE_HEADER_BYTES + META_BYTES);
  if (bytes === undefined) return `meta page ${number} is cut off`;
  if ((bytes.readUInt16LE(18) & PAGE_FLAG_META) === 0) return `page ${number} is no meta page`;
  const meta = bytes.subarray(PAGE_HEADER_BYTES);
  if (meta.readUInt32LE(0) !== MAGIC) return `meta page ${number} has another magic number`;
  const version = meta.readUInt32LE(4) & 0xffff;
  if (version !== DATA_VERSION) return `meta page ${number} has format version ${version}`;
  const ownPageBytes = meta.readUInt32LE(24);
  const isPowerOfTwo = (ownPageBytes & (ownPageBytes - 1)) === 0;
  if (!isPowerOfTwo || ownPageBytes < PAGE_BYTES_MIN || ownPageBytes > PAGE_BYTES_MAX) {
    return `meta page ${number} has page size ${ownPageBytes}`;
  }
  if (pageBytes !== undefined && ownPageBytes !== pageBytes) return 'page sizes differ';
  const lastPage = meta.readBigUInt64LE(120);
  if (lastPage < META_COUNT - 1 || lastPage >= 1n << 48n) return `last page ${lastPage}`;
  return {
    pageBytes: ownPageBytes,
    lastPage,
    transaction: meta.readBigUInt64LE(128),
    // The trees of free pages and of records; each description has 48 bytes.
    roots: [24, 72].map((at) => ({
      page: meta.readBigUInt64LE(at + 40), depth: meta.readUInt16LE(at + 6),
    })),
  };
}

/** Undefined when the file ends before. */
function readBytes(file: number, offset: bigint, count: number): Buffer | undefined {
  const bytes = Buffer.alloc(count);
  const read = readSync(file, bytes, 0, count, offset);
  return read === count ? bytes : undefined;
}
