/**
 * Where transactions are: an index over the main chain, written in the same commit as the chain
 * itself.
 *
 * Owns: finding a transaction by id, by its payer's sequence, or by its receiver. Never decides
 * validity: it can be dropped and made again from the blocks.
 */
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import type { Store, Write } from '../ports.ts';
import { idKey, SPACE } from './records.ts';
import type { Address, Block, TransactionId } from './types.ts';

/** A place in the main chain. */
export interface Position {
  readonly height: number;
  /** Among the block's transactions, from 0. */
  readonly index: number;
}

/** The writes that take the blocks' transactions out of the index, or put them in. */
export function historyWrites(blocks: readonly Block[], change: 'remove' | 'add'): Write[] {
  const writes: Write[] = [];
  for (const { header, transactions } of blocks) {
    for (const [index, transaction] of transactions.entries()) {
      const position = { height: header.height, index };
      const value = change === 'add' ? encodePosition(position) : undefined;
      const received = change === 'add' ? new Uint8Array(0) : undefined;
      writes.push({ key: idKey(SPACE.transaction, transaction.id), value });
      writes.push({ key: receivedKey(transaction.to, position), value: received });
      if (transaction.type === 'payment') {
        writes.push({ key: spentKey(transaction.from, transaction.sequence), value });
      }
    }
  }
  return writes;
}

/** Where the transaction is in the main chain, or undefined. */
export function findTransaction(store: Store, id: TransactionId): Position | undefined {
  return readPosition(store.get(idKey(SPACE.transaction, id)));
}

/** Where the payment is that took this sequence of the account. */
export function findSpent(store: Store, from: Address, sequence: number): Position | undefined {
  return readPosition(store.get(spentKey(from, sequence)));
}

/** What the address made, newest first. */
export function* spentBy(store: Store, from: Address): Iterable<Position> {
  for (const [, value] of store.scan(idKey(SPACE.spent, from), { reverse: true })) {
    yield readPosition(value)!;
  }
}

/** What the address was paid, newest first, rewards included. */
export function* receivedBy(store: Store, to: Address): Iterable<Position> {
  for (const [key] of store.scan(idKey(SPACE.received, to), { reverse: true })) {
    yield readPosition(key.subarray(33))!;
  }
}

function encodePosition({ height, index }: Position): Uint8Array {
  return new ByteWriter(12).u64(height).u32(index).finish();
}

function readPosition(value: Uint8Array | undefined): Position | undefined {
  if (value === undefined) return undefined;
  const reader = new ByteReader(value);
  return { height: reader.u64(), index: reader.u32() };
}

function spentKey(from: Address, sequence: number): Uint8Array {
  return new ByteWriter(41).bytes(idKey(SPACE.spent, from)).u64(sequence).finish();
}

function receivedKey(to: Address, position: Position): Uint8Array {
  return new ByteWriter(45)
    .bytes(idKey(SPACE.received, to))
    .bytes(encodePosition(position))
    .finish();
}
