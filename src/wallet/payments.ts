/**
 * The payments that were made here, and what became of each.
 *
 * Key space 7 of the store, key: payment id 32, value: version 1, payer 32, sequence 8, time saved
 * 8, key name (its length 1), payment (its length 2). Payer and sequence stand in front because
 * they tell whether the chain has settled the payment, as it has nearly all: those are not decoded.
 * Owns: this record, and the reading of it against the chain. What became of a payment is never
 * stored: it is asked of the chain each time, so that no reorganisation can make it wrong.
 * Does not own: making payments (`build.ts`), sending them (`node/`), keys.
 */
import { decodePayment } from '../consensus/encoding.ts';
import {
  blocksLike, findSpent, findTransaction, transactionsLike,
} from '../consensus/history.ts';
import type { Chain } from '../consensus/chain.ts';
import { idIn, idKey, SchemaError, SPACE } from '../consensus/records.ts';
import type {
  Account, Address, Amount, BlockId, NetworkId, Payment, TransactionId,
} from '../consensus/types.ts';
import { assert } from '../lib/assert.ts';
import { asciiToBytes, bytesToAscii, hexToBytes } from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import type { Store, UnixMs } from '../ports.ts';
import { orderWrite } from './orders.ts';
import type { OrderMark } from './orders.ts';

/** A payment of ours, as it is stored. */
export interface SavedPayment {
  readonly payment: Payment;
  /** When it was saved, by this machine's clock. */
  readonly savedAt: UnixMs;
  /** The local name of the key that signed it; ASCII, at most 255 characters, may be empty. */
  readonly keyName: string;
}

/** Why a pending payment cannot be in the very next block, if there is a reason in the store. */
export type Hindrance =
  /** An earlier payment of the account is missing here, so this one cannot be next. */
  | 'gap'
  /** The balance at the tip does not cover it and the payments before it. */
  | 'funds';

export type PaymentStatus =
  | { readonly kind: 'pending'; readonly hindrance?: Hindrance }
  /** In the main chain; `depth` is 1 when it is in the tip. */
  | { readonly kind: 'confirmed'; readonly height: number; readonly depth: number }
  /**
   * Another payment of the account has taken the sequence; only a reorganisation brings this one
   * back.
   */
  | {
      readonly kind: 'superseded';
      readonly by: TransactionId;
      readonly height: number;
      readonly depth: number;
    }
  /** A later payment of ours, with the same sequence and a higher fee, stands for it. */
  | { readonly kind: 'replaced'; readonly by: TransactionId };

/** The payment, saved, with what became of it. */
export interface TrackedPayment extends SavedPayment {
  readonly status: PaymentStatus;
}

/** An account as `list-addresses` shows it. */
export interface Funds {
  readonly balance: Amount;
  /**
   * Confirmed soon: below zero for what is on its way out (with fees), above for what comes from
   * oneself.
   */
  readonly pending: Amount;
}

const RECORD_VERSION = 2;

/** The shortest beginning of an id that stands for the whole, in digits. */
export const ID_PREFIX_MIN = 6;

/**
 * Commits the payment to the store; await `store.flushed` before telling anybody that it is safe.
 * Throws as the store does. `order`: what it was asked for under, remembered in the same commit.
 */
export function savePayment(store: Store, saved: SavedPayment, order?: OrderMark): void {
  const value = new ByteWriter(64 + saved.payment.bytes.length)
    .u8(RECORD_VERSION)
    .hex(saved.payment.from)
    .u64(saved.payment.sequence)
    .u64(saved.savedAt)
    .short(asciiToBytes(saved.keyName))
    .long(saved.payment.bytes)
    .finish();
  const { id } = saved.payment;
  store.commit([
    { key: idKey(SPACE.payment, id), value }, ...order === undefined ? [] : [orderWrite(order, id)],
  ]);
}

/**
 * Saves again what was found in another store, if it is a payment of this network; gives how many
 * are. Throws as the store does.
 */
export function restorePayments(
  store: Store, networkId: NetworkId, records: Iterable<readonly [Uint8Array, Uint8Array]>,
): number {
  const ours = [...records].filter(([key, value]) => isSaved(key, value, networkId));
  store.commit(ours.map(([key, value]) => ({ key, value })));
  return ours.length;
}

function isSaved(key: Uint8Array, value: Uint8Array, networkId: NetworkId): boolean {
  try {
    decodeSaved(idIn(key), value, networkId);
    return true;
  } catch (error) {
    if (error instanceof SchemaError) return false;
    throw error;
  }
}

/**
 * The payment of ours with this id. Throws as the store does, and `SchemaError` for another format.
 */
export function readPayment(
  store: Store,
  networkId: NetworkId,
  id: TransactionId,
): SavedPayment | undefined {
  const value = store.get(idKey(SPACE.payment, id));
  return value === undefined ? undefined : decodeSaved(id, value, networkId);
}

/** The ids of all payments of ours, in order; cheap, because nothing is decoded. */
export function* savedIds(store: Store): Iterable<TransactionId> {
  for (const [key] of store.scan(Uint8Array.of(SPACE.payment))) yield idIn(key) as TransactionId;
}

/** All payments of ours, in the order of their ids. Throws as `readPayment` does. */
export function* listPayments(store: Store, networkId: NetworkId): Iterable<SavedPayment> {
  for (const [key, value] of store.scan(Uint8Array.of(SPACE.payment))) {
    yield decodeSaved(idIn(key), value, networkId);
  }
}

function decodeSaved(id: string, value: Uint8Array, networkId: NetworkId): SavedPayment {
  const reader = new ByteReader(value);
  if (reader.u8() !== RECORD_VERSION) reader.fail();
  const [from, sequence] = [reader.hex(32), reader.u64()];
  const savedAt = reader.u64();
  const keyName = bytesToAscii(reader.short());
  const payment = decodePayment(reader.long(), networkId);
  const isSame = payment?.id === id && payment.from === from && payment.sequence === sequence;
  if (!reader.complete || keyName === undefined || !isSame) {
    throw new SchemaError(`payment ${id} has another form`);
  }
  return { payment, savedAt, keyName };
}

/** What became of a payment of ours. It need not be saved; then nothing of ours has replaced it. */
export function paymentStatus(chain: Chain, store: Store, payment: Payment): PaymentStatus {
  const settled = settledStatus(chain, payment);
  if (settled !== undefined) return settled;
  const rivals = unsettledPayments(chain, store).get(payment.from) ?? [];
  const stronger = rivals.find(
    (rival) => rival.payment.sequence === payment.sequence && outbids(rival.payment, payment),
  );
  if (stronger !== undefined) return { kind: 'replaced', by: stronger.payment.id };
  const others = rivals.filter((rival) => rival.payment.sequence !== payment.sequence);
  const queue = strongest([...others.map((rival) => rival.payment), payment]);
  return pendingStatus(payment, queue, chain.account(payment.from));
}

/** Every payment of ours with its status, newest first; of one time, in the order of their ids. */
export function trackPayments(chain: Chain, store: Store): TrackedPayment[] {
  const tracked: TrackedPayment[] = [];
  const queues = pendingByPayer(chain, store);
  for (const saved of listPayments(store, chain.networkId)) {
    const { payment } = saved;
    const queue = queues.get(payment.from)?.map((member) => member.payment) ?? [];
    const status = settledStatus(chain, payment) ?? queuedStatus(chain, payment, queue);
    tracked.push({ ...saved, status });
  }
  return tracked.sort((a, b) => b.savedAt - a.savedAt);
}

/**
 * The payments of ours that may still come into a block, by payer, in the order of their sequences.
 */
export function pendingByPayer(chain: Chain, store: Store): Map<Address, SavedPayment[]> {
  const pending = new Map<Address, SavedPayment[]>();
  for (const [from, unsettled] of unsettledPayments(chain, store)) {
    const kept = new Set(strongest(unsettled.map((saved) => saved.payment)));
    const queue = unsettled.filter((saved) => kept.has(saved.payment));
    pending.set(from, queue.sort((a, b) => a.payment.sequence - b.payment.sequence));
  }
  return pending;
}

/**
 * The payments of ours that may still come into a block: what `sync` and a miner broadcast again.
 */
export function pendingOf(chain: Chain, store: Store): SavedPayment[] {
  return [...pendingByPayer(chain, store).values()].flat();
}

/** What each of the addresses has, and what is on its way between them. */
export function fundsOf(
  chain: Chain,
  store: Store,
  addresses: readonly Address[],
): Map<Address, Funds> {
  const pending = new Map<Address, Amount>();
  const add = (address: Address, amount: Amount): void => {
    pending.set(address, (pending.get(address) ?? 0n) + amount);
  };
  for (const { payment } of pendingOf(chain, store)) {
    add(payment.from, -costOf(payment));
    add(payment.to, payment.amount);
  }
  return new Map(addresses.map((address) => [
    address, { balance: chain.account(address).balance, pending: pending.get(address) ?? 0n },
  ]));
}

/** What a payment takes from its payer: amount and fee. */
export function costOf(payment: Payment): Amount {
  return payment.amount + payment.fee;
}

/**
 * The ids, at most `countMax`, of payments and rewards known here that begin with these digits:
 * those of ours first, then those of the main chain. Fewer than `ID_PREFIX_MIN` digits, or others,
 * match nothing.
 */
export function matchTransactions(store: Store, prefix: string, countMax = 2): TransactionId[] {
  const ids = new Set<TransactionId>();
  const first = firstBytes(prefix);
  if (first === undefined) return [];
  for (const id of knownLike(store, first)) {
    if (id.startsWith(prefix)) ids.add(id as TransactionId);
    if (ids.size >= countMax) break;
  }
  return [...ids];
}

/** The ids of stored blocks that begin with these digits. */
export function* matchBlocks(store: Store, prefix: string): Iterable<BlockId> {
  const first = firstBytes(prefix);
  if (first === undefined) return;
  for (const id of blocksLike(store, first)) if (id.startsWith(prefix)) yield id as BlockId;
}

/** Those of ours, then those of the main chain, that begin with these bytes. */
function* knownLike(store: Store, first: Uint8Array): Iterable<string> {
  for (const [key] of store.scan(Uint8Array.of(SPACE.payment, ...first))) yield idIn(key);
  yield* transactionsLike(store, first);
}

/** The whole bytes that the digits spell; undefined when they are too few, or no digits. */
function firstBytes(prefix: string): Uint8Array | undefined {
  if (prefix.length < ID_PREFIX_MIN || !/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  return hexToBytes(prefix.slice(0, prefix.length - (prefix.length % 2)));
}

/** The status when the chain alone decides it. */
function settledStatus(chain: Chain, payment: Payment): PaymentStatus | undefined {
  if (!isSettled(chain, payment.from, payment.sequence)) return undefined;
  const tipHeight = chain.tip.header.height;
  const own = findTransaction(chain.records, payment.id);
  if (own !== undefined) {
    return { kind: 'confirmed', height: own.height, depth: depthOf(own.height, tipHeight) };
  }
  const spent = findSpent(chain, payment.from, payment.sequence);
  if (spent === undefined) return undefined;
  const { height } = spent;
  const by = chain.block(chain.headerAt(height)!.id)?.transactions[spent.index]?.id;
  assert(by !== undefined, 'the index names a transaction that is not there');
  return { kind: 'superseded', by, height, depth: depthOf(height, tipHeight) };
}

/** The payer and the sequence of a record, which is not decoded any further. */
function slotOf(id: string, value: Uint8Array): { from: Address; sequence: number } {
  const reader = new ByteReader(value);
  if (reader.u8() !== RECORD_VERSION) throw new SchemaError(`payment ${id} has another form`);
  return { from: reader.hex(32) as Address, sequence: reader.u64() };
}

/** Whether the chain has a payment of this payer with this sequence. */
function isSettled(chain: Chain, from: Address, sequence: number): boolean {
  return sequence < chain.account(from).sequence;
}

/** A reader's tip may be older than the index that it reads; what is there is at least 1 deep. */
function depthOf(height: number, tipHeight: number): number {
  return Math.max(1, tipHeight - height + 1);
}

/** Payments of ours that the chain has not settled, replaced ones with them, by payer. */
function unsettledPayments(chain: Chain, store: Store): Map<Address, SavedPayment[]> {
  const unsettled = new Map<Address, SavedPayment[]>();
  for (const [key, value] of store.scan(Uint8Array.of(SPACE.payment))) {
    const id = idIn(key);
    const { from, sequence } = slotOf(id, value);
    if (isSettled(chain, from, sequence)) continue;
    const saved = decodeSaved(id, value, chain.networkId);
    unsettled.set(from, [...(unsettled.get(from) ?? []), saved]);
  }
  return unsettled;
}

/** Of each sequence the payment that the others gave way to, in the order of sequences. */
function strongest(payments: readonly Payment[]): Payment[] {
  const bySequence = new Map<number, Payment>();
  for (const payment of payments) {
    const rival = bySequence.get(payment.sequence);
    if (rival === undefined || outbids(payment, rival)) bySequence.set(payment.sequence, payment);
  }
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/**
 * Whether `a` stands for `b`, of the same sequence. Of equal fees, which only happens when two
 * programs signed at once, miners keep what they heard first: most likely the earlier, then any,
 * but always alike.
 */
function outbids(a: Payment, b: Payment): boolean {
  if (a.fee !== b.fee) return a.fee > b.fee;
  return a.time === b.time ? a.id < b.id : a.time < b.time;
}

function queuedStatus(chain: Chain, payment: Payment, queue: readonly Payment[]): PaymentStatus {
  const winner = queue.find((member) => member.sequence === payment.sequence);
  if (winner !== undefined && winner.id !== payment.id) {
    return { kind: 'replaced', by: winner.id };
  }
  return pendingStatus(payment, queue, chain.account(payment.from));
}

/** `queue` has one payment of each sequence, this one with them, in order. */
function pendingStatus(
  payment: Payment,
  queue: readonly Payment[],
  account: Account,
): PaymentStatus {
  let { balance, sequence } = account;
  for (const member of queue) {
    if (member.sequence !== sequence) return { kind: 'pending', hindrance: 'gap' };
    balance -= costOf(member);
    sequence++;
    if (balance < 0n) return { kind: 'pending', hindrance: 'funds' };
    if (member.id === payment.id) break;
  }
  return { kind: 'pending' };
}
