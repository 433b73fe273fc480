/**
 * A payment as somebody orders it: from words to a signed payment in the store.
 *
 * Owns: the words of refusals, and that two commands at once never sign with the same sequence.
 * Does not own: the rules (`wallet/build.ts`), sending.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Chain } from '../consensus/chain.ts';
import { isRejection } from '../consensus/rejection.ts';
import type { Rejection } from '../consensus/rejection.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import type { Address, Amount, Payment } from '../consensus/types.ts';
import type { LmdbStore } from '../platform/lmdb-store.ts';
import { acquireByHandover, isAcquired } from '../platform/owner-lock.ts';
import type { Signer, Store } from '../ports.ts';
import { AMOUNT_FORM, formatCoins, parseCoins } from '../wallet/amount.ts';
import { buildPayment } from '../wallet/build.ts';
import { readOrder } from '../wallet/orders.ts';
import type { OrderMark } from '../wallet/orders.ts';
import {
  ID_PREFIX_MIN, matchTransactions, readPayment, savePayment,
} from '../wallet/payments.ts';
import type { Config } from './config.ts';
import type { WalletKey } from './keys.ts';
import { dataDirHint } from './reader.ts';
import { EXIT, usageError, UserError } from './user-error.ts';
import { formatAge, shortId } from '../lib/words.ts';

export interface PaymentOrder {
  readonly from: WalletKey;
  readonly to: Address;
  readonly amount: Amount;
  readonly fee: Amount;
  /** The id, or its beginning, of the payment to be replaced. */
  readonly replaces: string | undefined;
  /** What it is asked for under; one that was carried out before gives the same payment again. */
  readonly mark?: OrderMark;
}

/** (policy) Signing takes a moment; who holds the lock so long hangs. */
const SIGNING_MS_MAX = 10_000;

/** The folder in the store's, whose lock is held while a payment is signed and saved. */
const SIGNING_FOLDER = 'signing';

/** Units of an amount that somebody typed. Throws a usage error. */
export function parseAmount(text: string, what: 'amount' | 'fee'): Amount {
  const units = parseCoins(text);
  if (units !== undefined && (units > 0n || what === 'fee')) return units;
  if (units === undefined && /^\d+(\.\d{1,6})?$/.test(text) && !/^0\d/.test(text)) {
    throw usageError(
      `The greatest ${what} is ${formatCoins(AMOUNT_MAX)}.`, 'mvb wallet send --help',
    );
  }
  const wanted = what === 'fee' ? AMOUNT_FORM : `${AMOUNT_FORM}, above 0`;
  throw usageError(`"${text}" is no ${what}: it is ${wanted}.`, 'mvb wallet send --help');
}

/**
 * Signs the payment and saves it; it is on disk when this resolves. Rejects with a `UserError` when
 * a rule says no.
 */
export async function signAndSave(
  order: PaymentOrder, parts: { chain: Chain; store: LmdbStore; signer: Signer; config: Config },
): Promise<Payment> {
  const { chain, store, signer, config } = parts;
  const folder = join(config.storeDir, SIGNING_FOLDER);
  mkdirSync(folder, { recursive: true });
  // Another command that reads the same pending payments would choose the same sequence.
  const lock = await acquireByHandover(folder, 'send', SIGNING_MS_MAX);
  if (!isAcquired(lock)) throw busyError(lock.heldBy.pid);
  try {
    // What the last holder has saved: reads of this turn may still see the moment before.
    store.refresh();
    chain.refresh();
    const before = order.mark && orderedBefore(store, chain, order.mark);
    if (before !== undefined) return before;
    const replace = order.replaces === undefined
      ? undefined : ownPayment(store, chain, order.replaces);
    const payment = buildPayment({
      chain, store, signer, to: order.to, amount: order.amount, fee: order.fee, now: Date.now(),
      ...(replace === undefined ? {} : { replace }),
    });
    if (isRejection(payment)) throw refusal(payment, order, { chain, config });
    savePayment(
      store, { payment, savedAt: Date.now(), keyName: order.from.name }, order.mark,
    );
    await new Promise<void>((resolve, reject) => {
      store.flushed((error) => (error === undefined ? resolve() : reject(error)));
    });
    return payment;
  } finally {
    lock.release();
  }
}

/** The payment made for this order before. Throws a `UserError` if that was another order. */
function orderedBefore(store: Store, chain: Chain, mark: OrderMark): Payment | undefined {
  const before = readOrder(store, mark);
  if (before === undefined) return undefined;
  if (before.isSame) return readPayment(store, chain.networkId, before.id)?.payment;
  throw new UserError({
    exitCode: EXIT.refused,
    code: 'key-used',
    what: `The key of this order was used for payment ${shortId(before.id)}.`,
    next: 'use a new key for a new order',
  });
}

/** The payment of ours that the digits stand for. Throws a `UserError`. */
function ownPayment(store: Store, chain: Chain, text: string): Payment {
  const ids = matchTransactions(store, text.toLowerCase());
  const [id] = ids;
  const saved = id === undefined ? undefined : readPayment(store, chain.networkId, id);
  if (ids.length === 1 && saved !== undefined) return saved.payment;
  throw usageError(
    ids.length > 1 ? `More than one payment begins with ${text}: give more digits.`
      : `"${text}" is no payment of yours.`,
    'mvb wallet history', `A payment is its id, or at least its first ${ID_PREFIX_MIN} digits.`,
  );
}

function busyError(pid: number): UserError {
  return new UserError({
    exitCode: EXIT.timeout,
    code: 'busy',
    what: `Another command is signing a payment here and does not end (pid ${pid}).`,
    next: 'look at that one, then try again',
  });
}

function refusal(
  { code, details }: Rejection, order: PaymentOrder,
  { chain, config }: { chain: Chain; config: Config },
): UserError {
  const { name } = order.from;
  const replaced = shortId(order.replaces ?? '');
  const feeMin = formatCoins(BigInt(details['expected'] ?? 0));
  const hint = dataDirHint(config);
  const refused = (words: { what: string; why?: string; next: string }): UserError =>
    new UserError({ exitCode: EXIT.refused, code, ...words });
  switch (code) {
    case 'insufficient-funds':
      return fundsError(details, order, { chain, hint });
    case 'too-many-pending':
      return refused({
        what: `${name} has ${details['pending']} pending payments already, and that is the most.`,
        next: `wait until some are confirmed: mvb wallet sync${hint}`,
      });
    case 'sequence-used':
      return refused({
        what: `Payment ${replaced} cannot be replaced: it is ${details['status']}.`,
        next: `mvb payment ${replaced}${hint}`,
      });
    case 'fee-too-low':
      return refused({
        what: `The fee must be at least ${feeMin} to replace it.`,
        why: 'Miners take the place of a payment away only for 10 % and one unit more.',
        next: `--fee ${feeMin}`,
      });
    case 'bad-key':
      return refused({
        what: order.replaces === undefined
          ? `The network does not accept the key ${name}.`
          : `Payment ${replaced} was not made by ${name}.`,
        next: `mvb wallet list-addresses${hint}`,
      });
    default:
      return refused({
        what: `The network would refuse this payment (${code}).`,
        next: 'check amount and fee: mvb wallet send --help',
      });
  }
}

function fundsError(
  details: Rejection['details'], order: PaymentOrder,
  { chain, hint }: { chain: Chain; hint: string },
): UserError {
  const coins = (name: string): string => formatCoins(BigInt(details[name] ?? 0));
  const hasPending = BigInt(details['pending'] ?? 0) > 0n;
  const pending = hasPending ? ` (${coins('pending')} of it pending)` : '';
  const { height, time } = chain.tip.header;
  const age = height === 0 ? 'it has no blocks yet'
    : `block ${height}, ${formatAge(Date.now() - time)} old`;
  const fee = order.fee > 0n ? ` and ${formatCoins(order.fee)} fee` : '';
  return new UserError({
    exitCode: EXIT.refused,
    code: 'insufficient-funds',
    what: `Not enough funds: ${order.from.name} has ${coins('balance')}${pending}, `
      + `you want to send ${formatCoins(order.amount)}${fee}.`,
    why: `By the blockchain here: ${age}.`,
    next: height === 0 ? `wait for the first block, or fetch blocks: mvb wallet sync${hint}`
      : `mvb wallet list-addresses${hint}`,
    details: {
      balance: coins('balance'), pending: coins('pending'), available: coins('available'),
      cost: coins('cost'), height,
    },
  });
}
