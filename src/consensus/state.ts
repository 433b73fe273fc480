/**
 * The rules that need accounts: who has what, and how a block changes it.
 *
 * Owns (consensus): a payment's signature is good, its sequence is the payer's next one, and the
 * payer can afford it, payments of the same block before it counted; the reward is credited last.
 * And the inverse: taking a block back.
 * Does not own: where accounts are kept; a `StateView` is an overlay on a reader.
 */
import { assert } from '../lib/assert.ts';
import { placeOf } from './place.ts';
import { reject } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import type { Signatures } from './signatures.ts';
import { AMOUNT_MAX, EMPTY_ACCOUNT } from './types.ts';
import type {
  Account, AccountRecord, Address, Amount, Block, Payment, Place,
} from './types.ts';

/**
 * What connecting a block leaves to be remembered, for each of its transactions: where the payer's
 * payment before it is, and the receiver's receipt. With the block it is enough to take it back.
 */
export type Trail = readonly (readonly [spentAt: Place, receivedAt: Place])[];

/**
 * Accounts with changes that nobody else sees: dropped when a block fails, written when it holds.
 */
export class StateView {
  readonly #base: (address: Address) => AccountRecord;
  readonly #changed = new Map<Address, AccountRecord>();

  constructor(base: (address: Address) => AccountRecord) {
    this.#base = base;
  }

  account(address: Address): AccountRecord {
    return this.#changed.get(address) ?? this.#base(address);
  }

  set(address: Address, account: AccountRecord): void {
    this.#changed.set(address, account);
  }

  get changes(): ReadonlyMap<Address, AccountRecord> {
    return this.#changed;
  }
}

/**
 * Rejects with `bad-sequence` or `insufficient-funds` when the payment cannot be next; changes
 * nothing. The signature is not looked at.
 */
export function checkSpend(payment: Payment, account: Account): Rejection | undefined {
  if (payment.sequence !== account.sequence) {
    return reject('bad-sequence', { got: payment.sequence, expected: account.sequence });
  }
  const cost = payment.amount + payment.fee;
  if (cost > account.balance) {
    return reject('insufficient-funds', { cost, balance: account.balance });
  }
  return undefined;
}

/**
 * Moves the money of a payment that passed `checkSpend`. Debit before credit, on fresh reads, so
 * that paying oneself changes only the fee. `at` is where the payment is, 0 while it is nowhere.
 */
export function applyPayment(view: StateView, payment: Payment, at: Place = 0): void {
  const payer = view.account(payment.from);
  view.set(payment.from, {
    balance: payer.balance - payment.amount - payment.fee,
    sequence: payer.sequence + 1,
    spentAt: at,
    receivedAt: payer.receivedAt,
  });
  credit(view, payment, at);
}

function credit(
  view: StateView,
  { to, amount }: { readonly to: Address; readonly amount: Amount },
  at: Place,
): void {
  const { balance, sequence, spentAt } = view.account(to);
  // All money is at most 2^63 - 1 (`checkSupply`), so no balance is more.
  assert(balance + amount <= AMOUNT_MAX, 'a balance is above all money');
  view.set(to, { balance: balance + amount, sequence, spentAt, receivedAt: at });
}

/**
 * Applies a block that passed `checkBody`. On a rejection (`bad-sequence`, `insufficient-funds`,
 * `bad-signature`, with the payment's index) the view is half changed and must be dropped.
 */
export function connectBlock(
  view: StateView,
  block: Block,
  signatures: Signatures,
): Trail | Rejection {
  const trail: [Place, Place][] = [];
  const { transactions } = block;
  for (let index = 0; index < transactions.length; index++) {
    const transaction = transactions[index]!;
    const at = placeOf({ height: block.header.height, index });
    const { receivedAt } = view.account(transaction.to);
    if (transaction.type === 'reward') {
      trail.push([0, receivedAt]);
      credit(view, transaction, at);
      continue;
    }
    const payer = view.account(transaction.from);
    trail.push([payer.spentAt, receivedAt]);
    const rejection = checkSpend(transaction, payer);
    if (rejection !== undefined) return reject(rejection.code, { ...rejection.details, index });
    if (!signatures.isValid(transaction)) return reject('bad-signature', { index });
    applyPayment(view, transaction, at);
  }
  return trail;
}

/**
 * Takes back a block that was connected with this trail, the last one connected: each step of
 * `connectBlock` in the reverse order.
 */
export function disconnectBlock(view: StateView, { transactions }: Block, trail: Trail): void {
  assert(trail.length === transactions.length);
  for (let index = transactions.length - 1; index >= 0; index--) {
    const transaction = transactions[index]!;
    const { to, amount } = transaction;
    const [spentAt, receivedAt] = trail[index]!;
    const receiver = view.account(to);
    view.set(to, { ...receiver, balance: receiver.balance - amount, receivedAt });
    if (transaction.type === 'reward') continue;
    const payer = view.account(transaction.from);
    view.set(transaction.from, {
      balance: payer.balance + amount + transaction.fee,
      sequence: payer.sequence - 1,
      spentAt,
      receivedAt: payer.receivedAt,
    });
  }
}

/** Whether an account is as if it had never been: not worth a record. */
export function isEmptyAccount(account: AccountRecord): boolean {
  const { balance, sequence, receivedAt } = account;
  // Who has made a payment has a sequence; who was paid nothing, a reward of nothing, has a place.
  return balance === EMPTY_ACCOUNT.balance && sequence === EMPTY_ACCOUNT.sequence
    && receivedAt === EMPTY_ACCOUNT.receivedAt;
}
