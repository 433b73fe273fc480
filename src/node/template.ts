/**
 * The block that this node would mine next.
 *
 * Owns: which payments, reward and time the next block has, and whether it may be mined yet.
 * Does not own: the choice among payments (`mempool.ts`), the search for a nonce (`miner.ts`), the
 * rules: `consensus/checks.ts` judges the mined block as it judges a stranger's.
 */
import type { Chain } from '../consensus/chain.ts';
import { medianTime } from '../consensus/checks.ts';
import {
  HEADER_BYTES, HEADER_VERSION, makeReward, TAG_BYTES, TRANSACTION_BYTES_MIN,
} from '../consensus/encoding.ts';
import { merkleRootOf } from '../consensus/merkle.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import type { Address, Amount, BlockHeader, Payment, Transaction } from '../consensus/types.ts';
import { assert } from '../lib/assert.ts';
import { asciiToBytes, bytesToAscii } from '../lib/bytes.ts';
import type { UnixMs } from '../ports.ts';
import type { Mempool } from './mempool.ts';

export interface TemplateOptions {
  readonly chain: Chain;
  readonly mempool: Mempool;
  /** The node's clock. */
  readonly now: UnixMs;
  readonly rewardTo: Address;
  /** Printable ASCII, at most 20 characters. */
  readonly tag: string;
}

/** A block that lacks nothing but its nonce. */
export interface MineableTemplate {
  readonly kind: 'mineable';
  /** The nonce is 0. */
  readonly header: BlockHeader;
  /** The payments, and the reward last. */
  readonly transactions: readonly Transaction[];
  /** What the reward pays: the block reward and the fees. */
  readonly reward: Amount;
}

/** Why there is nothing to mine. */
export interface WaitingTemplate {
  readonly kind: 'waiting';
  /**
   * - `payments`: too few of them;
   * - `clock`: the chain is further ahead of this node's clock than a block may be;
   * - `supply`: all the money that there can be is there.
   */
  readonly reason: 'payments' | 'clock' | 'supply';
  /** Transactions that the block would hold, the reward counted. */
  readonly ready: number;
  /** Transactions that a block needs: the network's block size, or 1 at height 1. */
  readonly needed: number;
  /** When a block with what is ready becomes valid, if that can be by waiting alone. */
  readonly partialAt?: UnixMs;
}

export type Template = MineableTemplate | WaitingTemplate;

/** What surrounds the payments in a block's encoding: the header, the count and the reward. */
const BYTES_AROUND_PAYMENTS = HEADER_BYTES + 4 + TRANSACTION_BYTES_MIN;

/** The next block on the chain's tip, or why it has to wait. */
export function buildTemplate(options: TemplateOptions): Template {
  const { chain, now } = options;
  const { params, tip } = chain;
  const height = tip.header.height + 1;
  // Nobody has money before the first reward. (consensus)
  const needed = height === 1 ? 1 : params.blockSize;
  if (params.blockReward * BigInt(height) > AMOUNT_MAX) {
    return { kind: 'waiting', reason: 'supply', ready: 0, needed };
  }
  const bytesMax = params.blockBytesMax - BYTES_AROUND_PAYMENTS;
  const payments = height === 1 ? [] : options.mempool.select({ bytesMax });
  const ready = payments.length + 1;
  if (ready < needed) {
    const waitMs = params.blockWaitSeconds * 1000;
    const partialAt = tip.header.time + waitMs;
    if (waitMs === 0 || payments.length === 0) {
      return { kind: 'waiting', reason: 'payments', ready, needed };
    }
    if (now < partialAt) return { kind: 'waiting', reason: 'payments', ready, needed, partialAt };
  }
  const time = Math.max(now, medianTime(chain.contextOf(tip).times) + 1);
  if (time > now + CLOCK_DRIFT_MAX_MS) return { kind: 'waiting', reason: 'clock', ready, needed };
  return assemble(options, payments, time);
}

function assemble(
  { chain, rewardTo, tag }: TemplateOptions,
  payments: readonly Payment[],
  time: UnixMs,
): MineableTemplate {
  assert(tag.length <= TAG_BYTES && bytesToAscii(asciiToBytes(tag)) === tag, 'a tag that fits');
  const { params, tip, networkId } = chain;
  const height = tip.header.height + 1;
  // No sum is above the supply: what is paid as a fee has left its payer's balance.
  const reward = payments.reduce((sum, { fee }) => sum + fee, params.blockReward);
  const transactions: readonly Transaction[] = [
    ...payments,
    makeReward({ height, to: rewardTo, amount: reward }, networkId),
  ];
  const header: BlockHeader = {
    version: HEADER_VERSION,
    height,
    previousId: tip.id,
    merkleRoot: merkleRootOf(transactions),
    time,
    difficulty: params.difficulty,
    tag,
    nonce: 0n,
  };
  return { kind: 'mineable', header, transactions, reward };
}
