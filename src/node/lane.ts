/**
 * The waiting payments of one account, and how payments of different accounts compare.
 *
 * Owns: the order within an account, what its payments wait for, fee rates, the order of eviction.
 * Does not own: which payments are kept (`mempool.ts`).
 */
import type { AccountRecord, Amount, Payment } from '../consensus/types.ts';
import type { ElapsedMs } from '../ports.ts';

/** Relative; a double's is 2^-53, and there are a conversion and a division on either side. */
const RATE_ERROR_MAX = 2 ** -48;

/** Why a payment is not in the next block yet. */
export type WaitReason =
  | { readonly kind: 'ready' }
  /** So many of the account's payments before this one have not arrived. */
  | { readonly kind: 'gap'; readonly missing: number }
  /** `cost` is of the account's payments up to this one, `balance` is confirmed. */
  | { readonly kind: 'not-funded'; readonly cost: Amount; readonly balance: Amount };

/** A payment and when it came. */
export interface Entry {
  readonly payment: Payment;
  /** Counts arrivals, and decides ties: no two entries have the same. */
  readonly arrival: number;
  readonly arrivedAt: ElapsedMs;
  /** About the fee rate, for quick comparisons. */
  readonly unitsPerByte: number;
}

/** The waiting payments of one account: at least one, by sequence, within the account's window. */
export interface Lane {
  /** As of the tip. */
  account: AccountRecord;
  readonly entries: Entry[];
  /** Whether the last one cannot be in the next block, for a gap or for lack of confirmed money. */
  isStuck: boolean;
}

/** An entry that was the last of its account when it was ranked. */
export interface Rank {
  readonly entry: Entry;
  readonly isStuck: boolean;
}

/** The account's payment with this sequence. */
export function entryAt(lane: Lane, sequence: number): Entry | undefined {
  return lane.entries.find(({ payment }) => payment.sequence === sequence);
}

/** What the account's payments up to this one cost, another one with its sequence not counted. */
export function fundsOf(lane: Lane, payment: Payment): { cost: Amount; balance: Amount } {
  let cost = payment.amount + payment.fee;
  for (const { payment: earlier } of lane.entries) {
    if (earlier.sequence >= payment.sequence) break;
    cost += earlier.amount + earlier.fee;
  }
  return { cost, balance: lane.account.balance };
}

/** What the payment, in the lane or not, waits for. */
export function reasonIn(lane: Lane, payment: Payment): WaitReason {
  const before = lane.entries.filter((entry) => entry.payment.sequence < payment.sequence).length;
  const missing = payment.sequence - lane.account.sequence - before;
  if (missing > 0) return { kind: 'gap', missing };
  const funds = fundsOf(lane, payment);
  return funds.cost > funds.balance ? { kind: 'not-funded', ...funds } : { kind: 'ready' };
}

/** The entry of a payment that arrives now. */
export function makeEntry(payment: Payment, arrival: number, arrivedAt: ElapsedMs): Entry {
  const unitsPerByte = Number(payment.fee) / payment.bytes.length;
  return { payment, arrival, arrivedAt, unitsPerByte };
}

/** Below, at or above zero as `a` pays less per byte than `b`, the same, or more; exact. */
export function compareFeeRates(a: Entry, b: Entry): number {
  const difference = a.unitsPerByte - b.unitsPerByte;
  // Two divisions are wrong by less than this, and are ten times faster than integers of any size.
  if (Math.abs(difference) > RATE_ERROR_MAX * a.unitsPerByte) return difference;
  const [sizeA, sizeB] = [a.payment.bytes.length, b.payment.bytes.length];
  const left = sizeA === sizeB ? a.payment.fee : a.payment.fee * BigInt(sizeB);
  const right = sizeA === sizeB ? b.payment.fee : b.payment.fee * BigInt(sizeA);
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The order of eviction: first what no block can take, or else payments behind a gap, which cost
 * their payer nothing, could fill the pool for a day; then lowest fee rate, then last come.
 */
export function goesBefore(a: Rank, b: Rank): boolean {
  if (a.isStuck !== b.isStuck) return a.isStuck;
  const byRate = compareFeeRates(a.entry, b.entry);
  return byRate !== 0 ? byRate < 0 : a.entry.arrival > b.entry.arrival;
}
