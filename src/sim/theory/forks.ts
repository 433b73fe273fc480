/**
 * Forks that come of nothing but the time that blocks take to travel.
 *
 * Owns: the fork rate of Decker and Wattenhofer (2013), and the part of stale blocks for a constant
 * delay. Does not own: any simulation.
 */
import { assert } from '../../lib/assert.ts';
import { Chance } from '../random.ts';

/**
 * Decker and Wattenhofer, section 4: the chance that somebody else finds a block before the first
 * one has reached everybody. `blockChancePerSecond` is the network's; `uninformedSeconds` is the
 * integral over all time of the part of the hash power that does not know the block yet.
 */
export function forkChance(blockChancePerSecond: number, uninformedSeconds: number): number {
  assert(blockChancePerSecond >= 0 && blockChancePerSecond < 1 && uninformedSeconds >= 0);
  return -Math.expm1(uninformedSeconds * Math.log1p(-blockChancePerSecond));
}

/**
 * The integral of the part that does not know a block: `delays` in seconds after it was found, and
 * the hash power of who knew it from then on. The finder, delay 0, is among them.
 */
export function uninformedSeconds(
  arrivals: readonly { readonly delaySeconds: number; readonly share: number }[],
): number {
  // Each one is uninformed for its own delay: no curve has to be drawn.
  return arrivals.reduce((sum, { delaySeconds, share }) => sum + delaySeconds * share, 0);
}

/**
 * Blocks found by others while a block travels, for each block that found no rival: the delay over
 * the interval, times the chance that two blocks are of different miners. A miner never forks off
 * from itself.
 */
export function rivalsPerBlock(delayPerInterval: number, shares: readonly number[]): number {
  assert(delayPerInterval >= 0);
  const same = shares.reduce((sum, share) => sum + share ** 2, 0);
  return (1 - same) * delayPerInterval;
}

/** The part of all blocks that goes stale: while a fork is open it is not forked again. */
export function staleShare(rivals: number): number {
  return rivals / (1 + rivals);
}

/** The rough figure that papers quote, 1 - exp(-delay/interval). */
export function staleShareRough(delayPerInterval: number): number {
  return -Math.expm1(-delayPerInterval);
}

/** How fast the main chain grows, as a part of the rate at which blocks are found. */
export function chainGrowth(rivals: number): number {
  return 1 / (1 + rivals);
}

/** A network as small as it can be thought: equal miners, every message takes one delay. */
export interface DelayModel {
  readonly miners: number;
  /** The delay over the mean interval between blocks. */
  readonly delayPerInterval: number;
  readonly blocks: number;
  readonly seed: number;
}

/**
 * Stale blocks of `blocks`, counted in the model itself: the figures above neglect forks of forks,
 * and that two miners extend their own branches, so for long delays only counting is right. It
 * knows nothing of nodes, messages or blocks: a second witness beside the simulator.
 */
export function countStale({ miners, delayPerInterval, blocks, seed }: DelayModel): number {
  const chance = new Chance(seed, 'delay-model');
  const own = Array.from({ length: miners }, () => ({ height: 0, block: 0 }));
  const parents: number[] = [0];
  const heights: number[] = [0];
  const travelling: { readonly at: number; readonly block: number }[] = [];
  let [now, arrived] = [0, 0];
  for (let block = 1; block <= blocks; block++) {
    now -= Math.log(1 - chance.fraction());
    for (; arrived < travelling.length && travelling[arrived]!.at <= now; arrived++) {
      const { block: known } = travelling[arrived]!;
      // First seen wins a tie.
      for (const tip of own) {
        if (heights[known]! > tip.height) [tip.height, tip.block] = [heights[known]!, known];
      }
    }
    const tip = own[chance.between(0, miners - 1)]!;
    parents[block] = tip.block;
    heights[block] = tip.height + 1;
    [tip.height, tip.block] = [tip.height + 1, block];
    travelling.push({ at: now + delayPerInterval, block });
  }
  let best = 0;
  for (let block = 1; block <= blocks; block++) if (heights[block]! > heights[best]!) best = block;
  return blocks - heights[best]!;
}
