/**
 * Blocks as JSON.
 *
 * Owns: what of a block is shown, and remembering what is dear to find out.
 * Does not own: the checks of a header (`header-check.ts`), the tree (`tree-view.ts`).
 */
import { decodeBlock, encodeHeader } from '../../consensus/encoding.ts';
import { blockIdOfRecord } from '../../consensus/header-records.ts';
import { targetOf } from '../../consensus/pow.ts';
import { heightKey, SPACE } from '../../consensus/records.ts';
import type { HeaderNode } from '../../consensus/records.ts';
import type { Block as ChainBlock, BlockId } from '../../consensus/types.ts';
import { assert } from '../../lib/assert.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { bytesToHex } from '../../lib/bytes.ts';
import { formatCoins } from '../../wallet/amount.ts';
import { DECODED_BYTES_MAX, SUMMARIES_MAX } from '../limits.ts';
import type { Observed } from '../observed/observed.ts';
import type { Block, BlockSummary, Transaction } from '../schema/chain.ts';
import type { Page } from '../schema/common.ts';
import type { ApiSource } from '../source.ts';
import { storedChecks } from './header-check.ts';
import { cursorOf, headerJson, pageOfArray, transactionJson } from './json.ts';
import type { ListRequest } from './json.ts';

/** What never changes of a block, and takes its body to know. */
type Content = Pick<BlockSummary, 'bytes' | 'transactions' | 'paid' | 'fees' | 'reward_to'>;

/** More heights than this are not looked through for rivals: somebody mined thousands of them. */
const RIVALS_MAX = 100;

export class BlockView {
  readonly #source: ApiSource;
  readonly #observed: Observed;
  readonly #contents = new BoundedMap<BlockId, Content>(SUMMARIES_MAX);

  constructor(source: ApiSource, observed: Observed) {
    this.#source = source;
    this.#observed = observed;
  }

  /** The main chain, newest first. */
  list(request: ListRequest): Page<BlockSummary> {
    const { chain } = this.#source;
    const from = Math.min(cursorOf(request) ?? Number.MAX_SAFE_INTEGER, chain.tip.header.height);
    const items: BlockSummary[] = [];
    let [height, decoded] = [from, 0];
    for (; height >= 0 && items.length < request.limit && decoded < DECODED_BYTES_MAX; height--) {
      const node = chain.headerAt(height);
      if (node === undefined) break; // The chain became shorter while a reader looked.
      if (!this.#contents.has(node.id)) decoded += this.#content(node).bytes;
      items.push(this.summary(node));
    }
    return { items, next: height >= 0 ? String(height) : null };
  }

  /** `block` is for whoever has decoded it already. */
  summary(node: HeaderNode, block?: ChainBlock): BlockSummary {
    const { chain } = this.#source;
    const { id, header } = node;
    const isMain = chain.isMain(node);
    return {
      ...headerJson(node),
      ...this.#content(node, block),
      standing: isMain ? 'main' : node.status === 'invalid' ? 'invalid' : 'side',
      depth: isMain ? chain.tip.header.height - header.height + 1 : 0,
      received_at_ms: this.#observed.arrivalOf(id)?.at ?? null,
    };
  }

  full(node: HeaderNode, now: number): Block {
    const { chain } = this.#source;
    const summary = this.summary(node);
    const next = summary.standing === 'main' ? chain.headerAt(node.header.height + 1) : undefined;
    const rivals = blocksAt(this.#source, node.header.height, RIVALS_MAX);
    return {
      ...summary,
      header: bytesToHex(encodeHeader(node.header)),
      target: targetHex(node.header.difficulty),
      work: String(node.work),
      checks: storedChecks(chain, node, now),
      next_id: next?.id ?? null,
      rivals: rivals.filter((id) => id !== node.id),
    };
  }

  transactions(node: HeaderNode, request: ListRequest): Page<Transaction> {
    const { items, next } = pageOfArray(this.#block(node).transactions, request);
    return { items: items.map(transactionJson), next };
  }

  #content(node: HeaderNode, known?: ChainBlock): Content {
    const cached = this.#contents.get(node.id);
    if (cached !== undefined) return cached;
    const content = contentOf(known ?? this.#block(node));
    this.#contents.set(node.id, content);
    return content;
  }

  #block({ id }: HeaderNode): ChainBlock {
    const { chain } = this.#source;
    const bytes = chain.blockBytes(id);
    const block = bytes && decodeBlock(bytes, chain.networkId);
    assert(block !== undefined, `block ${id} has a header and no body`);
    return block;
  }
}

/** The ids of all stored blocks of a height. */
export function blocksAt(
  { store, chain }: ApiSource, height: number, countMax: number,
): BlockId[] {
  const ids = new Set<BlockId>();
  for (const [, value] of store.scan(heightKey(SPACE.header, height))) {
    ids.add(blockIdOfRecord(value));
    if (ids.size >= countMax) break;
  }
  // One that is not written yet.
  const main = chain.headerAt(height);
  if (main !== undefined) ids.add(main.id);
  return [...ids];
}

function contentOf({ transactions, byteLength }: ChainBlock): Content {
  let [paid, fees] = [0n, 0n];
  for (const one of transactions) {
    if (one.type === 'reward') continue;
    paid += one.amount;
    fees += one.fee;
  }
  const last = transactions.at(-1);
  return {
    bytes: byteLength,
    transactions: transactions.length,
    paid: formatCoins(paid),
    fees: formatCoins(fees),
    reward_to: last?.type === 'reward' ? last.to : null,
  };
}

/** The target in 64 digits; 2^256, of difficulty 0, becomes the greatest id. */
function targetHex(difficulty: number): string {
  const target = targetOf(difficulty);
  return target >> 256n === 0n ? target.toString(16).padStart(64, '0') : 'f'.repeat(64);
}
