/**
 * The rules that need no account: what a payment, a header and a block must be by themselves, and a
 * header against the headers before it.
 *
 * Owns (consensus): amounts are positive and no sum overflows; keys are canonical; a header has the
 * right version, height, difficulty, proof of work and time; a block's transactions are what its
 * header says, enough of them, not too large, with the reward last and of the exact amount. Does
 * not own: signatures (`signatures.ts`), balances and sequences (`state.ts`).
 */
import { publicKeyKind } from '../crypto/keys.ts';
import { assert } from '../lib/assert.ts';
import type { UnixMs } from '../ports.ts';
import { HEADER_VERSION } from './encoding.ts';
import { merkleRootOf } from './merkle.ts';
import { CLOCK_DRIFT_MAX_MS, MEDIAN_TIME_BLOCKS } from './params.ts';
import type { ChainParams } from './params.ts';
import { meetsDifficulty } from './pow.ts';
import { reject } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import { AMOUNT_MAX } from './types.ts';
import type { Amount, Block, BlockHeader, BlockId, Payment, Transaction } from './types.ts';

/** What a header is checked against. */
export interface HeaderContext {
  readonly id: BlockId;
  readonly header: BlockHeader;
  /** Times of the last `MEDIAN_TIME_BLOCKS` blocks up to and with the parent, or all there are. */
  readonly times: readonly UnixMs[];
}

/** Rejects with `bad-amount`, `amount-overflow` or `bad-key`. */
export function checkPayment(payment: Payment): Rejection | undefined {
  const { amount, fee } = payment;
  if (amount <= 0n || amount > AMOUNT_MAX) return reject('bad-amount', { amount });
  if (fee < 0n || fee > AMOUNT_MAX) return reject('bad-amount', { fee });
  if (amount + fee > AMOUNT_MAX) return reject('amount-overflow', { amount, fee });
  if (publicKeyKind(payment.key) === undefined) return reject('bad-key');
  return undefined;
}

/** The median of the times, the lower of the middle two of an even count; there is at least one. */
export function medianTime(times: readonly UnixMs[]): UnixMs {
  const sorted = times.slice();
  // There are few, and nearly in order: `sort` would make ten times the garbage of the copy.
  for (let index = 1; index < sorted.length; index++) {
    const time = sorted[index]!;
    let hole = index;
    for (; hole > 0 && sorted[hole - 1]! < time; hole--) sorted[hole] = sorted[hole - 1]!;
    sorted[hole] = time;
  }
  const median = sorted[sorted.length >> 1];
  assert(median !== undefined);
  return median;
}

/**
 * Checks a header against its parent. `now` is the node's clock. Rejects with `bad-version`,
 * `bad-height`, `bad-difficulty`, `bad-proof-of-work`, `time-too-old` (all invalid), or
 * `time-too-new` (early).
 */
export function checkHeader(
  block: { readonly id: BlockId; readonly header: BlockHeader },
  parent: HeaderContext,
  now: UnixMs,
  params: ChainParams,
): Rejection | undefined {
  const { header } = block;
  assert(header.previousId === parent.id); // The caller looked the parent up by this id.
  assert(parent.times.length <= MEDIAN_TIME_BLOCKS);

  if (header.version !== HEADER_VERSION) return reject('bad-version', { got: header.version });
  const height = parent.header.height + 1;
  if (header.height !== height) return reject('bad-height', { got: header.height, height });
  if (header.difficulty !== params.difficulty) {
    return reject('bad-difficulty', { got: header.difficulty, expected: params.difficulty });
  }
  if (!meetsDifficulty(block.id, header.difficulty)) return reject('bad-proof-of-work');

  // The median, not the parent's time: one miner with a fast clock must not drag the chain ahead.
  const median = medianTime(parent.times);
  if (header.time <= median) return reject('time-too-old', { got: header.time, median });
  if (header.time > now + CLOCK_DRIFT_MAX_MS) {
    return reject('time-too-new', { got: header.time, now });
  }
  return undefined;
}

/**
 * Checks a block's transactions against its header, whose parent's time is `parentTime`. Rejects
 * with `bad-merkle-root` (mutated), `block-too-large`, `bad-reward-position`,
 * `too-few-transactions`, `bad-reward-amount`, `supply-overflow`, or a payment's own rejection.
 */
export function checkBody(
  block: Block,
  parentTime: UnixMs,
  params: ChainParams,
): Rejection | undefined {
  const { header, transactions } = block;
  // First, because everything below may only condemn a header that really promised this body. No
  // header promises an empty one: an empty list has no root.
  if (transactions.length === 0 || merkleRootOf(transactions) !== header.merkleRoot) {
    return reject('bad-merkle-root');
  }
  if (block.byteLength > params.blockBytesMax) {
    return reject('block-too-large', { bytes: block.byteLength, max: params.blockBytesMax });
  }
  return (
    checkCount(transactions.length, header, parentTime, params) ??
    checkReward(transactions, header.height, params) ??
    checkSupply(header.height, params)
  );
}

/**
 * How many transactions, the reward counted, a block must have: one at height 1, when nobody has
 * money; `blockSize` afterwards, or any payment at all once the parent is `blockWaitSeconds` old.
 */
function checkCount(
  count: number,
  header: BlockHeader,
  parentTime: UnixMs,
  params: ChainParams,
): Rejection | undefined {
  if (header.height === 1) {
    return count === 1 ? undefined : reject('bad-reward-position', { transactions: count });
  }
  if (count >= params.blockSize) return undefined;
  const waitedMs = header.time - parentTime;
  const mayBePartial = params.blockWaitSeconds > 0 && waitedMs >= params.blockWaitSeconds * 1000;
  if (mayBePartial && count >= 2) return undefined;
  return reject('too-few-transactions', { got: count, expected: params.blockSize, waitedMs });
}

function checkReward(
  transactions: readonly Transaction[],
  height: number,
  params: ChainParams,
): Rejection | undefined {
  let fees: Amount = 0n;
  for (let index = 0; index < transactions.length; index++) {
    const transaction = transactions[index]!;
    const isLast = index === transactions.length - 1;
    if ((transaction.type === 'reward') !== isLast) return reject('bad-reward-position', { index });
    if (transaction.type === 'reward') {
      if (transaction.height !== height) return reject('bad-reward-position', { height });
      const expected = params.blockReward + fees;
      if (expected > AMOUNT_MAX) return reject('amount-overflow', { expected });
      if (transaction.amount === expected) continue;
      return reject('bad-reward-amount', { got: transaction.amount, expected });
    }
    const rejection = checkPayment(transaction);
    if (rejection !== undefined) return rejection;
    fees += transaction.fee;
    if (fees > AMOUNT_MAX) return reject('amount-overflow', { fees });
  }
  return undefined;
}

/** Nothing burns and genesis pays nothing, so the supply is known from the height alone. */
function checkSupply(height: number, params: ChainParams): Rejection | undefined {
  const supply = params.blockReward * BigInt(height);
  return supply > AMOUNT_MAX ? reject('supply-overflow', { supply }) : undefined;
}
