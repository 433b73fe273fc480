/**
 * Writes that are kept in memory for a while: to see what a store would hold, and so that many
 * batches become one commit.
 *
 * Owns: reading them back as if they were in the store. A crash loses all that is kept, whole: it
 * becomes one commit, in which the last write of a key wins.
 * Does not own: when to flush.
 */
import type { Store, Write } from '../ports.ts';
import { bytesToText } from './bytes.ts';

/** (policy) What a write costs in memory besides its key and value, in bytes; about. */
const ENTRY_BYTES = 200;

/** The last write of each key with one first byte, of the first `count` writes. */
interface Index {
  readonly last: Map<string, Write>;
  count: number;
}

/** What a store would hold after some writes, which it never gets. */
export class WriteOverlay {
  readonly #base: Pick<Store, 'get'>;
  protected writes: Write[] = [];
  /** By the first byte of keys: made when somebody reads such a key, and most are never read. */
  readonly #indexes = new Map<number, Index>();

  constructor(base: Pick<Store, 'get'>) {
    this.#base = base;
  }

  /** The newest value, in memory that must not be changed; undefined when there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    if (this.writes.length === 0) return this.#base.get(key);
    const write = this.#lastWrites(key[0]!).get(bytesToText(key));
    return write === undefined ? this.#base.get(key) : write.value;
  }

  /** Keeps the batch; it is seen by `get` at once, and by nobody else. */
  add(batch: readonly Write[]): void {
    for (const write of batch) this.writes.push(write);
  }

  protected clear(): void {
    this.writes = [];
    this.#indexes.clear();
  }

  #lastWrites(firstByte: number): ReadonlyMap<string, Write> {
    const index = this.#indexes.get(firstByte) ?? { last: new Map<string, Write>(), count: 0 };
    if (index.count === 0) this.#indexes.set(firstByte, index);
    for (; index.count < this.writes.length; index.count++) {
      const write = this.writes[index.count]!;
      if (write.key[0] === firstByte) index.last.set(bytesToText(write.key), write);
    }
    return index.last;
  }
}

/** Writes that a store gets together. */
export class WriteBuffer extends WriteOverlay {
  readonly #store: Store;
  #bytes = 0;

  constructor(store: Store) {
    super(store);
    this.#store = store;
  }

  get isEmpty(): boolean {
    return this.writes.length === 0;
  }

  /** About how much memory is in use. A value that was written again is counted again. */
  get bytes(): number {
    return this.#bytes;
  }

  override add(batch: readonly Write[]): void {
    super.add(batch);
    for (const { value } of batch) this.#bytes += ENTRY_BYTES + (value?.length ?? 0);
  }

  /** Commits all that is kept, and this. Throws as the store does; then all is still kept. */
  flush(last: readonly Write[] = []): void {
    const batch = last.length === 0 ? this.writes : [...this.writes, ...last];
    if (batch.length > 0) this.#store.commit(batch);
    this.clear();
    this.#bytes = 0;
  }
}
