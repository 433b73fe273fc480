/**
 * The rules that need accounts: who has what, and how a block changes it.
 *
 * Owns (consensus): a payment's signature is good, its sequence is the payer's next one, and the
 * payer can afford it, payments of the same block before it counted; the reward is credited last.
 * And the inverse: taking a block back.
 * Does not own: where accounts are kept; a `StateView` is an overlay on a reader.
 */
import { assert } from '../lib/assert.ts';
import { reject } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import type { Signatures } from './signatures.ts';
import { AMOUNT_MAX, EMPTY_ACCOUNT } from './types.ts';
import type { Account, Address, Amount, Block, Payment } from './types.ts';

/** Accounts as they were before a block, each address once. */
export type Undo = readonly (readonly [Address, Account])[];

/**
 * Accounts with changes that nobody else sees: dropped when a block fails, written when it holds.
 */
export class StateView {
  readonly #base: (address: Address) => Account;
  readonly #changed = new Map<Address, Account>();

  constructor(base: (address: Address) => Account) {
    this.#base = base;
  }

  account(address: Address): Account {
    return this.#changed.get(address) ?? this.#base(address);
  }

  set(address: Address, account: Account): void {
    this.#changed.set(address, account);
  }

  get changes(): ReadonlyMap<Address, Account> {
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
 * that paying oneself changes only the fee.
 */
export function applyPayment(view: StateView, payment: Payment): void {
  const payer = view.account(payment.from);
  view.set(payment.from, {
    balance: payer.balance - payment.amount - payment.fee,
    sequence: payer.sequence + 1,
  });
  credit(view, payment.to, payment.amount);
}

function credit(view: StateView, to: Address, amount: Amount): void {
  const { balance, sequence } = view.account(to);
  // All money is at most 2^63 - 1 (`checkSupply`), so no balance is more.
  assert(balance + amount <= AMOUNT_MAX, 'a balance is above all money');
  view.set(to, { balance: balance + amount, sequence });
}

/**
 * Applies a block that passed `checkBody`. On a rejection (`bad-sequence`, `insufficient-funds`,
 * `bad-signature`, with the payment's index) the view is half changed and must be dropped.
 */
export function connectBlock(
  view: StateView,
  block: Block,
  signatures: Signatures,
): Undo | Rejection {
  const before = new Map<Address, Account>();
  const remember = (address: Address): void => {
    if (!before.has(address)) before.set(address, view.account(address));
  };
  for (const [index, transaction] of block.transactions.entries()) {
    remember(transaction.to);
    if (transaction.type === 'reward') {
      credit(view, transaction.to, transaction.amount);
      continue;
    }
    remember(transaction.from);
    const rejection = checkSpend(transaction, view.account(transaction.from));
    if (rejection !== undefined) return reject(rejection.code, { ...rejection.details, index });
    if (!signatures.isValid(transaction)) return reject('bad-signature', { index });
    applyPayment(view, transaction);
  }
  return [...before];
}

/** Takes back a block that was connected with this undo, the last one connected. */
export function disconnectBlock(view: StateView, undo: Undo): void {
  for (const [address, account] of undo) view.set(address, account);
}

/** Whether an account is as if it had never been: not worth a record. */
export function isEmptyAccount(account: Account): boolean {
  return account.balance === EMPTY_ACCOUNT.balance && account.sequence === EMPTY_ACCOUNT.sequence;
}
