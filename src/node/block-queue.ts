/**
 * The blocks of a branch in their order: which are to be asked for, and which comes next.
 *
 * Owns: finding what is missing without looking at all of it, and forgetting what is done: a branch
 * may be a million blocks long and is only ever known a few thousand ahead.
 * Does not own: who is asked, and what has come (`download.ts`).
 */
import type { BlockId } from '../consensus/types.ts';

/** Ids that are done and kept until it is worth moving the others. */
const DONE_KEPT_MAX = 4_096;

export class BlockQueue {
  /** The ids from index `#base` on. */
  #ids: BlockId[] = [];
  #base = 0;
  /** Of ids that are not done. */
  readonly #indexes = new Map<BlockId, number>();
  /** Asked for or here. */
  readonly #taken = new Set<BlockId>();
  #next = 0;
  /** From `#next` on, every id below this index is taken. */
  #firstMissing = 0;

  get done(): number {
    return this.#next;
  }

  get total(): number {
    return this.#base + this.#ids.length;
  }

  /** The id whose turn it is; undefined when all are done. */
  get next(): BlockId | undefined {
    return this.#ids[this.#next - this.#base];
  }

  /** The last id of all, or undefined. */
  get last(): BlockId | undefined {
    return this.#ids.at(-1);
  }

  append(ids: readonly BlockId[]): void {
    for (const id of ids) {
      this.#indexes.set(id, this.total);
      this.#ids.push(id);
    }
  }

  /** Whether the id is one of the next `count`. */
  isWithin(id: BlockId, count: number): boolean {
    const index = this.#indexes.get(id);
    return index !== undefined && index < this.#next + count;
  }

  /** Whether any of the next `count` ids is not taken. */
  isAnyMissing(count: number): boolean {
    const end = Math.min(this.#next + count, this.total);
    this.#firstMissing = Math.max(this.#firstMissing, this.#next);
    while (this.#firstMissing < end && this.#isTaken(this.#firstMissing)) this.#firstMissing++;
    return this.#firstMissing < end;
  }

  /** Of the next `count` ids those that are not taken, in order. */
  missing(count: number): BlockId[] {
    if (!this.isAnyMissing(count)) return [];
    const end = Math.min(this.#next + count, this.total);
    const missing: BlockId[] = [];
    for (let index = this.#firstMissing; index < end; index++) {
      if (!this.#isTaken(index)) missing.push(this.#ids[index - this.#base]!);
    }
    return missing;
  }

  take(id: BlockId): void {
    this.#taken.add(id);
  }

  /** It did not come, or not as it should: it is missing again, unless it is done. */
  giveBack(id: BlockId): void {
    this.#taken.delete(id);
    const index = this.#indexes.get(id);
    if (index !== undefined) this.#firstMissing = Math.min(this.#firstMissing, index);
  }

  /** The id whose turn it was is done. */
  advance(): void {
    const id = this.next;
    if (id === undefined) return;
    this.#indexes.delete(id);
    this.#taken.delete(id);
    this.#next++;
    if (this.#next - this.#base <= DONE_KEPT_MAX) return;
    this.#ids = this.#ids.slice(this.#next - this.#base);
    this.#base = this.#next;
  }

  #isTaken(index: number): boolean {
    return this.#taken.has(this.#ids[index - this.#base]!);
  }
}
