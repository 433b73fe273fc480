/**
 * Fork choice: the chain with the most work among those that are valid from genesis to tip.
 *
 * Owns (consensus): every change of the tip. The first seen wins a tie. A chain is only
 * ever left for a fully validated heavier one, in one commit; until then nothing that anybody can
 * see has changed.
 * Does not own: orphans (headers come first, so `node/sync.ts` knows what is missing), early
 * blocks, logs.
 */
import { assert } from '../lib/assert.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Store, UnixMs } from '../ports.ts';
import type { ChainMemory } from './chain-memory.ts';
import { checkBody, checkHeader } from './checks.ts';
import { blockWrites, headerWrite } from './header-records.ts';
import { genesisBlock } from './params.ts';
import type { ChainParams } from './params.ts';
import { meetsDifficulty, workOf } from './pow.ts';
import { metaWrite, readMeta } from './records.ts';
import type { HeaderNode } from './records.ts';
import { reject, severityOf } from './rejection.ts';
import type { Rejection } from './rejection.ts';
import { stageReorg } from './reorg.ts';
import type { Branch, ChainChange, Refused, ReorgParts, StagedReorg } from './reorg.ts';
import type { Signatures } from './signatures.ts';
import { StoredChain } from './stored-chain.ts';
import type { CommitTime, HashedHeader } from './stored-chain.ts';
import type { Block, BlockId } from './types.ts';

export type AddBlockResult =
  /** Extended, or reorganised when `change.disconnected` is not empty. */
  | { readonly kind: 'connected'; readonly change: ChainChange }
  | { readonly kind: 'sideBranch' | 'known' }
  | { readonly kind: 'orphan'; readonly missing: BlockId }
  /** `blockId` is the block that broke the rule: this one, or one of its branch. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection; readonly blockId: BlockId };

/** (policy) Blocks that are remembered as invalid though they are not stored. */
export const REFUSED_MAX = 10_000;

/** What of a chain may be done otherwise, though never with another outcome. */
export interface ChainOptions {
  readonly memory?: ChainMemory;
  readonly stage?: Stage;
}

/** Gives what `make` would, `stageReorg` of this tip and branch; another chain may know it. */
type Stage = (
  tip: HeaderNode, branch: Branch, make: () => StagedReorg | Refused,
) => StagedReorg | Refused;

/**
 * Opens the chain of the store, and founds it when the store is empty. Throws as the store does.
 */
export function openChain(
  params: ChainParams, store: Store, signatures: Signatures, options: ChainOptions = {},
): Chain {
  const genesis = genesisBlock(params);
  const meta = readMeta(store);
  if (meta === undefined) {
    const work = workOf(params.difficulty);
    const node: HeaderNode = { id: genesis.id, header: genesis.header, work, status: 'valid' };
    const meta = metaWrite({ tipId: node.id, tipHeight: 0, params });
    store.commit([...blockWrites(genesis, node, 'main'), meta]);
  } else {
    assert(genesisBlock(meta.params).id === genesis.id, 'the store is of another network');
  }
  return new Chain(params, store, signatures, options);
}

export class Chain extends StoredChain {
  readonly #signatures: Signatures;
  readonly #stage: Stage | undefined;
  readonly #refused = new BoundedMap<BlockId, Rejection>(REFUSED_MAX);

  /** Use `openChain`. */
  constructor(
    params: ChainParams, store: Store, signatures: Signatures, options: ChainOptions = {},
  ) {
    super(params, store, options.memory);
    this.#signatures = signatures;
    this.#stage = options.stage;
  }

  /** Why this block is refused, when it is known to be. */
  refusalOf(block: HashedHeader): Rejection | undefined {
    return this.#refusalOf(block.id, this.find(block));
  }

  #refusalOf(id: BlockId, stored: HeaderNode | undefined): Rejection | undefined {
    return stored?.status === 'invalid' ? reject('invalid-ancestor') : this.#refused.get(id);
  }

  /**
   * Judges a block, from a peer or from this node's own miner alike. `now` is the node's clock.
   * Afterwards either the tip has more work than before, or nothing but side branches and refusals
   * has changed. Throws as the store does, with nothing changed.
   */
  addBlock(block: Block, now: UnixMs, commit: CommitTime = 'now'): AddBlockResult {
    const known = this.find(block);
    const refused = this.#refusalOf(block.id, known);
    if (refused !== undefined) return { kind: 'rejected', rejection: refused, blockId: block.id };
    if (known !== undefined) return { kind: 'known' };
    const parent = this.#anyParentOf(block);
    if (parent === undefined && !this.#refused.has(block.header.previousId)) {
      return { kind: 'orphan', missing: block.header.previousId };
    }
    if (parent === undefined || parent.status === 'invalid') {
      return this.#refuse(block.id, reject('invalid-ancestor'));
    }
    const rejection =
      checkHeader(block, this.contextOf(parent), now, this.params) ??
      checkBody(block, parent.header.time, this.params);
    if (rejection !== undefined) return this.#refuse(block.id, rejection);

    const work = parent.work + workOf(block.header.difficulty);
    const node: HeaderNode = { id: block.id, header: block.header, work, status: 'stored' };
    if (work > this.tip.work) return this.#adopt(block, node, { parent, commit });
    this.commit(blockWrites(block, node, 'beside'), commit);
    this.tree.remember(node);
    return { kind: 'sideBranch' };
  }

  /** A block that lies about its height has a parent too, which is found by its id alone. */
  #anyParentOf({ header }: Block): HeaderNode | undefined {
    return this.parentOf(header) ?? this.tree.get(header.previousId);
  }

  /**
   * An early or mutated block may come again as a good one, so only what is invalid is remembered;
   * and only with proof of work, so that nobody pushes out what is remembered for free.
   */
  #refuse(blockId: BlockId, rejection: Rejection): AddBlockResult {
    const isPaidFor = meetsDifficulty(blockId, this.params.difficulty);
    if (severityOf(rejection) === 'invalid' && isPaidFor) this.#refused.set(blockId, rejection);
    return { kind: 'rejected', rejection, blockId };
  }

  #adopt(
    block: Block,
    node: HeaderNode,
    { parent, commit }: { readonly parent: HeaderNode; readonly commit: CommitTime },
  ): AddBlockResult {
    assert(node.work > this.tip.work);
    const isNext = parent.id === this.tip.id;
    const { branch, fork } = isNext ? { branch: [], fork: parent } : this.tree.branchOf(parent);
    const connected = branch.reverse().map((member) => this.#requireBlock(member.id));
    connected.push(block);
    const branchTo = { fork, connected, node };
    const make = (): StagedReorg | Refused => stageReorg(this.#reorgParts(), branchTo);
    const staged = this.#stage?.(this.tip, branchTo, make) ?? make();
    if (!('change' in staged)) return this.#condemn(connected, staged);

    this.commitTip(staged, commit);
    for (const member of branch) this.tree.remember({ ...member, status: 'valid' });
    return { kind: 'connected', change: staged.change };
  }

  /** Remembers the block that broke a rule, and those of the branch that build on it. */
  #condemn(branch: readonly Block[], refused: Refused): AddBlockResult {
    const from = branch.findIndex((block) => block.id === refused.blockId);
    const stored = branch.slice(from).flatMap((block) => this.tree.get(block.id) ?? []);
    const invalid = stored.map((node) => ({ ...node, status: 'invalid' }) as const);
    const writes = invalid.map((node) => headerWrite(node, 'beside'));
    if (writes.length > 0) this.commit(writes, 'now');
    for (const node of invalid) this.tree.remember(node);
    const last = branch.at(-1)!;
    this.#refused.set(last.id, refused.rejection);
    return { kind: 'rejected', ...refused };
  }

  #reorgParts(): ReorgParts {
    return {
      params: this.params,
      signatures: this.#signatures,
      tip: this.tip,
      account: (address) => this.account(address),
      header: (block) => this.find(block),
      blockAt: (height) => this.#requireBlock(this.tree.idAt(height)!),
      records: this.blockRecords,
    };
  }

  #requireBlock(id: BlockId): Block {
    const block = this.block(id);
    assert(block !== undefined, `block ${id} is missing`);
    return block;
  }
}
