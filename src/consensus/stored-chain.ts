/**
 * The chain as it is stored: reading it, and committing what was decided.
 *
 * Owns: the tip, what of accounts and headers is kept in memory, and blocks that wait to be
 * committed together.
 * Does not own: any decision (`chain.ts`).
 */
import { assert } from '../lib/assert.ts';
import type { BoundedMap } from '../lib/bounded-map.ts';
import { concatBytes } from '../lib/bytes.ts';
import { WriteBuffer } from '../lib/write-buffer.ts';
import type { Store, Write } from '../ports.ts';
import { AccountCache, writesOf } from './account-cache.ts';
import type { Accounts } from './account-cache.ts';
import type { HeaderContext } from './checks.ts';
import { decodeBlock, encodeHeader } from './encoding.ts';
import { readHeaderAt } from './header-records.ts';
import { genesisBlock } from './params.ts';
import type { ChainParams } from './params.ts';
import { blockAt, blockKey, metaWrite, readAccount, readMeta, SPACE } from './records.ts';
import type { HeaderNode, RecordReader } from './records.ts';
import type { StagedReorg } from './reorg.ts';
import { HeaderTree } from './tree.ts';
import type { HeaderMemory } from './tree.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address, Block, BlockHeader, BlockId, NetworkId } from './types.ts';

/** (policy) Bytes of blocks that may wait in memory to be committed together. */
export const UNCOMMITTED_BYTES_MAX = 8_000_000;
/** (policy) What a changed account is counted as. */
const ACCOUNT_COST_BYTES = 300;

/**
 * When a block is committed: before `addBlock` returns, or with those that follow it, when there
 * are many, `flush` is called, or a block comes that is committed now. Until then nobody else sees
 * it, and a crash loses it with all that followed it.
 */
export type CommitTime = 'now' | 'soon';

/** How much is kept in memory, for who wants less than is usual. */
export interface ChainMemory extends HeaderMemory {
  readonly accountsMax?: number;
  /** What is made of the accounts of one `StagedReorg`, for chains that share those. */
  readonly tipWrites?: WeakMap<Accounts, readonly Write[]>;
  /** Blocks that were read, for chains that are read alike. */
  readonly blocks?: BoundedMap<BlockId, Uint8Array>;
}

/** A header with its id. */
export type HashedHeader = Pick<HeaderNode, 'id' | 'header'>;

export class StoredChain {
  readonly params: ChainParams;
  readonly networkId: NetworkId;
  protected readonly tree: HeaderTree;
  readonly #store: Store;
  readonly #buffer: WriteBuffer;
  readonly #accounts: AccountCache;
  readonly #memory: ChainMemory;
  #tip: HeaderNode;

  /** The store is not empty. */
  constructor(params: ChainParams, store: Store, memory: ChainMemory = {}) {
    this.params = params;
    this.networkId = genesisBlock(params).id;
    this.#store = store;
    this.#buffer = new WriteBuffer(store);
    this.#accounts = new AccountCache(memory.accountsMax);
    this.#memory = memory;
    this.tree = new HeaderTree(this.#buffer, () => this.#tip.header.height, memory);
    this.#tip = this.#readTip();
  }

  get tip(): HeaderNode {
    return this.#tip;
  }

  /** The chain's records, with those that are not committed yet. */
  get records(): RecordReader {
    this.#writeChanged();
    return this.#buffer;
  }

  /** The same but accounts and the tip, which take time to write. */
  protected get blockRecords(): RecordReader {
    return this.#buffer;
  }

  /** Reads the tip again, for a process that only reads what another writes. */
  refresh(): HeaderNode {
    // What is not committed yet would be taken for undone.
    this.flush();
    this.#tip = this.#readTip();
    this.#accounts.clear();
    return this.#tip;
  }

  /** Commits the blocks that were added 'soon'. Throws as the store does, and can be repeated. */
  flush(): void {
    this.#writeChanged();
    this.#buffer.flush();
  }

  /** As of the tip. */
  account(address: Address): AccountRecord {
    const cached = this.#accounts.get(address);
    if (cached !== undefined) return cached;
    const account = readAccount(this.#buffer, address) ?? EMPTY_ACCOUNT;
    this.#accounts.remember(address, account);
    return account;
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
    const known = node && this.#memory.blocks?.get(id);
    if (known !== undefined) return known;
    const body = node && this.#buffer.get(blockKey(SPACE.body, blockAt(node)));
    const bytes = body && concatBytes(encodeHeader(node.header), body);
    if (bytes !== undefined) this.#memory.blocks?.set(id, bytes);
    return bytes;
  }

  block(id: BlockId): Block | undefined {
    const bytes = this.blockBytes(id);
    return bytes === undefined ? undefined : decodeBlock(bytes, this.networkId);
  }

  /** One commit, or part of one that follows. Throws as the store does, with nothing changed. */
  protected commit(writes: readonly Write[], time: CommitTime): void {
    if (time === 'now') {
      this.flush();
      this.#store.commit(writes);
      return;
    }
    const bytes = this.#buffer.bytes + ACCOUNT_COST_BYTES * this.#accounts.changed.size;
    if (bytes > UNCOMMITTED_BYTES_MAX) this.flush();
    this.#buffer.add(writes);
  }

  /** Commits a change of the tip, as `commit` does, and then the tip is that. */
  protected commitTip({ change, writes, accounts }: StagedReorg, time: CommitTime): void {
    const { tip } = change;
    if (time === 'now') {
      this.commit([...writes, ...writesOf(accounts), this.#metaOf(tip)], time);
      for (const [address, account] of accounts) this.#accounts.remember(address, account);
    } else {
      this.commit(writes, time);
      this.#accounts.change(accounts);
    }
    this.#tip = tip;
    this.tree.remember(tip);
  }

  /** Accounts and tip, which each block changes, become writes only when somebody reads them. */
  #writeChanged(): void {
    const { changed } = this.#accounts;
    if (changed.size === 0) return; // Each block pays somebody, so it has some.
    // Of one change of the tip, which chains of one process may share.
    const known = this.#memory.tipWrites?.get(changed);
    const writes = known ?? [...writesOf(changed), this.#metaOf(this.#tip)];
    if (known === undefined) this.#memory.tipWrites?.set(changed, writes);
    this.#buffer.add(writes);
    this.#accounts.settle();
  }

  #metaOf(tip: HeaderNode): Write {
    return metaWrite({ tipId: tip.id, tipHeight: tip.header.height, params: this.params });
  }

  #readTip(): HeaderNode {
    const { tipId, tipHeight } = readMeta(this.#store)!;
    const tip = readHeaderAt(this.#store, tipHeight);
    assert(tip?.id === tipId, 'the header of the tip is missing');
    this.tree.remember(tip);
    return tip;
  }
}
