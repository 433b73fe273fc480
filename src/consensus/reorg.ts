/**
 * A change of the tip, prepared on an overlay: blocks taken back to the fork, blocks connected up
 * to the new tip, and every record that this changes, as one list of writes.
 *
 * Owns: that preparation; it reads, and changes nothing.
 * Does not own: deciding for it (`chain.ts`).
 */
import { assert } from '../lib/assert.ts';
import { WriteOverlay } from '../lib/write-buffer.ts';
import type { Write } from '../ports.ts';
import { blockWrites, headerRemoval, headerWrite } from './header-records.ts';
import { forgetWrites, historyWrites, readTrail } from './history.ts';
import type { ChainParams } from './params.ts';
import { blockAt } from './records.ts';
import type { HeaderNode, RecordReader } from './records.ts';
import { isRejection } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import type { Signatures } from './signatures.ts';
import { connectBlock, disconnectBlock, StateView } from './state.ts';
import type { AccountRecord, Address, Block, BlockId } from './types.ts';

/** What a new tip changed: `connected` oldest first, `disconnected` newest first. */
export interface ChainChange {
  readonly disconnected: readonly Block[];
  readonly connected: readonly Block[];
  readonly tip: HeaderNode;
}

/** The block that broke a rule, and the rule. */
export interface Refused {
  readonly rejection: Rejection;
  readonly blockId: BlockId;
}

/** What of the chain the preparation reads, as of the present tip. */
export interface ReorgParts {
  readonly params: ChainParams;
  readonly signatures: Signatures;
  readonly tip: HeaderNode;
  account(address: Address): AccountRecord;
  header(block: Block): HeaderNode | undefined;
  blockAt(height: number): Block;
  readonly records: RecordReader;
}

/**
 * The way to the new tip: blocks that follow `fork`, a block of the main chain; `node` is the
 * last's.
 */
export interface Branch {
  readonly fork: HeaderNode;
  readonly connected: readonly Block[];
  readonly node: HeaderNode;
}

/** A change of the tip that may be made. */
export interface StagedReorg {
  readonly change: ChainChange;
  /** All that it changes in the store but accounts, and which block is the tip. */
  readonly writes: readonly Write[];
  /** All accounts that it touches, as they are afterwards. */
  readonly accounts: ReadonlyMap<Address, AccountRecord>;
}

/** The change and its writes, or the first block of the branch that is refused. */
export function stageReorg(
  parts: ReorgParts,
  { fork, connected, node }: Branch,
): StagedReorg | Refused {
  const view = new StateView((address) => parts.account(address));
  const disconnected: Block[] = [];
  const writes: Write[] = [];
  for (let { height } = parts.tip.header; height > fork.header.height; height--) {
    const block = parts.blockAt(height);
    disconnectBlock(view, block, readTrail(parts.records, height));
    disconnected.push(block);
    writes.push(...forgetWrites(parts.records, block));
    writes.push(headerRemoval(blockAt(block), 'main'));
    writes.push(headerWrite(parts.header(block)!, 'beside'));
  }
  // What the index of the blocks before says is needed for that of the blocks after them.
  const index = new WriteOverlay(parts.records);
  for (const block of connected) {
    const trail = connectBlock(view, block, parts.signatures);
    if (isRejection(trail)) return { rejection: trail, blockId: block.id };
    const valid = { ...(parts.header(block) ?? node), status: 'valid' } as const;
    // All but the last were beside the main chain.
    if (block.id !== node.id) writes.push(headerRemoval(blockAt(block), 'beside'));
    writes.push(...blockWrites(block, valid, 'main'), ...historyWrites(index, block, trail));
  }
  assertMoney(parts, view, connected.length - disconnected.length);
  const tip: HeaderNode = { ...node, status: 'valid' };
  return { change: { disconnected, connected, tip }, writes, accounts: view.changes };
}

/** The sum of all balances is the block reward times the height, before and after. */
function assertMoney(parts: ReorgParts, view: StateView, heightGain: number): void {
  let gain = 0n;
  for (const [address, { balance }] of view.changes) {
    gain += balance - parts.account(address).balance;
  }
  assert(gain === parts.params.blockReward * BigInt(heightGain), 'money was made or lost');
}
