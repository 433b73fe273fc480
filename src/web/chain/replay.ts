/**
 * The tree as it grew: which blocks were there, and which chain was the best, at each moment. Pure.
 *
 * All blocks of a network have the same difficulty, so the highest has the most work; of equals the
 * one that came first stays, as on the node itself.
 */
import type { TreeBlock } from '../../api/schema/chain.ts';

/** Blocks in the order in which they came. */
export function byArrival(blocks: readonly TreeBlock[]): TreeBlock[] {
  return [...blocks].sort((a, b) =>
    arrivalOf(a) - arrivalOf(b) || a.height - b.height || (a.id < b.id ? -1 : 1));
}

/** When this node had it, or, for an older one, when its miner says that it was found. */
export function arrivalOf({ received_at_ms, time_ms }: TreeBlock): number {
  return received_at_ms ?? time_ms;
}

/** The first `count` blocks, standing as they stood when the last of them came. */
export function standingAt(arrived: readonly TreeBlock[], count: number): TreeBlock[] {
  const there = arrived.slice(0, count);
  const byId = new Map(there.map((block) => [block.id, block]));
  const main = new Set<string>();
  let at = there.reduce<TreeBlock | undefined>(
    (best, block) => (best === undefined || block.height > best.height ? block : best), undefined);
  for (; at !== undefined; at = byId.get(at.previous_id)) main.add(at.id);
  return there.map((block) => {
    if (block.standing === 'invalid') return block;
    return { ...block, standing: main.has(block.id) ? 'main' : 'side' };
  });
}
