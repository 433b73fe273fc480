/**
 * What a chain keeps in memory, for who wants less than is usual, or shares it with other chains of
 * one process, as the nodes of a simulation do.
 *
 * Owns: the shape of these options. Does not own: what is usual, which is said where it is kept.
 */
import type { Write } from '../ports.ts';
import type { AccountChanges } from './account-records.ts';
import type { HeaderNode } from './records.ts';
import type { ReadBlocks } from './stored-blocks.ts';
import type { HeaderMemory } from './tree.ts';

/** The writes that say which accounts one `StagedReorg` has changed, and which block its tip is. */
export type TipWrites = WeakMap<AccountChanges | HeaderNode, readonly Write[]>;

/** What of accounts is kept in memory and in deltas, and for how long. */
export interface AccountsPolicy {
  /** Accounts in memory. */
  readonly countMax: number;
  /** Blocks of more bytes in one commit are a download, in which records had better wait. */
  readonly blockBytesMax: number;
  /** So many records are written with a commit of fewer blocks, whatever they cost. */
  readonly recordsMax: number;
  /** Changes in deltas that make a sweep due, at the most: whoever opens the store reads them. */
  readonly deltaChangesMax: number;
  /** The same when few accounts change again and again, at the least. */
  readonly deltaChangesMin: number;
  /** Records that a sweep writes with a commit when there is no download. */
  readonly sweepRecords: number;
}

export interface ChainMemory extends HeaderMemory {
  readonly accounts?: Partial<AccountsPolicy>;
  readonly tipWrites?: TipWrites;
  readonly blocks?: ReadBlocks;
}
