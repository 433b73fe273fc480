/**
 * All stored headers as a tree, with the main chain marked in it.
 *
 * Owns: finding headers, ancestors, fork points and locators.
 * Does not own: which branch is the main chain (`chain.ts`). In memory are recently used headers
 * only; the others are read from the store.
 */
import { assert } from '../lib/assert.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { ByteReader } from '../lib/codec.ts';
import type { UnixMs } from '../ports.ts';
import { findAged } from './ages.ts';
import type { HeaderContext } from './checks.ts';
import { readHeader, readHeaderAt, readIdAt } from './header-records.ts';
import { MEDIAN_TIME_BLOCKS } from './params.ts';
import { SPACE } from './records.ts';
import type { BlockAt, HeaderNode, RecordReader } from './records.ts';
import type { BlockId } from './types.ts';

/**
 * (policy) Less than a megabyte. A download passes so many in a tenth of a second: those that stay
 * longer are moved by the garbage collector, twice, and freed late.
 */
export const HEADERS_CACHED_MAX = 1_024;
/**
 * (policy) Heights of blocks whose headers somebody was sent, about 18 MB: peers ask for blocks by
 * id soon after that.
 */
export const HEIGHTS_CACHED_MAX = 131_072;
/** Ids in a locator: enough for any chain, since the steps double. */
export const LOCATOR_IDS_MAX = 64;

/**
 * What was computed of headers. An id stands for all blocks below it, so this is right for whoever
 * has that block: several peers are asked from one tip, a parent has several children, and chains
 * of one process may share it.
 */
export class HeaderMemo {
  readonly locators = new BoundedMap<BlockId, readonly BlockId[]>(16);
  readonly contexts = new WeakMap<HeaderNode, HeaderContext>();
}

/** How much is kept in memory, for who wants less than is usual. */
export interface HeaderMemory {
  readonly headersMax?: number;
  readonly heightsMax?: number;
  /** As `HeaderMemo`; its own when undefined. */
  readonly memo?: HeaderMemo;
}

export class HeaderTree {
  readonly #store: RecordReader;
  readonly #heightMax: () => number;
  readonly #cache: BoundedMap<BlockId, HeaderNode>;
  readonly #heights: BoundedMap<BlockId, number>;
  readonly #memo: HeaderMemo;

  /** `heightMax` is the greatest height of a stored block, the tip's. */
  constructor(store: RecordReader, heightMax: () => number, memory: HeaderMemory = {}) {
    this.#store = store;
    this.#heightMax = heightMax;
    this.#cache = new BoundedMap(memory.headersMax ?? HEADERS_CACHED_MAX);
    this.#heights = new BoundedMap(memory.heightsMax ?? HEIGHTS_CACHED_MAX);
    this.#memo = memory.memo ?? new HeaderMemo();
  }

  /** Whether `get` finds the block without a search. */
  isAtHand(id: BlockId): boolean {
    return this.#cache.has(id) || this.#heights.has(id);
  }

  get(id: BlockId): HeaderNode | undefined {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const height = this.#heights.get(id) ?? this.#search(id);
    if (height === undefined) return undefined;
    this.#heights.set(id, height);
    return this.find({ id, height });
  }

  /** The same for whoever knows the height too, which saves a search through all ages. */
  find(at: BlockAt): HeaderNode | undefined {
    const cached = this.#cache.get(at.id);
    // Most that are asked for and not here are new. Nothing is above the tip: work is the same
    // for each block, so it would be the tip.
    if (cached !== undefined || at.height > this.#heightMax()) return cached;
    const node = readHeader(this.#store, at);
    if (node !== undefined) this.remember(node);
    return node;
  }

  /** Remembers a node that was just committed, or read. */
  remember(node: HeaderNode): void {
    this.#cache.set(node.id, node);
  }

  parentOf(node: HeaderNode): HeaderNode {
    const { previousId, height } = node.header;
    const parent = this.find({ id: previousId, height: height - 1 });
    assert(parent !== undefined, `the parent of ${node.id} is missing`);
    return parent;
  }

  /** The main chain's block at this height. */
  idAt(height: number): BlockId | undefined {
    return readIdAt(this.#store, height);
  }

  nodeAt(height: number): HeaderNode | undefined {
    const node = readHeaderAt(this.#store, height);
    if (node === undefined) return undefined;
    this.remember(node);
    this.#heights.set(node.id, height);
    return node;
  }

  isMain(node: HeaderNode): boolean {
    return this.idAt(node.header.height) === node.id;
  }

  /** What a child of this node is checked against. */
  contextOf(node: HeaderNode): HeaderContext {
    const known = this.#memo.contexts.get(node);
    if (known !== undefined) return known;
    const context = this.#contextOf(node);
    this.#memo.contexts.set(node, context);
    return context;
  }

  #contextOf(node: HeaderNode): HeaderContext {
    const parent = node.header.height > 0 ? this.parentOf(node) : undefined;
    const known = parent && this.#memo.contexts.get(parent);
    if (known !== undefined) {
      const times = [node.header.time, ...known.times.slice(0, MEDIAN_TIME_BLOCKS - 1)];
      return { id: node.id, header: node.header, times };
    }
    const times: UnixMs[] = [node.header.time];
    let current = node;
    while (times.length < MEDIAN_TIME_BLOCKS && current.header.height > 0) {
      current = this.parentOf(current);
      times.push(current.header.time);
    }
    return { id: node.id, header: node.header, times };
  }

  /**
   * The blocks from `node` down to, and without, the first that is on the main chain; newest first.
   */
  branchOf(node: HeaderNode): { branch: HeaderNode[]; fork: HeaderNode } {
    const branch: HeaderNode[] = [];
    let current = node;
    while (!this.isMain(current)) {
      branch.push(current);
      current = this.parentOf(current);
    }
    return { branch, fork: current };
  }

  /** Ids of the main chain from the tip back, in steps that double after ten, genesis last. */
  locator(tip: HeaderNode): readonly BlockId[] {
    const known = this.#memo.locators.get(tip.id);
    if (known !== undefined) return known;
    const ids = this.#idsTo(tip);
    this.#memo.locators.set(tip.id, ids);
    return ids;
  }

  #idsTo(tip: HeaderNode): BlockId[] {
    const ids: BlockId[] = [];
    let step = 1;
    for (let height = tip.header.height; height > 0; height -= step) {
      ids.push(this.idAt(height)!);
      if (ids.length >= 10) step *= 2;
    }
    ids.push(this.idAt(0)!);
    assert(ids.length <= LOCATOR_IDS_MAX);
    return ids;
  }

  #search(id: BlockId): number | undefined {
    const value = findAged(this.#store, SPACE.block, id, this.#heightMax());
    return value && new ByteReader(value).u64();
  }
}
