/**
 * The chance that a payment is undone by a hidden branch, as the papers have it.
 *
 * Owns: Nakamoto's approximation (2008, section 11), Rosenfeld's exact value (2014, section 4), and
 * the same for an attacker who starts level and gives up some time. Does not own: any simulation.
 *
 * The race: the payment is in a block, the honest miners put `confirmations` blocks on the chain
 * (that one is the first), meanwhile the attacker finds k blocks in secret. From then on each block
 * is the attacker's with chance q, the honest miners' with p = 1 - q.
 *
 * The conventions differ, and the figures with them. Rosenfeld's attacker has one block before the
 * race begins (*pre-mined*) and needs a branch longer than the honest one; so k = confirmations is
 * enough. An attacker who starts *level* needs one block more, for nodes keep what they saw first.
 *
 * All sums are of positive terms: 1 - (nearly 1) would leave no digits of small chances.
 */
import { assert } from '../../lib/assert.ts';

/** How the race begins and ends. */
export interface Race {
  /** The attacker's part of all hash power, 0 to 1. */
  readonly share: number;
  /** Blocks that the receiver waits for, 0 or more. */
  readonly confirmations: number;
  /** Blocks that the attacker has before the race begins; 1 for Rosenfeld, 0 for level. */
  readonly preMined: number;
  /** The attacker gives up when so many blocks behind, above 0; undefined for never. */
  readonly giveUpBehind?: number;
}

/** (policy) More confirmations than anybody waits for; the sums grow with it. */
const CONFIRMATIONS_MAX = 100_000;
/** Terms smaller than this part of the sum change no digit of it. */
const NEGLIGIBLE = 1e-18;

/** Nakamoto's catch-up: from `behind` blocks, an attacker without end of patience draws level. */
export function catchUpChance(share: number, behind: number): number {
  checkShare(share);
  if (behind <= 0 || share >= 0.5) return 1;
  return (share / (1 - share)) ** behind;
}

/**
 * Nakamoto's figure: the honest blocks come at their mean pace, so that k is Poisson distributed;
 * in truth it is spread more. Catching up to level counts as success.
 */
export function nakamotoChance(share: number, confirmations: number): number {
  checkShare(share);
  checkCount(confirmations);
  if (share >= 0.5) return 1;
  const mean = (confirmations * share) / (1 - share);
  // The term of k = 0 underflows for some hundred confirmations, so terms are kept as logarithms.
  return raceSum({
    needed: confirmations,
    mean,
    firstLog: -mean,
    stepLog: (k) => Math.log(mean / k),
    catchUp: (behind) => catchUpChance(share, behind),
  });
}

/** Rosenfeld's exact figure: one block pre-mined, patience without end. */
export function rosenfeldChance(share: number, confirmations: number): number {
  return raceChance({ share, confirmations, preMined: 1 });
}

/** The exact chance of any race. */
export function raceChance({ share, confirmations, preMined, giveUpBehind }: Race): number {
  checkShare(share);
  checkCount(confirmations);
  checkCount(preMined);
  assert(giveUpBehind === undefined || (Number.isInteger(giveUpBehind) && giveUpBehind > 0));
  if (share === 0) return confirmations + 1 - preMined <= 0 ? 1 : 0;
  if (share === 1 || (share >= 0.5 && giveUpBehind === undefined)) return 1;
  return raceSum({
    // To be one ahead of `confirmations` blocks.
    needed: confirmations + 1 - preMined,
    mean: (confirmations * share) / (1 - share),
    // Negative binomial: k of the attacker's before the last of the honest ones.
    firstLog: confirmations * Math.log1p(-share),
    stepLog: (k) => Math.log((share * (confirmations + k - 1)) / k),
    catchUp: (toFind) => (giveUpBehind === undefined
      ? catchUpChance(share, toFind) : boundedCatchUp(share, toFind, giveUpBehind)),
  });
}

/**
 * The gambler's ruin with both ends: to find `toFind` blocks more than the honest miners before
 * being `giveUpBehind` behind. One ahead is the goal, so `toFind` blocks to find are
 * `toFind - 1` behind.
 */
function boundedCatchUp(share: number, toFind: number, giveUpBehind: number): number {
  if (toFind <= 0) return 1;
  const ruin = giveUpBehind + 1;
  if (toFind >= ruin) return 0;
  const ratio = share / (1 - share);
  if (ratio === 1) return 1 - toFind / ruin;
  // expm1 keeps the digits where q is nearly p.
  const log = Math.log(ratio);
  return (ratio ** toFind) * (Math.expm1((ruin - toFind) * log) / Math.expm1(ruin * log));
}

interface RaceSum {
  /** With so many blocks found during the wait, the attacker has won. */
  readonly needed: number;
  /** Of the blocks found during the wait. */
  readonly mean: number;
  /** Logarithms: of the chance of k = 0, and of the factor from k - 1 to k. */
  readonly firstLog: number;
  readonly stepLog: (k: number) => number;
  /** The chance to find so many more than the others, from the end of the wait on. */
  readonly catchUp: (toFind: number) => number;
}

/** Over all k: the chance of k blocks during the wait, times the chance to win from there. */
function raceSum({ needed, mean, firstLog, stepLog, catchUp }: RaceSum): number {
  let [sum, log] = [0, firstLog];
  for (let k = 0; ; k++) {
    if (k > 0) log += stepLog(k);
    const chance = Math.exp(log);
    sum += chance * catchUp(needed - k);
    // Beyond the mean every term is smaller than the one before.
    if (k >= needed && k > mean && chance <= sum * NEGLIGIBLE) return Math.min(1, sum);
  }
}

function checkShare(share: number): void {
  assert(share >= 0 && share <= 1, 'a share of the hash power is 0 to 1');
}

function checkCount(count: number): void {
  assert(Number.isInteger(count) && count >= 0 && count <= CONFIRMATIONS_MAX);
}
