/**
 * Payments that wait for a block.
 *
 * Owns: which payments this node keeps, what replaces or displaces what, and which of them the next
 * block takes, in which order. All of it is policy: another node may keep others.
 * Does not own: the rules of the chain (`consensus/`), who is told about a payment (`relay.ts`).
 *
 * Every payment in here was signed by its payer. `onChainChange` must be called after each change
 * of the tip, before anything else is asked: an account is remembered as it was at the tip.
 */
import { checkPayment } from '../consensus/checks.ts';
import type { Chain } from '../consensus/chain.ts';
import { reject } from '../consensus/rejection.ts';
import type { Rejection } from '../consensus/rejection.ts';
import type { ChainChange } from '../consensus/reorg.ts';
import type { Signatures } from '../consensus/signatures.ts';
import { decodePayment } from '../consensus/encoding.ts';
import { applyPayment, checkSpend, StateView } from '../consensus/state.ts';
import type { Address, BlockId, Payment, TransactionId } from '../consensus/types.ts';
import { ACCOUNT_PAYMENTS_MAX, replacementFeeMin } from '../consensus/waiting.ts';
import { assert } from '../lib/assert.ts';
import { Heap } from '../lib/heap.ts';
import type { Clock } from '../ports.ts';
import { compareFeeRates, entryAt, fundsOf, goesBefore, makeEntry, reasonIn } from './lane.ts';
import type { Entry, Lane, Rank, WaitReason } from './lane.ts';

/** (policy) Payments in all. */
export const MEMPOOL_PAYMENTS_MAX = 20_000;
/** (policy) Encoded bytes of all payments: 16 MiB. */
export const MEMPOOL_BYTES_MAX = 16 * 1024 * 1024;
/** (policy) How long a payment may wait, counted from its arrival: 24 hours. */
export const PAYMENT_EXPIRY_MS = 24 * 60 * 60 * 1000;

/** Stale items that the eviction order may hold for each account before it is made anew. */
const STALE_RANKS_FACTOR = 4;
const STALE_RANKS_MIN = 64;

export interface MempoolParts {
  readonly chain: Chain;
  readonly signatures: Signatures;
  readonly clock: Clock;
}

export type AddPaymentResult =
  /** `replaced` had the same sequence and a lower fee, and is gone. */
  | { readonly kind: 'added'; readonly replaced?: Payment }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export interface SelectLimits {
  /** Encoded bytes of all payments together. */
  readonly bytesMax: number;
  readonly countMax?: number;
}

/** The next payment that the selection may take of an account. */
interface Candidate {
  readonly lane: Lane;
  readonly index: number;
  readonly entry: Entry;
}

export class Mempool {
  readonly #chain: Chain;
  readonly #signatures: Signatures;
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #byId = new Map<TransactionId, Entry>();
  readonly #lanes = new Map<Address, Lane>();
  /** The last entry of every account, the first to be displaced on top; and some stale ones. */
  #ranks = new Heap<Rank>(goesBefore);
  #count = 0;
  #byteLength = 0;
  #arrivals = 0;
  #tipId: BlockId;

  constructor(parts: MempoolParts) {
    this.#chain = parts.chain;
    this.#signatures = parts.signatures;
    this.#clock = parts.clock;
    this.#tipId = parts.chain.tip.id;
  }

  get size(): number {
    return this.#count;
  }

  /** Of the payments' encodings. */
  get byteLength(): number {
    return this.#byteLength;
  }

  has(id: TransactionId): boolean {
    return this.#byId.has(id);
  }

  get(id: TransactionId): Payment | undefined {
    return this.#byId.get(id)?.payment;
  }

  /** All of them, in order of arrival. */
  *payments(): Iterable<Payment> {
    for (const { payment } of this.#byId.values()) yield payment;
  }

  /**
   * Takes a payment in, or says why not: `already-known`, what `checkPayment` rejects,
   * `sequence-used`, `sequence-gap`, `too-many-pending`, `not-funded`, `fee-too-low`,
   * `mempool-full`, `bad-signature`. The signature is the dearest to check, so it comes last.
   */
  add(payment: Payment): AddPaymentResult {
    this.#expire();
    return this.#admit(payment, { mustBeFunded: true });
  }

  /** What a payment waits for, in here or not, whose sequence is not used yet. */
  reasonOf(payment: Payment): WaitReason {
    return reasonIn(this.#laneOf(payment.from), payment);
  }

  /**
   * Follows the chain to a new tip. Payments whose sequence is used leave; those of disconnected
   * blocks come back, oldest first, if they are still possible.
   */
  onChainChange(change: ChainChange): void {
    assert(change.tip.id === this.#chain.tip.id, 'the mempool is told of each tip in turn');
    this.#tipId = change.tip.id;
    if (this.#lanes.size > 0) for (const address of touchedBy(change)) this.#refresh(address);
    this.#expire();
    for (const { transactions } of [...change.disconnected].reverse()) {
      for (const transaction of transactions) {
        // What it spends may be what an earlier one of them brought, which is confirmed no more.
        if (transaction.type !== 'payment') continue;
        // In memory of its own: what was decoded with a block would keep the whole block there.
        const payment = decodePayment(transaction.bytes, this.#chain.networkId)!;
        this.#admit(payment, { mustBeFunded: false });
      }
    }
  }

  /**
   * The payments for the next block, in an order that connects to the tip: each account's in
   * sequence and funded, what it received earlier in the list counted, highest fee rate first
   * across accounts.
   */
  select(limits: SelectLimits): Payment[] {
    this.#expire();
    assert(this.#tipId === this.#chain.tip.id, 'the mempool was not told of the tip');
    const view = new StateView((address) => this.#laneOf(address).account);
    const queue = new Heap<Candidate>(isPreferred);
    const parked = new Map<Address, Candidate>();
    const offer = (lane: Lane, index: number): void => {
      const entry = lane.entries[index];
      if (entry === undefined) return;
      const { from } = entry.payment;
      const rejection = checkSpend(entry.payment, view.account(from));
      if (rejection === undefined) queue.push({ lane, index, entry });
      else if (rejection.code === 'insufficient-funds') parked.set(from, { lane, index, entry });
      // Otherwise there is a gap, and the rest of the account has to wait.
    };
    for (const lane of this.#lanes.values()) offer(lane, 0);

    const selected: Payment[] = [];
    const countMax = limits.countMax ?? this.#count;
    let bytesLeft = limits.bytesMax;
    while (selected.length < countMax) {
      const candidate = queue.pop();
      if (candidate === undefined) break;
      const { lane, index, entry: { payment } } = candidate;
      // What does not fit takes its account out; smaller ones of others may still fit.
      if (payment.bytes.length > bytesLeft) continue;
      bytesLeft -= payment.bytes.length;
      selected.push(payment);
      applyPayment(view, payment);
      offer(lane, index + 1);
      const credited = parked.get(payment.to);
      if (credited === undefined) continue;
      parked.delete(payment.to);
      offer(credited.lane, credited.index);
    }
    return selected;
  }

  #admit(payment: Payment, options: { readonly mustBeFunded: boolean }): AddPaymentResult {
    assert(this.#tipId === this.#chain.tip.id, 'the mempool was not told of the tip');
    // By id: whatever is in here has a good signature, so a copy with another one brings nothing.
    const rejection = this.#byId.has(payment.id)
      ? reject('already-known')
      : (checkPayment(payment) ?? this.#checkPlace(payment, options));
    if (rejection !== undefined) return { kind: 'rejected', rejection };
    if (!this.#signatures.isValid(payment)) {
      return { kind: 'rejected', rejection: reject('bad-signature') };
    }
    return this.#insert(payment);
  }

  /** The checks that need the account and its waiting payments; cheap, and changing nothing. */
  #checkPlace(
    payment: Payment,
    { mustBeFunded }: { readonly mustBeFunded: boolean },
  ): Rejection | undefined {
    const lane = this.#laneOf(payment.from);
    const { sequence } = payment;
    const next = lane.account.sequence;
    if (sequence < next) return reject('sequence-used', { got: sequence, next });
    if (sequence >= next + ACCOUNT_PAYMENTS_MAX) {
      const pending = lane.entries.length;
      const code = pending >= ACCOUNT_PAYMENTS_MAX ? 'too-many-pending' : 'sequence-gap';
      return reject(code, { got: sequence, next, pending, max: ACCOUNT_PAYMENTS_MAX });
    }
    const funds = fundsOf(lane, payment);
    if (mustBeFunded && funds.cost > funds.balance) return reject('not-funded', funds);
    const rival = entryAt(lane, sequence)?.payment;
    if (rival === undefined) return this.#checkRoom(payment, lane);
    return payment.fee >= replacementFeeMin(rival.fee)
      ? undefined
      : reject('fee-too-low', { fee: payment.fee, needed: replacementFeeMin(rival.fee) });
  }

  /** When no room is left: whether the payment is better than the first that would have to go. */
  #checkRoom(payment: Payment, lane: Lane): Rejection | undefined {
    if (!isOverfull(this.#count + 1, this.#byteLength + payment.bytes.length)) return undefined;
    const isStuck = reasonIn(lane, payment).kind !== 'ready';
    const newcomer = { entry: this.#entry(payment), isStuck };
    return goesBefore(this.#worst(), newcomer) ? undefined : this.#full();
  }

  /** Puts a checked payment in; what has to make room for it goes. */
  #insert(payment: Payment): AddPaymentResult {
    const rival = entryAt(this.#laneOf(payment.from), payment.sequence);
    if (rival !== undefined) this.#remove(rival);
    const entry = this.#entry(payment);
    this.#arrivals++;
    this.#place(entry);
    const victims: Entry[] = [];
    while (isOverfull(this.#count, this.#byteLength)) {
      const victim = this.#worst().entry;
      this.#unplace(victim);
      if (victim !== entry) {
        victims.push(victim);
        continue;
      }
      // It was compared with its own predecessor, or it needs the bytes of several.
      assert(rival === undefined); // All payments of a key have one size.
      for (const spared of victims) this.#place(spared);
      return { kind: 'rejected', rejection: this.#full() };
    }
    for (const victim of victims) this.#byId.delete(victim.payment.id);
    this.#byId.set(payment.id, entry);
    return rival === undefined ? { kind: 'added' } : { kind: 'added', replaced: rival.payment };
  }

  #entry(payment: Payment): Entry {
    return makeEntry(payment, this.#arrivals, this.#clock.elapsed());
  }

  #full(): Rejection {
    return reject('mempool-full', { payments: this.#count, bytes: this.#byteLength });
  }

  #expire(): void {
    const now = this.#clock.elapsed();
    for (const entry of this.#byId.values()) {
      if (now - entry.arrivedAt < PAYMENT_EXPIRY_MS) break;
      this.#remove(entry);
    }
  }

  /** Reads the account again, and drops what is outside of its window now. */
  #refresh(address: Address): void {
    const lane = this.#lanes.get(address);
    if (lane === undefined) return;
    lane.account = this.#chain.account(address);
    const next = lane.account.sequence;
    for (const entry of [...lane.entries]) {
      const ahead = entry.payment.sequence - next;
      if (ahead < 0 || ahead >= ACCOUNT_PAYMENTS_MAX) this.#remove(entry);
    }
    if (lane.entries.length > 0) this.#rank(lane);
  }

  #remove(entry: Entry): void {
    this.#unplace(entry);
    this.#byId.delete(entry.payment.id);
  }

  #place(entry: Entry): void {
    const { from, sequence, bytes } = entry.payment;
    const lane = this.#laneOf(from);
    const after = lane.entries.findIndex(({ payment }) => payment.sequence > sequence);
    lane.entries.splice(after < 0 ? lane.entries.length : after, 0, entry);
    this.#lanes.set(from, lane);
    this.#count++;
    this.#byteLength += bytes.length;
    this.#rank(lane);
  }

  #unplace(entry: Entry): void {
    const { from, bytes } = entry.payment;
    const lane = this.#laneOf(from);
    const index = lane.entries.indexOf(entry);
    assert(index >= 0);
    lane.entries.splice(index, 1);
    this.#count--;
    this.#byteLength -= bytes.length;
    if (lane.entries.length > 0) this.#rank(lane);
    else this.#lanes.delete(from);
  }

  /** Enters the last of an account, after each change of the account, in the order of eviction. */
  #rank(lane: Lane): void {
    const entry = lane.entries.at(-1)!;
    lane.isStuck = reasonIn(lane, entry.payment).kind !== 'ready';
    this.#ranks.push({ entry, isStuck: lane.isStuck });
    if (this.#ranks.size <= STALE_RANKS_MIN + STALE_RANKS_FACTOR * this.#lanes.size) return;
    this.#ranks = new Heap<Rank>(goesBefore);
    for (const { entries, isStuck } of this.#lanes.values()) {
      this.#ranks.push({ entry: entries.at(-1)!, isStuck });
    }
  }

  /** Which payment has to go first; there is one. Only last ones, so that no gap is torn. */
  #worst(): Rank {
    for (;;) {
      const rank = this.#ranks.peek();
      assert(rank !== undefined, 'each account is ranked');
      const lane = this.#lanes.get(rank.entry.payment.from);
      if (lane?.entries.at(-1) === rank.entry && lane.isStuck === rank.isStuck) return rank;
      this.#ranks.pop();
    }
  }

  /** The account's lane, or an empty one that is in no map yet. */
  #laneOf(address: Address): Lane {
    const lane = this.#lanes.get(address);
    return lane ?? { account: this.#chain.account(address), entries: [], isStuck: false };
  }
}

function isOverfull(count: number, byteLength: number): boolean {
  return count > MEMPOOL_PAYMENTS_MAX || byteLength > MEMPOOL_BYTES_MAX;
}

/** The order of selection: highest fee rate first, then first come. */
function isPreferred(a: Candidate, b: Candidate): boolean {
  const byRate = compareFeeRates(a.entry, b.entry);
  return byRate !== 0 ? byRate > 0 : a.entry.arrival < b.entry.arrival;
}

/** The accounts that a change of the chain may have changed. */
function touchedBy({ disconnected, connected }: ChainChange): ReadonlySet<Address> {
  const touched = new Set<Address>();
  for (const { transactions } of [...disconnected, ...connected]) {
    for (const transaction of transactions) {
      touched.add(transaction.to);
      if (transaction.type === 'payment') touched.add(transaction.from);
    }
  }
  return touched;
}
