/**
 * From what somebody typed to the thing: blocks, transactions, addresses.
 *
 * Owns: heights, ids, beginnings of ids, and the words when nothing or too much is found.
 */
import type { Chain } from '../../consensus/chain.ts';
import { findTransaction } from '../../consensus/history.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { Address, BlockId, Transaction, TransactionId } from '../../consensus/types.ts';
import {
  ID_PREFIX_MIN, matchBlocks, matchTransactions, readPayment,
} from '../../wallet/payments.ts';
import { ProblemError } from '../problem.ts';
import type { ApiSource } from '../source.ts';

const HEIGHT = /^(0|[1-9]\d{0,14})$/;
const ID_START = /^[0-9a-f]{6,64}$/;
const ADDRESS = /^[0-9a-f]{64}$/;
const ID_DIGITS = 64;

/** The block of a height, an id, the beginning of one, or `tip`. Throws a `ProblemError`. */
export function requireBlock(source: ApiSource, text: string): HeaderNode {
  const { chain } = source;
  const found = findBlocks(source, text);
  if (found.length > 1) throw ambiguous('block', text);
  if (found[0] !== undefined) return found[0];
  const { height } = chain.tip.header;
  if (HEIGHT.test(text) && text.length < ID_PREFIX_MIN) {
    throw new ProblemError({
      status: 404, code: 'no-such-block',
      detail: `There is no block ${text} yet: the blockchain ends at ${height}.`,
    });
  }
  throw new ProblemError({
    status: 404, code: 'no-such-block', detail: 'No block here has this height or id.',
    next: `a block is its height, 0 to ${height}, or at least 6 digits of its id`,
  });
}

/** At most two. */
export function findBlocks({ chain, store }: ApiSource, text: string): HeaderNode[] {
  if (text === 'tip') return [chain.tip];
  const atHeight = HEIGHT.test(text) ? chain.headerAt(Number(text)) : undefined;
  if (atHeight !== undefined) return [atHeight];
  const prefix = text.toLowerCase();
  if (!ID_START.test(prefix)) return [];
  // A whole id is found among blocks that are not written yet, too.
  const whole = prefix.length === ID_DIGITS ? chain.header(prefix as BlockId) : undefined;
  if (whole !== undefined) return [whole];
  const ids: BlockId[] = [];
  for (const id of matchBlocks(store, prefix)) {
    ids.push(id);
    if (ids.length > 1) break;
  }
  return ids.flatMap((id) => chain.header(id) ?? []);
}

/** A transaction, wherever it is. */
export interface FoundTransaction {
  readonly transaction: Transaction;
  /** Where it is in the main chain. */
  readonly height: number | undefined;
}

/** The transaction with this id, or the beginning of one. Throws a `ProblemError`. */
export function requireTransaction(source: ApiSource, text: string): FoundTransaction {
  const ids = findTransactionIds(source, text);
  if (ids.length > 1) throw ambiguous('payment', text);
  const found = ids[0] === undefined ? undefined : transactionOf(source, ids[0]);
  if (found !== undefined) return found;
  throw new ProblemError({
    status: 404, code: 'no-such-payment',
    detail: 'No payment here has this id: it is not in the blockchain and does not wait here.',
    next: 'if it is new, look again in a moment',
  });
}

/** At most two. */
export function findTransactionIds(
  { chain, store, node }: ApiSource, text: string,
): readonly TransactionId[] {
  const prefix = text.toLowerCase();
  if (!ID_START.test(prefix)) return [];
  // A whole id is found in blocks that are not written yet, too: whoever hears of one asks at once.
  const isWhole = prefix.length === ID_DIGITS;
  if (isWhole && findTransaction(chain.records, prefix as TransactionId) !== undefined) {
    return [prefix as TransactionId];
  }
  const ids = new Set(matchTransactions(store, prefix));
  for (const { id } of node?.view.mempool.payments() ?? []) {
    if (ids.size > 1) break;
    if (id.startsWith(prefix)) ids.add(id);
  }
  return [...ids];
}

function transactionOf(
  { chain, store, node }: ApiSource, id: TransactionId,
): FoundTransaction | undefined {
  const position = findTransaction(chain.records, id);
  if (position !== undefined) {
    const { height, index } = position;
    const header = chain.headerAt(height);
    const transaction = header && chain.block(header.id)?.transactions[index];
    if (transaction !== undefined) return { transaction, height };
  }
  const payment = node?.view.mempool.get(id) ?? readPayment(store, chain.networkId, id)?.payment;
  return payment && { transaction: payment, height: undefined };
}

/** The address that these 64 digits are. */
export function addressIn(text: string): Address | undefined {
  const address = text.toLowerCase();
  return ADDRESS.test(address) ? address as Address : undefined;
}

/** Throws a `ProblemError`. */
export function requireAddress(text: string): Address {
  const address = addressIn(text);
  if (address !== undefined) return address;
  throw new ProblemError({
    status: 400, code: 'bad-address', detail: 'An address has 64 hexadecimal digits.',
  });
}

/** Whether the chain ever saw the address. */
export function isUsed(chain: Chain, address: Address): boolean {
  const { balance, sequence, receivedAt } = chain.account(address);
  return balance > 0n || sequence > 0 || receivedAt > 0;
}

function ambiguous(what: 'block' | 'payment', text: string): ProblemError {
  return new ProblemError({
    status: 409, code: 'ambiguous', detail: `More than one ${what} begins with ${text}.`,
    next: 'give more digits',
  });
}
