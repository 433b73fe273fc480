/**
 * The chain's records in the store: one numbered table of key spaces, and the bytes of each record.
 *
 * Key space      key after the number          value
 *  1 meta        -                             schema 4, tip id 32, chain parameters
 *  2 header      block id 32                   status 1, header 116, work 32
 *  3 body        block id 32                   count 4, transactions
 *  4 undo        block id 32                   count 4, then address 32, balance 8, sequence 8 each
 *  5 main chain  height 8                      block id 32
 *  6 account     address 32                    balance 8, sequence 8
 *  7 payment     payment id 32                 `wallet/payments.ts`
 *  8 -           retired before first use
 *  9 transaction transaction id 32             height 8, index 4        (`history.ts`)
 * 10 spent       address 32, sequence 8        height 8, index 4        (`history.ts`)
 * 11 received    address 32, height 8, index 4 nothing                  (`history.ts`)
 *
 * A number is never used again for something else. Owns: these formats.
 * Does not own: when they change.
 */
import { bigintToBytes, bytesToBigint, bytesToHex, hexToBytes } from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import type { Store, Write } from '../ports.ts';
import { decodeHeader, encodeBody, encodeHeader, HEADER_BYTES } from './encoding.ts';
import { decodeParams, encodeParams } from './params.ts';
import type { ChainParams } from './params.ts';
import type { Undo } from './state.ts';
import type { Account, Address, Block, BlockHeader, BlockId, Work } from './types.ts';

/** Counts changes of these formats; a store with another number is not read. */
const SCHEMA_VERSION = 1;

export const SPACE = {
  meta: 1, header: 2, body: 3, undo: 4, main: 5, account: 6, payment: 7, transaction: 9, spent: 10,
  received: 11,
} as const;

/** How far a stored block was judged. */
export type BlockStatus = 'stored' | 'valid' | 'invalid';
const STATUSES: readonly BlockStatus[] = ['stored', 'valid', 'invalid'];

/** A block's header with what the chain knows about it. */
export interface HeaderNode {
  readonly id: BlockId;
  readonly header: BlockHeader;
  /** Of this block and all before it. */
  readonly work: Work;
  readonly status: BlockStatus;
}

export interface Meta {
  readonly tipId: BlockId;
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
  key.set(hexToBytes(id)!, 1);
  return key;
}

export function heightKey(height: number): Uint8Array {
  return new ByteWriter(9).u8(SPACE.main).u64(height).finish();
}

export function metaWrite(meta: Meta): Write {
  const value = new ByteWriter()
    .u32(SCHEMA_VERSION)
    .hex(meta.tipId)
    .bytes(encodeParams(meta.params))
    .finish();
  return { key: META_KEY, value };
}

/** What the store holds, or undefined for an empty one. Throws `SchemaError`. */
export function readMeta(store: Store): Meta | undefined {
  const value = store.get(META_KEY);
  if (value === undefined) return undefined;
  const reader = new ByteReader(value);
  const schema = reader.u32();
  if (schema !== SCHEMA_VERSION) {
    throw new SchemaError(`the store has schema ${schema}; this program reads ${SCHEMA_VERSION}`);
  }
  const tipId = reader.hex(32) as BlockId;
  const params = decodeParams(reader.bytes(reader.remaining));
  if (params === undefined) throw new SchemaError('the store has unknown chain parameters');
  return { tipId, params };
}

export function headerWrite(node: HeaderNode): Write {
  const value = new ByteWriter(1 + HEADER_BYTES + 32)
    .u8(STATUSES.indexOf(node.status))
    .bytes(encodeHeader(node.header))
    .bytes(bigintToBytes(node.work, 32))
    .finish();
  return { key: idKey(SPACE.header, node.id), value };
}

export function readHeader(store: Store, id: BlockId): HeaderNode | undefined {
  const value = store.get(idKey(SPACE.header, id));
  if (value === undefined) return undefined;
  const header = decodeHeader(value.subarray(1, 1 + HEADER_BYTES));
  const status = STATUSES[value[0]!];
  if (header === undefined || status === undefined) throw new SchemaError(`header ${id}`);
  return { id, header, work: bytesToBigint(value.subarray(1 + HEADER_BYTES)), status };
}

/** A block's header and body. */
export function blockWrites(block: Block, node: HeaderNode): Write[] {
  const body = encodeBody(block.transactions);
  return [headerWrite(node), { key: idKey(SPACE.body, block.id), value: body }];
}

/** The mark that this block is the main chain's at its height. */
export function mainWrite(node: HeaderNode): Write {
  return { key: heightKey(node.header.height), value: hexToBytes(node.id) };
}

export function readIdAt(store: Store, height: number): BlockId | undefined {
  const value = store.get(heightKey(height));
  return value === undefined ? undefined : (bytesToHex(value) as BlockId);
}

export function accountWrite(address: Address, account: Account | undefined): Write {
  const key = idKey(SPACE.account, address);
  if (account === undefined) return { key, value: undefined };
  return { key, value: new ByteWriter(16).big64(account.balance).u64(account.sequence).finish() };
}

export function decodeAccount(value: Uint8Array): Account {
  const reader = new ByteReader(value);
  const account = { balance: reader.big64(), sequence: reader.u64() };
  if (!reader.complete) throw new SchemaError('an account record has another form');
  return account;
}

export function undoWrite(id: BlockId, undo: Undo): Write {
  const writer = new ByteWriter(4 + 48 * undo.length).u32(undo.length);
  for (const [address, { balance, sequence }] of undo) {
    writer.hex(address).big64(balance).u64(sequence);
  }
  return { key: idKey(SPACE.undo, id), value: writer.finish() };
}

export function decodeUndo(value: Uint8Array): Undo {
  const reader = new ByteReader(value);
  const undo: [Address, Account][] = [];
  for (let left = reader.u32(); left > 0 && reader.ok; left--) {
    undo.push([reader.hex(32) as Address, { balance: reader.big64(), sequence: reader.u64() }]);
  }
  if (!reader.complete) throw new SchemaError('an undo record has another form');
  return undo;
}
