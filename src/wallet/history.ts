/**
 * What came to an address and went from it, as the main chain says.
 *
 * Owns: reading the history index into entries, newest first.
 * Does not own: the index (`consensus/history.ts`), payments that are not in a block
 * (`payments.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { receivedBy, spentBy } from '../consensus/history.ts';
import { placeOf, positionOf } from '../consensus/place.ts';
import type { Position } from '../consensus/place.ts';
import type { Address, Amount, Block, Place, TransactionId } from '../consensus/types.ts';
import type { UnixMs } from '../ports.ts';

/** One transaction, seen from one address. */
export interface HistoryEntry {
  readonly kind: 'reward' | 'received' | 'sent' | 'to itself';
  readonly id: TransactionId;
  readonly height: number;
  /** Of the block, as its miner stamped it. */
  readonly time: UnixMs;
  /** What it changed: below zero, the fee with it, when it was sent. */
  readonly change: Amount;
  readonly fee: Amount;
  /** The other side; undefined for a reward. */
  readonly other: Address | undefined;
}

/** Where a history goes on: a place in each of the address's two lists, 0 at the end of one. */
export interface HistoryStart {
  readonly spentAt: Place;
  readonly receivedAt: Place;
}

/** The newest `countMax` entries of an address. Throws as the store does. */
export function historyOf(chain: Chain, address: Address, countMax: number): HistoryEntry[] {
  return historyFrom(chain, address, chain.account(address), countMax).entries;
}

/**
 * Entries from a start on, newest first, and where the rest begins. A start that is of no list of
 * this address, or was before a reorganisation, ends the history; nothing of others is shown.
 */
export function historyFrom(
  chain: Chain, address: Address, start: HistoryStart, countMax: number,
): { readonly entries: HistoryEntry[]; readonly next: HistoryStart | undefined } {
  const spent = firstOf(spentBy(chain, address, start.spentAt), countMax + 1);
  const received = firstOf(receivedBy(chain, address, start.receivedAt), countMax + 1);
  // A payment to oneself stands in both lists.
  const places = [...new Set([...spent, ...received])].sort((a, b) => b - a).slice(0, countMax);
  const entries: HistoryEntry[] = [];
  let block: Block | undefined;
  for (const place of places) {
    const { height, index } = positionOf(place);
    if (block?.header.height !== height) {
      const node = chain.headerAt(height);
      block = node === undefined ? undefined : chain.block(node.id);
    }
    const entry = block && entryOf(block, index, address);
    if (entry === undefined) return { entries, next: undefined };
    entries.push(entry);
  }
  const last = places.at(-1) ?? 0;
  const rest = (list: readonly Place[]): Place => list.find((place) => place < last) ?? 0;
  const next = { spentAt: rest(spent), receivedAt: rest(received) };
  return { entries, next: next.spentAt + next.receivedAt > 0 ? next : undefined };
}

function firstOf(list: Iterable<Position>, countMax: number): Place[] {
  const places: Place[] = [];
  for (const position of list) {
    places.push(placeOf(position));
    if (places.length >= countMax) break;
  }
  return places;
}

/** Undefined when there is no such transaction of this address. */
function entryOf(block: Block, index: number, address: Address): HistoryEntry | undefined {
  const transaction = block.transactions[index];
  if (transaction === undefined) return undefined;
  const { id, to, amount } = transaction;
  const isPayer = transaction.type === 'payment' && transaction.from === address;
  if (to !== address && !isPayer) return undefined;
  const { height, time } = block.header;
  const common = { id, height, time };
  if (transaction.type === 'reward') {
    return { ...common, kind: 'reward', change: amount, fee: 0n, other: undefined };
  }
  const { from, fee } = transaction;
  if (from !== address) return { ...common, kind: 'received', change: amount, fee, other: from };
  const kind = to === address ? 'to itself' : 'sent';
  const change = kind === 'sent' ? -amount - fee : -fee;
  return { ...common, kind, change, fee, other: to };
}
