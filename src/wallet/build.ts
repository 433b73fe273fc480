/**
 * Makes payments: the next sequence, what the payer can afford, and the signature.
 *
 * Owns: refusing before signing what the network would refuse anyway, with the same codes.
 * Does not own: saving (`payments.ts`) and sending; keys, which only a `Signer` sees.
 */
import type { Chain } from '../consensus/chain.ts';
import { checkPayment } from '../consensus/checks.ts';
import { addressOf, makePayment, signingBytes } from '../consensus/encoding.ts';
import { reject } from '../consensus/rejection.ts';
import type { Rejection } from '../consensus/rejection.ts';
import type {
  Address, Amount, Digest, Payment, PaymentTerms, TransactionId,
} from '../consensus/types.ts';
import { ACCOUNT_PAYMENTS_MAX, replacementFeeMin } from '../consensus/waiting.ts';
import type { Signer, Store, UnixMs } from '../ports.ts';
import { costOf, paymentStatus, pendingByPayer } from './payments.ts';

export interface PaymentRequest {
  readonly chain: Chain;
  readonly store: Store;
  readonly signer: Signer;
  readonly to: Address;
  readonly amount: Amount;
  readonly fee: Amount;
  /** Becomes the payment's time. */
  readonly now: UnixMs;
  /** The pending payment of the same payer whose place the new one takes. */
  readonly replace?: Payment;
}

/**
 * A signed payment, not yet saved; or `bad-amount`, `amount-overflow`, `bad-key`,
 * `too-many-pending`, `insufficient-funds` (details: cost, available, balance, pending, height),
 * and for a replacement `sequence-used` (the old one is no longer pending) or `fee-too-low` (got,
 * expected).
 */
export function buildPayment(request: PaymentRequest): Payment | Rejection {
  const { chain, signer } = request;
  const from = addressOf(signer.key);
  const sequence = sequenceFor(request, from);
  if (typeof sequence !== 'number') return sequence;
  const terms: PaymentTerms = {
    key: signer.key,
    to: request.to,
    amount: request.amount,
    fee: request.fee,
    sequence,
    time: request.now,
  };
  const rejection = checkTerms(terms, from) ?? checkFunds(request, from);
  if (rejection !== undefined) return rejection;
  return makePayment(terms, signer.sign(signingBytes(terms, chain.networkId)), chain.networkId);
}

/** The place of the replaced payment, or the first that no payment has taken. */
function sequenceFor(request: PaymentRequest, from: Address): number | Rejection {
  const { chain, store, replace } = request;
  if (replace !== undefined) return checkReplacement(request, replace, from) ?? replace.sequence;
  const pending = pendingByPayer(chain, store).get(from) ?? [];
  const taken = pending.map((saved) => saved.payment.sequence);
  if (taken.length >= ACCOUNT_PAYMENTS_MAX) {
    return reject('too-many-pending', { pending: taken.length, max: ACCOUNT_PAYMENTS_MAX });
  }
  let { sequence } = chain.account(from);
  while (taken.includes(sequence)) sequence++;
  return sequence;
}

function checkReplacement(
  request: PaymentRequest,
  replaced: Payment,
  from: Address,
): Rejection | undefined {
  if (replaced.from !== from) return reject('bad-key', { payer: replaced.from, signer: from });
  const status = paymentStatus(request.chain, request.store, replaced);
  if (status.kind !== 'pending') {
    return reject('sequence-used', { sequence: replaced.sequence, status: status.kind });
  }
  const expected = replacementFeeMin(replaced.fee);
  return request.fee < expected ? reject('fee-too-low', { got: request.fee, expected }) : undefined;
}

/** The rules for payments look at nothing that a signature changes, so they come before it. */
function checkTerms(terms: PaymentTerms, from: Address): Rejection | undefined {
  const nothing = new Uint8Array(0);
  const [id, digest] = ['' as TransactionId, '' as Digest];
  return checkPayment({
    ...terms, type: 'payment', from, id, digest, signature: nothing, bytes: nothing,
  });
}

function checkFunds(request: PaymentRequest, from: Address): Rejection | undefined {
  const { chain, store, replace } = request;
  const { balance } = chain.account(from);
  let pending = 0n;
  for (const { payment } of pendingByPayer(chain, store).get(from) ?? []) {
    if (payment.id !== replace?.id) pending += costOf(payment);
  }
  const cost = request.amount + request.fee;
  const available = balance - pending;
  if (cost <= available) return undefined;
  const { height } = chain.tip.header;
  return reject('insufficient-funds', { cost, available, balance, pending, height });
}
