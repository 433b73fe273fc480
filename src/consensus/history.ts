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
import { u64Bytes, u64Into } from '../lib/bytes.ts';
import { ByteReader } from '../lib/codec.ts';
import type { Store, Write } from '../ports.ts';
import { agedIds, agedKey, findAged } from './ages.ts';
import { placeOf, positionOf } from './place.ts';
import type { Position } from './place.ts';
import { heightKey, readAccount, readMeta, SPACE } from './records.ts';
import type { RecordReader } from './records.ts';
import type { Trail } from './state.ts';
import type { Address, Block, Place, TransactionId } from './types.ts';

/** Of a trail: the places before in the payer's list and in the receiver's. */
const ENTRY_BYTES = 16;

/** The writes that take a block's transactions out of the index. */
export function forgetWrites(block: Block): Write[] {
  const { header, transactions } = block;
  return [
    { key: heightKey(SPACE.trail, header.height), value: undefined },
    ...transactions.map(({ id }) => ({
      key: agedKey(SPACE.transaction, header.height, id), value: undefined,
    })),
  ];
}

/** The writes that put a block's transactions into the index; `trail` is that of connecting it. */
export function historyWrites(block: Block, trail: Trail): Write[] {
  const { height } = block.header;
  const entries = new Uint8Array(ENTRY_BYTES * trail.length);
  for (let index = 0; index < trail.length; index++) {
    const [spentAt, receivedAt] = trail[index]!;
    u64Into(entries, ENTRY_BYTES * index, spentAt);
    u64Into(entries, ENTRY_BYTES * index + 8, receivedAt);
  }
  const writes: Write[] = [{ key: heightKey(SPACE.trail, height), value: entries }];
  const { transactions } = block;
  for (let index = 0; index < transactions.length; index++) {
    const key = agedKey(SPACE.transaction, height, transactions[index]!.id);
    writes.push({ key, value: u64Bytes(placeOf({ height, index })) });
  }
  return writes;
}

/** Where the transaction is in the main chain, or undefined. */
export function findTransaction(store: RecordReader, id: TransactionId): Position | undefined {
  const value = findAged(store, SPACE.transaction, id, tipHeight(store));
  return value === undefined ? undefined : positionOf(new ByteReader(value).u64());
}

/** The ids in the main chain that begin with these bytes, about the newest first. */
export function transactionsLike(store: Store, prefix: Uint8Array): Iterable<string> {
  return agedIds(store, SPACE.transaction, prefix, tipHeight(store));
}

/** The ids of stored blocks that begin with these bytes, about the newest first. */
export function blocksLike(store: Store, prefix: Uint8Array): Iterable<string> {
  return agedIds(store, SPACE.block, prefix, tipHeight(store));
}

/** Where the payment is that took this sequence of the account. */
export function findSpent(
  store: RecordReader, from: Address, sequence: number,
): Position | undefined {
  let next = readAccount(store, from)?.sequence ?? 0;
  for (const position of spentBy(store, from)) {
    next -= 1;
    if (next === sequence) return position;
    if (next < sequence) return undefined;
  }
  return undefined;
}

/** What the address made, newest first; or from a place of this list on. */
export function spentBy(store: RecordReader, from: Address, start?: Place): Iterable<Position> {
  return along(store, start ?? readAccount(store, from)?.spentAt ?? 0, 0);
}

/** What the address was paid, newest first, rewards included; or from a place of this list on. */
export function receivedBy(store: RecordReader, to: Address, start?: Place): Iterable<Position> {
  return along(store, start ?? readAccount(store, to)?.receivedAt ?? 0, 8);
}

/** Follows the trails; `offset` is that of the list in an entry. */
function* along(store: RecordReader, newest: Place, offset: 0 | 8): Iterable<Position> {
  let trail: { readonly height: number; readonly bytes: Uint8Array } | undefined;
  for (let place = newest; place > 0; ) {
    const position = positionOf(place);
    yield position;
    if (trail?.height !== position.height) {
      const bytes = store.get(heightKey(SPACE.trail, position.height));
      // The chain may have changed since the account was read: then the list ends here.
      if (bytes === undefined) return;
      trail = { height: position.height, bytes };
    }
    const start = ENTRY_BYTES * position.index + offset;
    const before = new ByteReader(trail.bytes.subarray(start, start + 8)).u64();
    if (before >= place) return; // Another block's trail: lists only ever lead back.
    place = before;
  }
}

function tipHeight(store: RecordReader): number {
  return readMeta(store)?.tipHeight ?? 0;
}
