/**
 * The chain as it is stored: reading it, and committing what was decided.
 *
 * Owns: the tip, and blocks that wait to be committed together. Does not own: any decision
 * (`chain.ts`), accounts.
 */
import { assert } from '../lib/assert.ts';
import { WriteBuffer } from '../lib/write-buffer.ts';
import type { Store, Write } from '../ports.ts';
import { Accounts } from './accounts.ts';
import type { ChainMemory, TipWrites } from './chain-memory.ts';
import type { HeaderContext } from './checks.ts';
import { decodeBlock } from './encoding.ts';
import { readHeaderAt } from './header-records.ts';
import { genesisBlock } from './params.ts';
import type { ChainParams } from './params.ts';
import { metaWrite, readMeta, SPACE } from './records.ts';
import type { HeaderNode, RecordReader } from './records.ts';
import type { StagedReorg } from './reorg.ts';
import { StoredBlocks } from './stored-blocks.ts';
import { HeaderTree } from './tree.ts';
import type { AccountRecord, Address, Block, BlockHeader, BlockId, NetworkId } from './types.ts';

/** (policy) Bytes of blocks that may wait in memory to be committed together. */
export const UNCOMMITTED_BYTES_MAX = 4_000_000;
/** (policy) What a changed account is counted as. */
const ACCOUNT_COST_BYTES = 300;

/**
 * When a block is committed: before `addBlock` returns, or with those that follow it, when there
 * are many, `flush` is called, or a block comes that is committed now. Until then nobody else sees
 * it, and a crash loses it with all that followed it.
 */
export type CommitTime = 'now' | 'soon';

/** A header with its id. */
export type HashedHeader = Pick<HeaderNode, 'id' | 'header'>;

export class StoredChain {
  readonly params: ChainParams;
  readonly networkId: NetworkId;
  protected readonly tree: HeaderTree;
  readonly #store: Store;
  readonly #buffer: WriteBuffer;
  readonly #accounts: Accounts;
  readonly #blocks: StoredBlocks;
  readonly #tipWrites: TipWrites | undefined;
  #tip: HeaderNode;

  /** The store is not empty. */
  constructor(params: ChainParams, store: Store, memory: ChainMemory = {}) {
    this.params = params;
    this.networkId = genesisBlock(params).id;
    this.#store = store;
    this.#buffer = new WriteBuffer(store);
    this.#accounts = new Accounts(store, memory.accounts, memory.tipWrites);
    this.#blocks = new StoredBlocks(this.#buffer, memory.blocks);
    this.#tipWrites = memory.tipWrites;
    this.tree = new HeaderTree(this.#buffer, () => this.#tip.header.height, memory);
    this.#tip = this.#readTip();
  }

  get tip(): HeaderNode {
    return this.#tip;
  }

  /** The chain's records as of the tip, but accounts. */
  get records(): RecordReader {
    const get = (key: Uint8Array): Uint8Array | undefined =>
      key[0] === SPACE.meta ? this.#metaOf(this.#tip)[0]!.value : this.#buffer.get(key);
    return { get };
  }

  /** The same but the tip. */
  protected get blockRecords(): RecordReader {
    return this.#buffer;
  }

  /** Reads the tip again, for a process that only reads what another writes. */
  refresh(): HeaderNode {
    // What is not committed yet would be taken for undone.
    if (!this.#isCommitted) this.flush();
    this.#tip = this.#readTip();
    this.#accounts.forget();
    return this.#tip;
  }

  /**
   * Commits the blocks that were added 'soon'; when there are none, writes some of the accounts
   * that wait for that since there were many. Throws as the store does, and can be repeated.
   */
  flush(): void {
    if (this.isFlushed) return;
    const accounts = this.#accounts.commitUncommitted(this.#buffer.bytes);
    this.#buffer.flush([...accounts.writes, ...this.#metaOf(this.#tip)]);
    accounts.done();
  }

  /** Flushes until there is nothing left to write: up to a second after a long download. */
  settle(): void {
    while (!this.isFlushed) this.flush();
  }

  /** Whether `flush` has nothing to do. */
  get isFlushed(): boolean {
    return this.#isCommitted && !this.#accounts.areWaiting;
  }

  get #isCommitted(): boolean {
    return this.#buffer.isEmpty && this.#accounts.uncommitted.size === 0;
  }

  /** As of the tip. */
  account(address: Address): AccountRecord {
    return this.#accounts.get(address);
  }

  /** The stored block with this id, on the main chain or beside it. */
  header(id: BlockId): HeaderNode | undefined {
    return this.tree.get(id);
  }

  /** Whether `header` knows at once, without a search through all ages of the chain. */
  isAtHand(id: BlockId): boolean {
    return this.tree.isAtHand(id);
  }

  /** The same for whoever has its header; cheaper. */
  find(block: HashedHeader): HeaderNode | undefined {
    return this.at(block.id, block.header.height);
  }

  /** The stored block that a header builds on, if its height is the next. */
  parentOf({ previousId, height }: BlockHeader): HeaderNode | undefined {
    return height === 0 ? undefined : this.at(previousId, height - 1);
  }

  /** The same for whoever knows its height; most blocks that anybody asks for are the tip. */
  at(id: BlockId, height: number): HeaderNode | undefined {
    const isTip = id === this.#tip.id && height === this.#tip.header.height;
    return isTip ? this.#tip : this.tree.find({ id, height });
  }

  headerAt(height: number): HeaderNode | undefined {
    return this.tree.nodeAt(height);
  }

  isMain(node: HeaderNode): boolean {
    return this.tree.isMain(node);
  }

  locator(): readonly BlockId[] {
    return this.tree.locator(this.#tip);
  }

  contextOf(node: HeaderNode): HeaderContext {
    return this.tree.contextOf(node);
  }

  /** The block's encoding as it was stored, or undefined; it must not be changed. */
  blockBytes(id: BlockId): Uint8Array | undefined {
    const node = this.tree.get(id);
    return node && this.#blocks.bytesOf(node);
  }

  block(id: BlockId): Block | undefined {
    const bytes = this.blockBytes(id);
    return bytes === undefined ? undefined : decodeBlock(bytes, this.networkId);
  }

  /** One commit, or part of one that follows. Throws as the store does, with nothing changed. */
  protected commit(writes: readonly Write[], time: CommitTime): void {
    if (time === 'now') {
      if (!this.#isCommitted) this.flush();
      this.#store.commit(writes);
      return;
    }
    const bytes = this.#buffer.bytes + ACCOUNT_COST_BYTES * this.#accounts.uncommitted.size;
    if (bytes > UNCOMMITTED_BYTES_MAX) this.flush();
    this.#buffer.add(writes);
  }

  /** Commits a change of the tip, as `commit` does, and then the tip is that. */
  protected commitTip({ change, writes, accounts }: StagedReorg, time: CommitTime): void {
    const { tip } = change;
    if (time === 'now') {
      if (!this.#isCommitted) this.flush();
      const commit = this.#accounts.commit(accounts);
      this.#store.commit([...writes, ...commit.writes, ...this.#metaOf(tip)]);
      commit.done();
    } else {
      this.commit(writes, time);
      this.#accounts.change(accounts);
    }
    this.#tip = tip;
    this.tree.remember(tip);
  }

  #metaOf(tip: HeaderNode): readonly Write[] {
    const known = this.#tipWrites?.get(tip);
    if (known !== undefined) return known;
    const meta = [metaWrite({ tipId: tip.id, tipHeight: tip.header.height, params: this.params })];
    this.#tipWrites?.set(tip, meta);
    return meta;
  }

  #readTip(): HeaderNode {
    const { tipId, tipHeight } = readMeta(this.#store)!;
    const tip = readHeaderAt(this.#store, tipHeight);
    assert(tip?.id === tipId, 'the header of the tip is missing');
    this.tree.remember(tip);
    return tip;
  }
}
