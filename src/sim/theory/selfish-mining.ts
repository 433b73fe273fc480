/**
 * Selfish mining in the long run (Eyal and Sirer, "Majority is not enough", 2014, equation 8).
 *
 * Owns: the pool's part of the main chain, the part of all blocks that go stale, and when it pays.
 * Does not own: any simulation.
 *
 * `alpha` is the pool's share of the hash power, `gamma` the part of the others that mines on the
 * pool's branch while two of one height compete. Blocks travel at once, the difficulty is fixed.
 *
 * Two figures must not be mixed up. The part of the main chain is what a miner earns once a rule
 * has made blocks easier to make good for the stale ones. Until then, per unit of time, the pool
 * earns `alpha` at most: it wastes blocks of its own, too.
 */
import { assert } from '../../lib/assert.ts';

/** The pool's part of the blocks in the main chain; 0 <= alpha < 1/2, 0 <= gamma <= 1. */
export function selfishRevenue(alpha: number, gamma: number): number {
  check(alpha, gamma);
  const won = alpha * (1 - alpha) ** 2 * (4 * alpha + gamma * (1 - 2 * alpha)) - alpha ** 3;
  return won / (1 - alpha * (1 + (2 - alpha) * alpha));
}

/** The part of all blocks, the pool's with them, that ends beside the main chain. */
export function selfishStaleShare(alpha: number): number {
  check(alpha, 0);
  return 1 - mainShare(alpha);
}

/** The pool's blocks in the main chain, as a part of all blocks that anybody found. */
export function selfishIncome(alpha: number, gamma: number): number {
  return selfishRevenue(alpha, gamma) * mainShare(alpha);
}

/** Above this alpha the pool's part of the main chain is greater than alpha. */
export function selfishThreshold(gamma: number): number {
  check(0, gamma);
  return (1 - gamma) / (3 - 2 * gamma);
}

/**
 * Of the states of the paper's figure 1 (the pool's lead): the chance of each in the long run times
 * the main-chain blocks that the next block decides. A lead of two or more is a walk downhill.
 */
function mainShare(alpha: number): number {
  const beta = 1 - alpha;
  const scale = 1 - 4 * alpha ** 2 + 2 * alpha ** 3;
  const level = (1 - 2 * alpha) / scale;
  const racing = beta * alpha * level;
  const leadOne = alpha * level;
  const leadTwo = leadOne * (alpha / beta);
  const leadMore = leadTwo * (alpha / (beta - alpha));
  return level * beta + racing * 2 + leadTwo * beta * 2 + leadMore * beta;
}

function check(alpha: number, gamma: number): void {
  assert(alpha >= 0 && alpha < 0.5, 'a selfish pool has less than half of the hash power');
  assert(gamma >= 0 && gamma <= 1, 'gamma is a part of the others, 0 to 1');
}
