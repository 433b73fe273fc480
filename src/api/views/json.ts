/**
 * Small turns from the chain's values to JSON's, and cursors of lists.
 *
 * Owns: nothing but these forms.
 */
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import type { ChainParams } from '../../consensus/params.ts';
import type { HashedHeader } from '../../consensus/stored-chain.ts';
import type { Transaction } from '../../consensus/types.ts';
import { formatCoins } from '../../wallet/amount.ts';
import { ProblemError } from '../problem.ts';
import type { Transaction as TransactionJson } from '../schema/chain.ts';

/** The chain parameters, with the names of `mvb config`. */
export function paramsJson(params: ChainParams) {
  return {
    network: params.network,
    difficulty: params.difficulty / DIFFICULTY_BIT,
    block_size: params.blockSize,
    block_reward: formatCoins(params.blockReward),
    block_wait_seconds: params.blockWaitSeconds,
    max_block_bytes: params.blockBytesMax,
  };
}

/** A block's header, for the API and for `mvb block --json`. */
export function headerJson({ id, header }: HashedHeader) {
  return {
    id,
    height: header.height,
    previous_id: header.previousId,
    time_ms: header.time,
    tag: header.tag,
    difficulty: header.difficulty / DIFFICULTY_BIT,
    nonce: String(header.nonce),
    merkle_root: header.merkleRoot,
  };
}

/** A transaction, for the API and for `--json`; null is what a reward does not have. */
export function transactionJson(one: Transaction): TransactionJson {
  const common = {
    id: one.id, type: one.type, to: one.to, amount: formatCoins(one.amount),
    bytes: one.bytes.length,
  };
  if (one.type === 'reward') {
    return { ...common, from: null, fee: null, sequence: null, time_ms: null };
  }
  const { from, fee, sequence, time } = one;
  return { ...common, from, fee: formatCoins(fee), sequence, time_ms: time };
}

/** What a list was asked for. */
export interface ListRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The number in a cursor, or undefined at the start. Throws a `ProblemError`. */
export function cursorOf({ cursor }: ListRequest): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^(0|[1-9]\d{0,14})$/.test(cursor)) return Number(cursor);
  throw badCursor();
}

/** A list in memory, cut into pages by position. */
export function pageOfArray<Item>(items: readonly Item[], request: ListRequest) {
  const start = cursorOf(request) ?? 0;
  const end = start + request.limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

export function badCursor(): ProblemError {
  return new ProblemError({
    status: 400, code: 'bad-cursor', detail: 'The cursor is not one that this list gave.',
    next: 'begin again without a cursor',
  });
}
