/**
 * What came to an address and went from it, as the main chain says.
 *
 * Owns: reading the history index into entries, newest first.
 * Does not own: the index (`consensus/history.ts`), payments that are not in a block
 * (`payments.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { receivedBy, spentBy } from '../consensus/history.ts';
import type { Position } from '../consensus/place.ts';
import type { Address, Amount, Block, TransactionId } from '../consensus/types.ts';
import { assert } from '../lib/assert.ts';
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

/** The newest `countMax` entries of an address. Throws as the store does. */
export function historyOf(chain: Chain, address: Address, countMax: number): HistoryEntry[] {
  const { records } = chain;
  const positions = newest([spentBy(records, address), receivedBy(records, address)], countMax);
  let block: Block | undefined;
  return positions.map(({ height, index }) => {
    if (block?.header.height !== height) {
      const node = chain.headerAt(height);
      block = node === undefined ? undefined : chain.block(node.id);
    }
    assert(block !== undefined, 'the index names a block that is not there');
    return entryOf(block, index, address);
  });
}

/** Merges lists that are newest first; what stands in two of them is taken once. */
function newest(lists: readonly Iterable<Position>[], countMax: number): Position[] {
  const found = new Map<string, Position>();
  for (const list of lists) {
    let count = 0;
    for (const position of list) {
      if (count++ >= countMax) break;
      found.set(`${position.height} ${position.index}`, position);
    }
  }
  return [...found.values()]
    .sort((a, b) => b.height - a.height || b.index - a.index)
    .slice(0, countMax);
}

function entryOf(block: Block, index: number, address: Address): HistoryEntry {
  const transaction = block.transactions[index];
  assert(transaction !== undefined, 'the index names a transaction that is not there');
  const { id, to, amount } = transaction;
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
