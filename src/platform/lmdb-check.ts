/**
 * Whether every page and record of a store's file is what LMDB and we wrote, before LMDB maps it.
 *
 * Owns: walking both trees of the file, records and free pages, and finding records in a file that
 * no tree holds together any more.
 * Does not own: the layout of pages (`lmdb-pages.ts`), when a check is due (`store-seal.ts`).
 *
 * LMDB trusts its file. A page that is another one ends the process, or hides records that are
 * there, which looks like an account without money; a page that is both used and free is written
 * over later. So all is compared: numbers of pages, bounds of keys, counts, and the CRC of records.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  branchNode, DATA_FILE, leafNode, META_COUNT, NO_PAGE, nodeOffsets, PAGE_KIND, readBig,
  readNewestMeta, readPage, TREE_DEPTH_MAX,
} from './lmdb-pages.ts';
import type { LeafNode, Meta, TreeRoot } from './lmdb-pages.ts';

/** Of each record, before its value. */
export const CHECKSUM_BYTES = 4;
/** Who commits while we read makes pages seem not to fit; then we read again. */
const ATTEMPTS_MAX = 5;
const PAGE_NUMBER_BYTES = 8;

/** What is wrong with the store's file, as words; undefined when nothing is. Reads all of it. */
export function findFault(directory: string): string | undefined {
  const file = openSync(join(directory, DATA_FILE), 'r');
  try {
    if (fstatSync(file).size === 0) return undefined;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      let before: Meta | undefined;
      try {
        before = readNewestMeta(file);
        new Walk(file, before).all();
        return undefined;
      } catch (error) {
        const isSame = before?.transaction === transactionOf(file);
        if (isSame) return (error as Error).message;
      }
    }
    return undefined; // Somebody is at work in it, who would have stopped.
  } finally {
    closeSync(file);
  }
}

function transactionOf(file: number): bigint | undefined {
  try {
    return readNewestMeta(file).transaction;
  } catch {
    return undefined;
  }
}

/** Whether a record's checksum is that of its key and value. */
export function isRecordWhole(key: Uint8Array, record: Uint8Array): boolean {
  if (record.length < CHECKSUM_BYTES) return false;
  const view = new DataView(record.buffer, record.byteOffset);
  return view.getUint32(0) === crc32(record.subarray(CHECKSUM_BYTES), crc32(key));
}

class Walk {
  readonly #file: number;
  readonly #meta: Meta;
  /** Pages of the file that are used or free, one bit each. */
  readonly #known: Uint8Array;
  readonly #pages: number;
  /** One page for each depth. */
  readonly #buffers: Buffer[] = [];
  #entries = 0n;

  constructor(file: number, meta: Meta) {
    this.#file = file;
    this.#meta = meta;
    const inFile = Math.floor(fstatSync(file).size / meta.pageBytes);
    this.#pages = Math.min(inFile, Number(meta.lastPage) + 1);
    this.#known = new Uint8Array(Math.ceil(this.#pages / 8));
  }

  all(): void {
    this.#tree(this.#meta.records, true, (key, record) => {
      if (isRecordWhole(key, record)) return;
      throw new Error(`the record ${Buffer.from(key).toString('hex')} is damaged`);
    });
    this.#tree(this.#meta.free, false, (_, list) => this.#freePages(list));
  }

  #tree(root: TreeRoot, isOrdered: boolean, onRecord: (key: Buffer, data: Buffer) => void): void {
    this.#entries = 0n;
    if (root.page !== NO_PAGE) {
      if (root.depth < 1 || root.depth > TREE_DEPTH_MAX) throw new Error(`depth ${root.depth}`);
      this.#page(Number(root.page), { depth: root.depth, isOrdered, onRecord }, EVERY_KEY);
    }
    if (this.#entries !== root.entries) {
      throw new Error(`${this.#entries} records instead of ${root.entries}`);
    }
  }

  /** A page and all below it. */
  #page(number: number, place: Place, bounds: Bounds): void {
    const kind = place.depth === 1 ? PAGE_KIND.leaf : PAGE_KIND.branch;
    this.#take(number, 1);
    const buffer = this.#buffers[place.depth] ??= Buffer.alloc(this.#meta.pageBytes);
    const page = readPage(this.#file, number, this.#meta.pageBytes, kind, buffer);
    if (place.depth === 1) this.#leaf(page, place, bounds);
    else this.#branch(page, place, bounds);
  }

  #branch(page: Buffer, place: Place, { from, to }: Bounds): void {
    const nodes = nodeOffsets(page).map((at) => branchNode(page, at));
    if (nodes.length === 0) throw new Error('a branch has no page below it');
    for (const [index, { key, child }] of nodes.entries()) {
      // The first stands for all keys that are smaller than the second.
      const bounds = { from: index === 0 ? from : key, to: nodes[index + 1]?.key ?? to };
      if (place.isOrdered) checkOrder(bounds);
      this.#page(child, { ...place, depth: place.depth - 1 }, bounds);
    }
  }

  #leaf(page: Buffer, place: Place, { from, to }: Bounds): void {
    let before: Buffer | undefined;
    for (const at of nodeOffsets(page)) {
      const node = leafNode(page, at);
      if (place.isOrdered) {
        const isAfter = before === undefined
          ? from === undefined || node.key.compare(from) >= 0 : node.key.compare(before) > 0;
        if (!isAfter) throw new Error('keys are out of order');
      }
      before = node.key;
      this.#entries++;
      place.onRecord(node.key, this.#data(node));
    }
    const isBelow = !place.isOrdered || before === undefined || to === undefined
      || before.compare(to) < 0;
    if (!isBelow) throw new Error('keys are out of order');
  }

  #data(node: LeafNode): Buffer {
    if (node.kind === 'data') return node.data;
    this.#take(node.page, node.pages);
    return readBig(this.#file, node, this.#meta.pageBytes);
  }

  /** A count, then numbers of pages: 0 is none, and -n before one means n pages from it. */
  #freePages(list: Buffer): void {
    if (list.length % PAGE_NUMBER_BYTES !== 0 || list.length === 0) throw new Error('a free list');
    const count = Number(list.readBigUInt64LE(0));
    if ((count + 1) * PAGE_NUMBER_BYTES > list.length) throw new Error('a free list is cut off');
    for (let index = 1; index <= count; index++) {
      let entry = Number(list.readBigInt64LE(index * PAGE_NUMBER_BYTES));
      if (entry === 0) continue;
      let pages = 1;
      if (entry < 0) {
        pages = -entry;
        index++;
        if (index > count) throw new Error('a free list is cut off');
        entry = Number(list.readBigInt64LE(index * PAGE_NUMBER_BYTES));
      }
      const end = entry + pages;
      if (end > Number(this.#meta.lastPage) + 1) throw new Error(`page ${end - 1} is free`);
      // Pages at the end need not be in the file.
      const inFile = Math.min(end, this.#pages) - entry;
      if (entry < META_COUNT || inFile > 0) this.#take(entry, inFile);
    }
  }

  #take(first: number, count: number): void {
    if (!(first >= META_COUNT && count >= 1 && first + count <= this.#pages)) {
      throw new Error(`page ${first} is cut off`);
    }
    for (let number = first; number < first + count; number++) {
      const [index, bit] = [number >> 3, 1 << (number & 7)];
      if ((this.#known[index]! & bit) !== 0) throw new Error(`page ${number} is there twice`);
      this.#known[index]! |= bit;
    }
  }
}

interface Place {
  /** 1 is a leaf. */
  readonly depth: number;
  /** By bytes; free lists are under numbers. */
  readonly isOrdered: boolean;
  readonly onRecord: (key: Buffer, data: Buffer) => void;
}

/** Of the keys below a page: from the first, to before the last. */
interface Bounds {
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
}

const EVERY_KEY: Bounds = { from: undefined, to: undefined };

function checkOrder({ from, to }: Bounds): void {
  const isRight = from === undefined || to === undefined || from.compare(to) < 0;
  if (!isRight) throw new Error('keys are out of order');
}
