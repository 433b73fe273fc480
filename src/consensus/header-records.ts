/**
 * The record of a block's header, and with it whether the block is on the main chain: there the key
 * is the height alone, so that one look finds the block of a height, and beside it the height and
 * the id.
 *
 * Value: block id 32, status 1, header 116, work of this block and all before it 32.
 *
 * Owns: these records, and what else is written of a stored block.
 * Does not own: which blocks are on the main chain (`chain.ts`).
 */
import { big64Into, bytesToBigint, bytesToHex, hexInto, u64Bytes } from '../lib/bytes.ts';
import type { Write } from '../ports.ts';
import { agedKey } from './ages.ts';
import { decodeHeader, encodeBody, encodeHeader, HEADER_BYTES } from './encoding.ts';
import { blockAt, blockKey, heightKey, SchemaError, SPACE } from './records.ts';
import type { BlockAt, BlockStatus, HeaderNode, RecordReader } from './records.ts';
import type { Block, BlockId } from './types.ts';

/** On which side of a fork a block is. */
export type Side = 'main' | 'beside';

const STATUSES: readonly BlockStatus[] = ['stored', 'valid', 'invalid'];
const ID_BYTES = 32;
const HEADER_OFFSET = ID_BYTES + 1;
const WORK_OFFSET = HEADER_OFFSET + HEADER_BYTES;
const WORK_BYTES = 32;

export function headerWrite(node: HeaderNode, side: Side): Write {
  const value = new Uint8Array(WORK_OFFSET + WORK_BYTES);
  hexInto(value, 0, node.id);
  value[ID_BYTES] = STATUSES.indexOf(node.status);
  encodeHeader(node.header, value.subarray(HEADER_OFFSET, WORK_OFFSET));
  for (let [at, rest] = [value.length - 8, node.work]; rest > 0n; at -= 8, rest >>= 64n) {
    big64Into(value, at, rest);
  }
  return { key: headerKey(blockAt(node), side), value };
}

/** The write that deletes it. */
export function headerRemoval(at: BlockAt, side: Side): Write {
  return { key: headerKey(at, side), value: undefined };
}

function headerKey(at: BlockAt, side: Side): Uint8Array {
  return side === 'main' ? heightKey(SPACE.header, at.height) : blockKey(SPACE.header, at);
}

/** The stored block, on the main chain or beside it. */
export function readHeader(store: RecordReader, at: BlockAt): HeaderNode | undefined {
  const main = store.get(headerKey(at, 'main'));
  if (main !== undefined && blockIdOfRecord(main) === at.id) return decodeNode(main);
  const side = store.get(headerKey(at, 'beside'));
  return side && decodeNode(side);
}

/** The main chain's block at this height. */
export function readHeaderAt(store: RecordReader, height: number): HeaderNode | undefined {
  const value = store.get(heightKey(SPACE.header, height));
  return value && decodeNode(value);
}

/** Its id alone. */
export function readIdAt(store: RecordReader, height: number): BlockId | undefined {
  const value = store.get(heightKey(SPACE.header, height));
  return value && blockIdOfRecord(value);
}

/** Of a header's record. */
export function blockIdOfRecord(value: Uint8Array): BlockId {
  return bytesToHex(value, 0, ID_BYTES) as BlockId;
}

export function decodeNode(value: Uint8Array): HeaderNode {
  const header = decodeHeader(value.subarray(HEADER_OFFSET, WORK_OFFSET));
  const status = STATUSES[value[ID_BYTES]!];
  const isWhole = header !== undefined && status !== undefined
    && value.length === WORK_OFFSET + WORK_BYTES;
  if (!isWhole) throw new SchemaError('a header record has another form');
  const work = bytesToBigint(value.subarray(WORK_OFFSET));
  return { id: blockIdOfRecord(value), header, work, status };
}

/** A block's header and body, and where they are. */
export function blockWrites(block: Block, node: HeaderNode, side: Side): Write[] {
  const at = blockAt(node);
  return [
    headerWrite(node, side),
    { key: blockKey(SPACE.body, at), value: encodeBody(block.transactions) },
    { key: agedKey(SPACE.block, at.height, at.id), value: u64Bytes(at.height) },
  ];
}
