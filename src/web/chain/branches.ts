/**
 * Two blocks compared: where their chains part, and which payments are in one alone. Pure but for
 * `find`, which may have to ask the node.
 */
import type { TreeBlock } from '../../api/schema/chain.ts';

/** (policy) Blocks of a branch that are looked at. */
export const BRANCH_MAX = 60;

export type ChainLink = Pick<TreeBlock, 'id' | 'height' | 'previous_id' | 'tag'>;

export interface Parting {
  /** The last block that both have; undefined when it is further back than is looked. */
  readonly fork: ChainLink | undefined;
  /** Newest first. */
  readonly onlyA: readonly ChainLink[];
  readonly onlyB: readonly ChainLink[];
}

/** Goes back from both, the higher first, until they meet. */
export async function partingOf(
  a: ChainLink, b: ChainLink, find: (id: string) => Promise<ChainLink | undefined>,
): Promise<Parting> {
  const onlyA: ChainLink[] = [];
  const onlyB: ChainLink[] = [];
  let [atA, atB]: (ChainLink | undefined)[] = [a, b];
  while (atA !== undefined && atB !== undefined && atA.id !== atB.id) {
    const isFar = Math.max(onlyA.length, onlyB.length) >= BRANCH_MAX;
    if (isFar) return { fork: undefined, onlyA, onlyB };
    const isBHigher: boolean = atB.height > atA.height;
    const isAHigher: boolean = atA.height > atB.height;
    if (!isBHigher) {
      onlyA.push(atA);
      atA = await find(atA.previous_id);
    }
    if (!isAHigher) {
      onlyB.push(atB);
      atB = await find(atB.previous_id);
    }
  }
  return { fork: atA === undefined || atB === undefined ? undefined : atA, onlyA, onlyB };
}
