/**
 * The layout of an LMDB file: pages and the nodes in them, read with `read` and never mapped, so
 * that no damage can end the process.
 *
 * Owns: offsets, and which bytes cannot be what LMDB wrote.
 * Does not own: trees of pages (`lmdb-check.ts`), records.
 *
 * The layout is that of LMDB's data version 2, little-endian (`MDB_page_header`, `MDB_node`,
 * `MDB_db` and `MDB_meta` in mdb.c).
 */
import { readSync } from 'node:fs';

/** The file of a store, in its directory. */
export const DATA_FILE = 'data.mdb';
export const META_COUNT = 2;
export const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** The depth of LMDB's cursor stack. */
export const TREE_DEPTH_MAX = 32;

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEADER_BYTES = 24;
const NODE_HEADER_BYTES = 8;
const OVERFLOW_NODE_BYTES = 24;
const META_BYTES = 144;
/** Keys that are integers. */
const FREE_TREE_FLAGS = 0x08;
/** Processors of today have 47 bits of addresses for a program. */
const MAP_BYTES_MAX = 1n << 46n;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;
const NODE_FLAG_BIG = 0x01;

export const PAGE_KIND = { branch: 0x01, leaf: 0x02, overflow: 0x04, meta: 0x08 } as const;
const PAGE_KINDS = 0x0f;

/** A tree of the file: of the records, or of the pages that are free. */
export interface TreeRoot {
  readonly page: bigint;
  readonly depth: number;
  readonly entries: bigint;
}

export interface Meta {
  readonly pageBytes: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
  readonly free: TreeRoot;
  readonly records: TreeRoot;
}

/** A key with its data, or with where its data is. */
export type LeafNode =
  | { readonly kind: 'data'; readonly key: Buffer; readonly data: Buffer }
  | { readonly kind: 'big'; readonly key: Buffer; readonly bytes: number;
      readonly page: number; readonly pages: number };

/** The newer of the two meta pages; throws an `Error` that says what is wrong with them. */
export function readNewestMeta(file: number): Meta {
  const first = readMeta(file, 0, 0);
  const second = readMeta(file, 1, first.pageBytes);
  if (first.pageBytes !== second.pageBytes) throw new Error('page sizes differ');
  if (second.transaction - first.transaction > 1n || first.transaction - second.transaction > 1n) {
    throw new Error('the meta pages are not of one time');
  }
  return second.transaction > first.transaction ? second : first;
}

function readMeta(file: number, number: number, offset: number): Meta {
  const bytes = readBytes(file, offset, PAGE_HEADER_BYTES + META_BYTES);
  if (bytes === undefined) throw new Error(`meta page ${number} is cut off`);
  if (kindOf(bytes) !== PAGE_KIND.meta) throw new Error(`page ${number} is no meta page`);
  const meta = bytes.subarray(PAGE_HEADER_BYTES);
  if (meta.readUInt32LE(0) !== MAGIC) throw new Error(`meta page ${number} has another magic`);
  const version = meta.readUInt32LE(4);
  if (version !== DATA_VERSION) throw new Error(`meta page ${number} has version ${version}`);
  const pageBytes = meta.readUInt32LE(24);
  const isPowerOfTwo = (pageBytes & (pageBytes - 1)) === 0;
  if (!isPowerOfTwo || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) {
    throw new Error(`meta page ${number} has page size ${pageBytes}`);
  }
  const lastPage = meta.readBigUInt64LE(120);
  if (lastPage < META_COUNT - 1 || lastPage >= 1n << 48n) throw new Error(`last page ${lastPage}`);
  // An address to map to, a size to map, and flags: of others we have no use, and LMDB obeys them.
  const isAsked = meta.readBigUInt64LE(8) === 0n && meta.readBigUInt64LE(16) <= MAP_BYTES_MAX
    && meta.readUInt16LE(28) === FREE_TREE_FLAGS && meta.readUInt16LE(76) === 0;
  if (!isAsked) throw new Error(`meta page ${number} asks for another kind of store`);
  // Each description of a tree has 48 bytes.
  const [free, records] = [24, 72].map((at) => ({
    page: meta.readBigUInt64LE(at + 40),
    depth: meta.readUInt16LE(at + 6),
    entries: meta.readBigUInt64LE(at + 32),
  }));
  const transaction = meta.readBigUInt64LE(128);
  // Commits take turns with the two pages.
  if (transaction !== 0n && (transaction & 1n) !== BigInt(number)) {
    throw new Error(`meta page ${number} is of transaction ${transaction}`);
  }
  return { pageBytes, lastPage, transaction, free: free!, records: records! };
}

/** The page of this number and kind; throws an `Error` when another one is there, or none. */
export function readPage(
  file: number, number: number, pageBytes: number, kind: number, into?: Buffer,
): Buffer {
  const page = readBytes(file, number * pageBytes, pageBytes, into);
  if (page === undefined) throw new Error(`page ${number} is cut off`);
  if (page.readBigUInt64LE(0) !== BigInt(number) || kindOf(page) !== kind) {
    throw new Error(`page ${number} is another page`);
  }
  return page;
}

function kindOf(page: Buffer): number {
  return page.readUInt16LE(18) & PAGE_KINDS;
}

/** Where the nodes of a branch or leaf begin in it. Throws when one cannot be in it. */
export function nodeOffsets(page: Buffer): number[] {
  const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)];
  const room = page.length - PAGE_HEADER_BYTES;
  if (lower % 2 !== 0 || lower > upper || upper > room) throw new Error('a page has no such room');
  const offsets: number[] = [];
  for (let index = 0; index < lower / 2; index++) {
    const at = page.readUInt16LE(PAGE_HEADER_BYTES + 2 * index);
    if (at < upper || at + NODE_HEADER_BYTES > room) throw new Error('a node is outside its page');
    offsets.push(at + PAGE_HEADER_BYTES);
  }
  return offsets;
}

/** The key of a node and the page below it. */
export function branchNode(page: Buffer, at: number): { key: Buffer; child: number } {
  const child = page.readUIntLE(at, 6);
  return { key: keyOf(page, at), child };
}

export function leafNode(page: Buffer, at: number): LeafNode {
  const bytes = page.readUInt32LE(at);
  const flags = page.readUInt16LE(at + 4);
  if ((flags & ~NODE_FLAG_BIG) !== 0) throw new Error('a node is of no kind that we write');
  const key = keyOf(page, at);
  const start = at + NODE_HEADER_BYTES + key.length;
  const inside = flags === NODE_FLAG_BIG ? OVERFLOW_NODE_BYTES : bytes;
  if (start + inside > page.length) throw new Error('a record is outside its page');
  if (flags === 0) return { kind: 'data', key, data: page.subarray(start, start + bytes) };
  const [first, pages] = [page.readBigUInt64LE(start), page.readBigUInt64LE(start + 16)];
  return { kind: 'big', key, bytes, page: Number(first), pages: Number(pages) };
}

/** The data of a node that has pages of its own. */
export function readBig(file: number, node: LeafNode & { kind: 'big' }, pageBytes: number): Buffer {
  const header = readPage(file, node.page, pageBytes, PAGE_KIND.overflow);
  const isWhole = header.readUInt32LE(20) === node.pages
    && PAGE_HEADER_BYTES + node.bytes <= node.pages * pageBytes;
  const offset = node.page * pageBytes + PAGE_HEADER_BYTES;
  const data = isWhole ? readBytes(file, offset, node.bytes) : undefined;
  if (data === undefined) throw new Error(`page ${node.page} is cut off`);
  return data;
}

function keyOf(page: Buffer, at: number): Buffer {
  const [start, bytes] = [at + NODE_HEADER_BYTES, page.readUInt16LE(at + 6)];
  if (start + bytes > page.length) throw new Error('a key is outside its page');
  return page.subarray(start, start + bytes);
}

/** Undefined when the file ends before. */
function readBytes(
  file: number, offset: number, count: number, into: Buffer = Buffer.alloc(count),
): Buffer | undefined {
  return readSync(file, into, 0, count, offset) === count ? into : undefined;
}
