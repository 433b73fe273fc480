/**
 * What changed in a chain that another process writes, told as its node would tell it.
 *
 * Owns: finding the blocks between two tips.
 * Does not own: when to look (`followed-store.ts`).
 */
import type { Chain } from '../../consensus/chain.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { ChainChange } from '../../consensus/reorg.ts';
import type { Block } from '../../consensus/types.ts';

/** (policy) Blocks of either side of a change; of a greater one, nothing is told. */
export const STEP_BLOCKS_MAX = 100;

/**
 * The way from a tip of before, whose blocks are still stored, to the present one; undefined when
 * it is the same or too far away.
 */
export function stepsSince(chain: Chain, before: HeaderNode): ChainChange | undefined {
  const { tip } = chain;
  if (tip.id === before.id) return undefined;
  const disconnected: Block[] = [];
  let node: HeaderNode = before;
  while (!chain.isMain(node)) {
    const [block, parent] = [chain.block(node.id), chain.parentOf(node.header)];
    if (block === undefined || parent === undefined) return undefined;
    if (disconnected.length === STEP_BLOCKS_MAX) return undefined;
    disconnected.push(block);
    node = parent;
  }
  const count = tip.header.height - node.header.height;
  if (count < 1 || count > STEP_BLOCKS_MAX) return undefined;
  const connected: Block[] = [];
  for (let height = node.header.height + 1; height <= tip.header.height; height++) {
    const at = chain.headerAt(height);
    const block = at && chain.block(at.id);
    if (block === undefined) return undefined;
    connected.push(block);
  }
  return { disconnected, connected, tip };
}
