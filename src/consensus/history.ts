/**
 * Where transactions are: an index over the main chain, written in the same commit as the chain
 * itself.
 *
 * Owns: finding a transaction by its id, and what an address made and was paid. Never decides
 * validity: it can be dropped and made again from the blocks.
 *
 * Made so that a block costs the same however long the chain is. An account's record says where its
 * newest payment and receipt are; the block's *trail* says, for each of its transactions, where the
 * ones before it are: two lists for each address, newest first, that are only ever appended to.
 */
import { hexInto, hexToBytes, startsWith, u64Into } from '../lib/bytes.ts';
import { ByteReader } from '../lib/codec.ts';
import type { WriteOverlay } from '../lib/write-buffer.ts';
import type { Store, Write } from '../ports.ts';
import { agedIds } from './ages.ts';
import { PREFIX_BYTES, rangeOf } from './chunks.ts';
import { readIdAt } from './header-records.ts';
import { networkIdOf } from './params.ts';
import { positionOf } from './place.ts';
import type { Position } from './place.ts';
import { blockKey, heightKey, readMeta, SchemaError, SPACE } from './records.ts';
import type { RecordReader } from './records.ts';
import { forgetRuns, placesIn, runWrites, TRAIL_ENTRY_BYTES, trailAt } from './runs.ts';
import { transactionIdIn } from './signed-block.ts';
import type { Trail } from './state.ts';
import type {
  AccountRecord, Address, Block, BlockId, NetworkId, Place, Transaction, TransactionId,
} from './types.ts';

/** Of an id in hexadecimal digits. */
const PREFIX_DIGITS = 2 * PREFIX_BYTES;
/** Of an entry in a trail, where the payer's place and the receiver's are. */
const SPENT_OFFSET = PREFIX_BYTES;
const RECEIVED_OFFSET = PREFIX_BYTES + 8;

/** The writes that take a block's transactions out of the index; it is the last one. */
export function forgetWrites(records: RecordReader, { header: { height } }: Block): Write[] {
  return [
    { key: heightKey(SPACE.trail, height), value: undefined }, ...forgetRuns(records, height),
  ];
}

/**
 * The writes that put a block's transactions into the index; `trail` is that of connecting it. They
 * are among the records then, too.
 */
export function historyWrites(records: WriteOverlay, block: Block, trail: Trail): Write[] {
  const { header: { height }, transactions } = block;
  const write = { key: heightKey(SPACE.trail, height), value: encodeTrail(transactions, trail) };
  records.add([write]);
  return [write, ...runWrites(records, height)];
}

function encodeTrail(transactions: readonly Transaction[], trail: Trail): Uint8Array {
  const entries = new Uint8Array(TRAIL_ENTRY_BYTES * trail.length);
  for (let index = 0; index < trail.length; index++) {
    const [spentAt, receivedAt] = trail[index]!;
    const at = TRAIL_ENTRY_BYTES * index;
    hexInto(entries, at, transactions[index]!.id.slice(0, PREFIX_DIGITS));
    u64Into(entries, at + SPENT_OFFSET, spentAt);
    u64Into(entries, at + RECEIVED_OFFSET, receivedAt);
  }
  return entries;
}

/** What connecting the block at this height left, for whoever takes it back. */
export function readTrail(records: RecordReader, height: number): Trail {
  const bytes = trailAt(records, height);
  if (bytes.length % TRAIL_ENTRY_BYTES !== 0) throw new SchemaError('a trail has another form');
  return Array.from({ length: bytes.length / TRAIL_ENTRY_BYTES }, (_, index) => {
    const at = TRAIL_ENTRY_BYTES * index;
    return [placeIn(bytes, at + SPENT_OFFSET), placeIn(bytes, at + RECEIVED_OFFSET)] as const;
  });
}

function placeIn(bytes: Uint8Array, at: number): Place {
  return new ByteReader(bytes.subarray(at, at + 8)).u64();
}

/** Where the transaction is in the main chain, or undefined. */
export function findTransaction(store: RecordReader, id: TransactionId): Position | undefined {
  for (const found of transactionsIn(store, hexToBytes(id)!)) {
    if (found.id === id) return found.position;
  }
  return undefined;
}

/** The ids in the main chain that begin with these bytes, about the newest first. */
export function* transactionsLike(store: RecordReader, prefix: Uint8Array): Iterable<string> {
  for (const { id } of transactionsIn(store, prefix)) {
    if (startsWith(hexToBytes(id)!, prefix)) yield id;
  }
}

/** The transactions whose ids begin with the first 8 of these bytes. */
function* transactionsIn(
  store: RecordReader, prefix: Uint8Array,
): Iterable<{ readonly id: TransactionId; readonly position: Position }> {
  const meta = readMeta(store);
  if (meta === undefined) return;
  const networkId = networkIdOf(meta.params);
  for (const place of placesIn(store, rangeOf(prefix), meta.tipHeight)) {
    const position = positionOf(place);
    const id = idAt(store, position, networkId);
    if (id !== undefined) yield { id, position };
  }
}

/** The id of the transaction at this position of the main chain. */
function idAt(
  store: RecordReader, { height, index }: Position, networkId: NetworkId,
): TransactionId | undefined {
  const id: BlockId | undefined = readIdAt(store, height);
  const body = id && store.get(blockKey(SPACE.body, { height, id }));
  return body && transactionIdIn(body, index, networkId);
}

/** The ids of stored blocks that begin with these bytes, about the newest first. */
export function blocksLike(store: Store, prefix: Uint8Array): Iterable<string> {
  return agedIds(store, SPACE.block, prefix, readMeta(store)?.tipHeight ?? 0);
}

/** Whoever knows what accounts are as of the tip: their records alone do not say it. */
interface AccountsAndRecords {
  readonly records: RecordReader;
  account(address: Address): AccountRecord;
}

/** Where the payment is that took this sequence of the account. */
export function findSpent(
  chain: AccountsAndRecords, from: Address, sequence: number,
): Position | undefined {
  let next = chain.account(from).sequence;
  for (const position of spentBy(chain, from)) {
    next -= 1;
    if (next === sequence) return position;
    if (next < sequence) return undefined;
  }
  return undefined;
}

/** What the address made, newest first; or from a place of this list on. */
export function spentBy(
  chain: AccountsAndRecords, from: Address, start?: Place,
): Iterable<Position> {
  return along(chain.records, start ?? chain.account(from).spentAt, SPENT_OFFSET);
}

/** What the address was paid, newest first, rewards included; or from a place of this list on. */
export function receivedBy(
  chain: AccountsAndRecords, to: Address, start?: Place,
): Iterable<Position> {
  return along(chain.records, start ?? chain.account(to).receivedAt, RECEIVED_OFFSET);
}

/** Follows the trails; `offset` is that of the list in an entry. */
function* along(store: RecordReader, newest: Place, offset: number): Iterable<Position> {
  let trail: { readonly height: number; readonly bytes: Uint8Array } | undefined;
  for (let place = newest; place > 0; ) {
    const position = positionOf(place);
    yield position;
    if (trail?.height !== position.height) {
      trail = { height: position.height, bytes: trailAt(store, position.height) };
    }
    const before = placeIn(trail.bytes, TRAIL_ENTRY_BYTES * position.index + offset);
    // The chain may have changed since the account was read: then this is another block's trail,
    // or none. Lists only ever lead back, and 0 is nowhere.
    if (before >= place) return;
    place = before;
  }
}
