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

export interface ChainMemory extends HeaderMemory {
  readonly accountsMax?: number;
  readonly tipWrites?: TipWrites;
  readonly blocks?: ReadBlocks;
}
