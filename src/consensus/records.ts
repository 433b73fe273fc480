/**
 * The chain's records in the store: one numbered table of key spaces, and the bytes of records.
 *
 * Key space      key after the number          value
 *  1 meta        -                             schema 4, tip id 32, height 8, chain parameters
 *  2 -           retired
 *  3 body        height 8, block id 32         count 4, transactions
 *  4 -           retired
 *  5 -           retired
 *  6 account     address 32                    `account-records.ts`
 *  7 payment     payment id 32                 `wallet/payments.ts`
 *  8 to 11 -     retired
 * 12 block       age 8, block id 32            height 8                  (`ages.ts`)
 * 13, 14 -       retired
 * 15 order       SHA-256 of a key 32           `wallet/orders.ts`
 * 16 trail       height 8                      id begins 8, spent 8, received 8 each (`history.ts`)
 * 17 run         level 1, height 8, chunk 4    id begins 8, place 8 each (`runs.ts`)
 * 18 header      height 8                      `header-records.ts`
 *                height 8, block id 32         the same, of a block beside the main chain
 * 19 delta       number 8                      accounts that changed    (`account-records.ts`)
 *
 * A number is never used again for something else. What a block writes lies at its height, beside
 * what the one before it wrote: ids are random, and each random key costs a page of the disk.
 * Owns: these formats, but those of the files that are named.
 */
import { bytesToHex, hexInto, u64Into } from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import type { Store, Write } from '../ports.ts';
import { decodeParams, encodeParams } from './params.ts';
import type { ChainParams } from './params.ts';
import type { BlockHeader, BlockId, Work } from './types.ts';

/** Counts changes of these formats; a store with another number is not read. */
const SCHEMA_VERSION = 4;

export const SPACE = {
  meta: 1, body: 3, account: 6, payment: 7, block: 12, order: 15, trail: 16, run: 17, header: 18,
  delta: 19,
} as const;

/** How far a stored block was judged. */
export type BlockStatus = 'stored' | 'valid' | 'invalid';

/** A block's header with what the chain knows about it. */
export interface HeaderNode {
  readonly id: BlockId;
  readonly header: BlockHeader;
  /** Of this block and all before it. */
  readonly work: Work;
  readonly status: BlockStatus;
}

/** Which block: its records lie at its height. */
export interface BlockAt {
  readonly id: BlockId;
  readonly height: number;
}

/** What of a store the records are read from. */
export type RecordReader = Pick<Store, 'get'>;

export interface Meta {
  readonly tipId: BlockId;
  readonly tipHeight: number;
  readonly params: ChainParams;
}

/** Thrown when the store holds what this version cannot read, though each record is whole. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

const META_KEY = Uint8Array.of(SPACE.meta);

/** The key of an id or address, as 64 digits, in a key space. */
export function idKey(space: number, id: string): Uint8Array {
  const key = new Uint8Array(33);
  key[0] = space;
  hexInto(key, 1, id);
  return key;
}

/** The id in a key that ends in one. */
export function idIn(key: Uint8Array): string {
  return bytesToHex(key, key.length - 32);
}

/** The key of a height, in a key space. */
export function heightKey(space: number, height: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = space;
  u64Into(key, 1, height);
  return key;
}

/** The key of something that a block has: its header or body. */
export function blockKey(space: number, { height, id }: BlockAt): Uint8Array {
  const key = new Uint8Array(41);
  key[0] = space;
  u64Into(key, 1, height);
  hexInto(key, 9, id);
  return key;
}

export function metaWrite(meta: Meta): Write {
  const value = new ByteWriter()
    .u32(SCHEMA_VERSION)
    .hex(meta.tipId)
    .u64(meta.tipHeight)
    .bytes(encodeParams(meta.params))
    .finish();
  return { key: META_KEY, value };
}

/** What the store holds, or undefined for an empty one. Throws `SchemaError`. */
export function readMeta(store: RecordReader): Meta | undefined {
  const value = store.get(META_KEY);
  if (value === undefined) return undefined;
  const reader = new ByteReader(value);
  const schema = reader.u32();
  if (schema !== SCHEMA_VERSION) {
    throw new SchemaError(`the store has schema ${schema}; this program reads ${SCHEMA_VERSION}`);
  }
  const [tipId, tipHeight] = [reader.hex(32) as BlockId, reader.u64()];
  const params = decodeParams(reader.bytes(reader.remaining));
  if (params === undefined) throw new SchemaError('the store has unknown chain parameters');
  return { tipId, tipHeight, params };
}

export function blockAt({ id, header }: Pick<HeaderNode, 'id' | 'header'>): BlockAt {
  return { id, height: header.height };
}
