/**
 * Blocks of the tree as far as they are looked at, fetched a hundred heights at a time.
 *
 * Owns: which heights are here, in a cache of bounded size; what is asked for next.
 * Does not own: which heights are to be seen (`viewport.ts`).
 */
import { signal } from '@preact/signals';
import type { Flag, TreeBlock } from '../../api/schema/chain.ts';
import { node } from '../node.ts';
import { CHUNK_HEIGHTS, chunksOf } from './viewport.ts';
import type { HeightRange } from './viewport.ts';

/** (policy) Chunks that are kept: the view of the smallest scale needs twelve. */
const CHUNKS_MAX = 48;
/** (policy) Questions at a time; a browser has six connections. */
const LOADING_MAX = 2;

interface Chunk {
  readonly blocks: readonly TreeBlock[];
  readonly isCut: boolean;
  isStale: boolean;
}

export class TreeSource {
  /** Grows with each answer. */
  readonly version = signal(0);
  readonly flags = signal<readonly Flag[]>([]);
  readonly failure = signal<Error | undefined>(undefined);
  /** The ones used last are at the end. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #loading = new Set<number>();
  #wanted: readonly number[] = [];

  /** Asks for what is not here of these heights, and for nothing that was wanted before. */
  want(range: HeightRange): void {
    this.#wanted = chunksOf(range);
    this.#next();
  }

  /** From this height on there is something new; what is old stays until it is here. */
  refresh(fromHeight: number): void {
    for (const [index, chunk] of this.#chunks) {
      if ((index + 1) * CHUNK_HEIGHTS > fromHeight) chunk.isStale = true;
    }
    this.#next();
  }

  /** What is here of these heights. */
  blocks({ from, to }: HeightRange): TreeBlock[] {
    return chunksOf({ from, to }).flatMap((index) => this.#use(index)?.blocks ?? [])
      .filter(({ height }) => height >= from && height <= to);
  }

  isCut(range: HeightRange): boolean {
    return chunksOf(range).some((index) => this.#chunks.get(index)?.isCut === true);
  }

  find(id: string): TreeBlock | undefined {
    for (const { blocks } of this.#chunks.values()) {
      const found = blocks.find((block) => block.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #use(index: number): Chunk | undefined {
    const chunk = this.#chunks.get(index);
    if (chunk === undefined) return undefined;
    this.#chunks.delete(index);
    this.#chunks.set(index, chunk);
    return chunk;
  }

  #next(): void {
    for (const index of this.#wanted) {
      if (this.#loading.size >= LOADING_MAX) return;
      const isHere = this.#chunks.get(index)?.isStale === false;
      if (!isHere && !this.#loading.has(index)) void this.#load(index);
    }
  }

  async #load(index: number): Promise<void> {
    this.#loading.add(index);
    const stale = this.#chunks.get(index);
    if (stale !== undefined) stale.isStale = false; // What comes meanwhile makes it so again.
    try {
      const from = index * CHUNK_HEIGHTS;
      const tree = await node.tree({ from, to: from + CHUNK_HEIGHTS - 1 });
      const isStale = this.#chunks.get(index)?.isStale ?? false;
      this.#chunks.delete(index);
      this.#chunks.set(index, { blocks: tree.blocks, isCut: tree.is_cut, isStale });
      this.#forget();
      this.flags.value = tree.flags;
      this.failure.value = undefined;
    } catch (error) {
      this.failure.value = error as Error;
      this.#wanted = this.#wanted.filter((one) => one !== index); // Until it is wanted again.
    }
    this.#loading.delete(index);
    this.version.value += 1;
    this.#next();
  }

  #forget(): void {
    for (const index of this.#chunks.keys()) {
      if (this.#chunks.size <= CHUNKS_MAX) return;
      this.#chunks.delete(index);
    }
  }
}
