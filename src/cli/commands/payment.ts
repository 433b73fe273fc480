/**
 * `mvb payment <id>`: a payment of yours, or any payment or reward in the blockchain.
 * Owns: finding it by what people type, and printing it.
 * Does not own: what became of it (`wallet/payments.ts`).
 */
import { transactionJson } from '../../api/views/json.ts';
import type { Chain } from '../../consensus/chain.ts';
import { findTransaction } from '../../consensus/history.ts';
import type { Address, Transaction, TransactionId } from '../../consensus/types.ts';
import type { Store } from '../../ports.ts';
import { formatCoins } from '../../wallet/amount.ts';
import {
  ID_PREFIX_MIN, matchTransactions, paymentStatus, readPayment,
} from '../../wallet/payments.ts';
import type { PaymentStatus } from '../../wallet/payments.ts';
import type { CommandContext } from '../context.ts';
import { listKeys, nameOf } from '../keys.ts';
import { openReader } from '../reader.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { counted } from '../../lib/words.ts';
import { formatTime, pairs } from '../words.ts';

export async function run(context: CommandContext): Promise<void> {
  const { config, output } = context;
  const keys = await listKeys(config, output);
  const { chain, store, close } = await openReader(config);
  try {
    const transaction = findOne(chain, store, context.arguments[0]!);
    const status = statusOf(chain, store, transaction);
    const name = (address: Address): string => {
      const known = nameOf(address, keys);
      return known === address ? address : `${address} (${known})`;
    };
    const words = statusWords(status, config.values.confirmation_depth);
    output.result(textOf(transaction, words, name), {
      ...transactionJson(transaction), ...statusJson(status),
    });
  } finally {
    close();
  }
}

/** Throws a `UserError` when there is none, or more than one. */
function findOne(chain: Chain, store: Store, text: string): Transaction {
  const prefix = text.toLowerCase();
  if (!/^[0-9a-f]{6,64}$/.test(prefix)) {
    throw usageError(
      `"${text}" is no payment.`, 'mvb wallet history',
      `A payment is its id, or at least the first ${ID_PREFIX_MIN} digits of it.`,
    );
  }
  const [id, second] = matchTransactions(store, prefix);
  if (second !== undefined) {
    throw usageError(`More than one payment begins with ${text}: give more digits.`);
  }
  const own = id === undefined ? undefined : readPayment(store, chain.networkId, id);
  const found = id === undefined ? undefined : own?.payment ?? confirmedOne(chain, store, id);
  if (found !== undefined) return found;
  throw new UserError({
    exitCode: EXIT.refused,
    code: 'no-such-payment',
    what: `No payment here begins with ${text}.`,
    why: 'Only your own payments are known before they are in a block.',
    next: 'mvb wallet history',
  });
}

function confirmedOne(chain: Chain, store: Store, id: TransactionId): Transaction | undefined {
  const position = findTransaction(store, id);
  const node = position === undefined ? undefined : chain.headerAt(position.height);
  return node === undefined ? undefined : chain.block(node.id)?.transactions[position!.index];
}

function statusOf(chain: Chain, store: Store, transaction: Transaction): PaymentStatus {
  if (transaction.type === 'payment') return paymentStatus(chain, store, transaction);
  const { height } = transaction;
  return { kind: 'confirmed', height, depth: chain.tip.header.height - height + 1 };
}

function statusWords(status: PaymentStatus, finalDepth: number): string {
  switch (status.kind) {
    case 'confirmed': {
      const final = status.depth >= finalDepth
        ? '' : `; final when it is ${finalDepth} deep, until then a fork could undo it`;
      return `in block ${status.height}, ${counted(status.depth, 'block')} deep${final}`;
    }
    case 'superseded':
      return `superseded by ${status.by} in block ${status.height}: it was not paid`;
    case 'replaced':
      return `replaced by your payment ${status.by}`;
    case 'pending':
      if (status.hindrance === 'gap') return 'pending; an earlier payment is missing';
      if (status.hindrance === 'funds') return 'pending; the balance does not cover it';
      return 'pending, not in a block yet';
  }
}

function textOf(
  transaction: Transaction,
  status: string,
  name: (address: Address) => string,
): string {
  const { id, to, amount } = transaction;
  if (transaction.type === 'reward') {
    return pairs([
      ['reward', id], ['status', status], ['to', name(to)], ['amount', formatCoins(amount)],
    ]);
  }
  return pairs([
    ['payment', id],
    ['status', status],
    ['from', name(transaction.from)],
    ['to', name(to)],
    ['amount', formatCoins(amount)],
    ['fee', formatCoins(transaction.fee)],
    ['sequence', String(transaction.sequence)],
    ['made', formatTime(transaction.time)],
  ]);
}

/** With the names of the API; null is what does not apply. */
function statusJson(status: PaymentStatus) {
  return {
    status: status.kind,
    height: 'height' in status ? status.height : null,
    depth: 'depth' in status ? status.depth : null,
    by: 'by' in status ? status.by : null,
    hindrance: status.kind === 'pending' ? status.hindrance ?? null : null,
  };
}
