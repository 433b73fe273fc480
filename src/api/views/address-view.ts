/**
 * An address as JSON: what it has, and what came and went, with the balance after each.
 *
 * Owns: paging through a history, and counting balances back from the present one.
 * Does not own: the history (`wallet/history.ts`).
 */
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
  const start = request.cursor === undefined ? account : startOf(request.cursor);
  let { balance } = start;
  const { entries, next } = historyFrom(chain, address, start, request.limit);
  const items = entries.map((entry): HistoryEntry => {
    const after = balance;
    balance -= entry.change;
    return {
      id: entry.id, kind: entry.kind, height: entry.height, time_ms: entry.time,
      change: formatPending(entry.change), fee: formatCoins(entry.fee),
      other: entry.other ?? null, balance: formatCoins(after),
    };
  });
  return {
    items,
    next: next === undefined ? null
      : `${next.spentAt}.${next.receivedAt}.${balance}`,
  };
}

/** A cursor is where the two lists of the history go on, and the balance before that. */
function startOf(cursor: string): HistoryStart & { readonly balance: bigint } {
  const match = /^(\d{1,15})\.(\d{1,15})\.(\d{1,19})$/.exec(cursor);
  if (match === null) throw badCursor();
  const [, spentAt, receivedAt, balance] = match;
  return { spentAt: Number(spentAt), receivedAt: Number(receivedAt), balance: BigInt(balance!) };
}
