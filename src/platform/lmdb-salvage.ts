/**
 * Records that are still whole in a store's file which is damaged.
 *
 * Owns: looking at every page by itself, in the tree or not. What is found may be of any age: of
 * records that were changed or deleted later, an old one may come.
 * Does not own: what any record is worth.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startsWith } from '../lib/bytes.ts';
import { CHECKSUM_BYTES, isRecordWhole } from './lmdb-check.ts';
import {
  DATA_FILE, leafNode, META_COUNT, nodeOffsets, PAGE_KIND, readBig, readNewestMeta, readPage,
} from './lmdb-pages.ts';

/** What lmdb uses when nothing else is asked for. */
const USUAL_PAGE_BYTES = 4_096;
/** (policy) Of more, the first. */
const RECORDS_MAX = 100_000;

/** Key and value of whole records under a prefix, by key in hexadecimal. Throws as `fs` does. */
export function salvage(
  directory: string, prefix: Uint8Array,
): Map<string, readonly [Uint8Array, Uint8Array]> {
  const found = new Map<string, readonly [Uint8Array, Uint8Array]>();
  const file = openSync(join(directory, DATA_FILE), 'r');
  try {
    const pageBytes = pageBytesOf(file);
    const pages = Math.floor(fstatSync(file).size / pageBytes);
    const buffer = Buffer.alloc(pageBytes);
    for (let number = META_COUNT; number < pages && found.size < RECORDS_MAX; number++) {
      ifReadable(() => {
        const page = readPage(file, number, pageBytes, PAGE_KIND.leaf, buffer);
        for (const at of nodeOffsets(page)) {
          ifReadable(() => {
            const node = leafNode(page, at);
            if (!startsWith(node.key, prefix)) return;
            const record = node.kind === 'data' ? node.data : readBig(file, node, pageBytes);
            if (!isRecordWhole(node.key, record)) return;
            const value = new Uint8Array(record.subarray(CHECKSUM_BYTES));
            found.set(node.key.toString('hex'), [new Uint8Array(node.key), value]);
          });
        }
      });
    }
    return found;
  } finally {
    closeSync(file);
  }
}

function pageBytesOf(file: number): number {
  try {
    return readNewestMeta(file).pageBytes;
  } catch {
    return USUAL_PAGE_BYTES;
  }
}

/** What cannot be read is what was damaged. */
function ifReadable(read: () => void): void {
  try {
    read();
  } catch {
    // The next page may be whole.
  }
}
