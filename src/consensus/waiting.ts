/**
 * What every node does alike with payments that wait, though no block is judged by it.
 *
 * Owns (policy): how many payments of an account may wait, and what replaces one. Wallets and
 * mempools share these numbers, so that a wallet makes nothing that a miner then refuses.
 * Does not own: the mempool's other limits.
 */
import type { Amount } from './types.ts';

/** (policy) Sequences of one account that may wait, from its next one on, gaps included. */
export const ACCOUNT_PAYMENTS_MAX = 64;

/**
 * The least fee with which a payment replaces one that has `fee`: 10 % and at least 1 unit more. A
 * replacement is work for every node, so it has to cost something.
 */
export function replacementFeeMin(fee: Amount): Amount {
  const tenth = (fee + 9n) / 10n;
  return fee + (tenth > 1n ? tenth : 1n);
}
