/**
 * The file of an LMDB store, looked at before LMDB maps it.
 *
 * Owns: telling a sound file from one that would end the process. LMDB trusts its file: one cut in
 * half is a SIGBUS, random bytes in a meta page are a SIGSEGV, and neither can be caught (threats
 * row 84). Setting such a file aside.
 * Does not own: the whole of it (`lmdb-check.ts`), for this is done each time and takes no time.
 */
import {
  closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, statSync,
} from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../lib/store-error.ts';
import {
  DATA_FILE, NO_PAGE, PAGE_KIND, readNewestMeta, readPage, TREE_DEPTH_MAX,
} from './lmdb-pages.ts';
import type { Meta } from './lmdb-pages.ts';
import { breakSeal } from './store-seal.ts';

const LOCK_FILE = 'lock.mdb';

/**
 * - `absent`: no file, or an empty one: LMDB makes a new store of it.
 * - `short`: the file ends before its last page. LMDB allows this when the pages at the end are
 *   free, and it is also what a cut file looks like.
 */
export type StoreFileState =
  | { readonly state: 'absent' | 'sound' | 'short' }
  | { readonly state: 'damaged'; readonly reason: string };

/**
 * Another process may commit between our reads, so that pages seem not to fit; then we read again.
 */
const ATTEMPTS_MAX = 5;

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
    breakSeal(directory);
    if (existsSync(lock)) renameSync(lock, join(directory, `${LOCK_FILE}.bad-${number}`));
  } catch (cause) {
    throw new StoreError('failed', `cannot set the damaged store ${directory} aside`, { cause });
  }
  return target;
}

/** Undoes `setAside`: takes away what is in its place, and gives the file its name again. */
export function putBack(directory: string, setAsideAs: string): void {
  rmSync(join(directory, LOCK_FILE), { force: true });
  renameSync(setAsideAs, join(directory, DATA_FILE));
}

function inspect(file: number): StoreFileState {
  if (fstatSync(file).size === 0) return { state: 'absent' };
  try {
    const meta = readNewestMeta(file);
    // After the meta pages: a commit writes its pages before the meta page that names them.
    const sizeBytes = BigInt(fstatSync(file).size);
    for (const root of [meta.free, meta.records]) checkRoot(file, meta, root);
    const isShort = (meta.lastPage + 1n) * BigInt(meta.pageBytes) > sizeBytes;
    return { state: isShort ? 'short' : 'sound' };
  } catch (error) {
    return { state: 'damaged', reason: (error as Error).message };
  }
}

function checkRoot(file: number, meta: Meta, { page, depth }: Meta['records']): void {
  if (page === NO_PAGE && depth === 0) return;
  if (page < 2n || page > meta.lastPage) throw new Error(`root page ${page}`);
  if (depth < 1 || depth > TREE_DEPTH_MAX) throw new Error(`tree depth ${depth}`);
  const kind = depth === 1 ? PAGE_KIND.leaf : PAGE_KIND.branch;
  readPage(file, Number(page), meta.pageBytes, kind);
}
