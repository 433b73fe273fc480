/**
 * An address as JSON: what it has, and what came and went, with the balance after each.
 *
 * Owns: paging through a history, and counting balances back from the present one.
 * Does not own: the history (`wallet/history.ts`).
 */
import type { Chain } from '../../consensus/chain.ts';
import { AMOUNT_MAX } from '../../consensus/types.ts';
import type { Address as ChainAddress } from '../../consensus/types.ts';
import { formatCoins, formatPending } from '../../wallet/amount.ts';
import { historyFrom } from '../../wallet/history.ts';
import type { HistoryStart } from '../../wallet/history.ts';
import { costOf } from '../../wallet/payments.ts';
import type { Address, HistoryEntry } from '../schema/chain.ts';
import type { Page } from '../schema/common.ts';
import type { ApiSource } from '../source.ts';
import { badCursor } from './json.ts';
import type { ListRequest } from './json.ts';
import { isUsed } from './lookup.ts';

export function addressJson(source: ApiSource, address: ChainAddress): Address {
  const { balance, sequence } = source.chain.account(address);
  return {
    address,
    balance: formatCoins(balance),
    pending: formatPending(pendingOf(source, address)),
    sequence,
    is_known: isUsed(source.chain, address),
  };
}

/** What the payments that wait at this node would change. */
function pendingOf({ node }: ApiSource, address: ChainAddress): bigint {
  let change = 0n;
  for (const payment of node?.view.mempool.payments() ?? []) {
    if (payment.from === address) change -= costOf(payment);
    if (payment.to === address) change += payment.amount;
  }
  return change;
}

/** Newest first. Throws a `ProblemError` for a cursor of another list. */
export function addressHistory(
  { chain }: ApiSource, address: ChainAddress, request: ListRequest,
): Page<HistoryEntry> {
  const account = chain.account(address);
  const start = request.cursor === undefined ? account : startOf(chain, request.cursor);
  let { balance } = start;
  const { entries, next } = historyFrom(chain, address, start, request.limit);
  const items = entries.map((entry): HistoryEntry => {
    const after = balance;
    balance -= entry.change;
    if (balance < 0n || after > AMOUNT_MAX) throw badCursor();
    return {
      id: entry.id, kind: entry.kind, height: entry.height, time_ms: entry.time,
      change: formatPending(entry.change), fee: formatCoins(entry.fee),
      other: entry.other ?? null, balance: formatCoins(after),
    };
  });
  const last = entries.at(-1);
  if (next === undefined || last === undefined) return { items, next: null };
  const seal = chain.headerAt(last.height)?.id.slice(0, SEAL_DIGITS) ?? '';
  return {
    items, next: `${next.spentAt}.${next.receivedAt}.${balance}.${last.height}.${seal}`,
  };
}

/**
 * A cursor is where the two lists of the history go on, the balance before that, and the block of
 * the last entry: as long as that is in the main chain, so is all before it.
 */
const CURSOR = /^(\d{1,15})\.(\d{1,15})\.(\d{1,19})\.(\d{1,10})\.([0-9a-f]{12})$/;
const SEAL_DIGITS = 12;

function startOf(chain: Chain, cursor: string): HistoryStart & { readonly balance: bigint } {
  const match = CURSOR.exec(cursor);
  if (match === null) throw badCursor();
  const [, spentAt, receivedAt, balance, height, seal] = match;
  if (chain.headerAt(Number(height))?.id.startsWith(seal!) !== true) throw badCursor();
  return { spentAt: Number(spentAt), receivedAt: Number(receivedAt), balance: BigInt(balance!) };
}
