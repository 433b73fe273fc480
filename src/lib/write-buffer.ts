/**
 * Writes that are kept in memory for a while, so that many batches become one commit.
 *
 * Owns: reading them back as if they were in the store. A crash loses all that is kept, whole: it
 * becomes one commit, in which the last write of a key wins.
 * Does not own: when to flush.
 */
import type { Store, Write } from '../ports.ts';
import { bytesToText } from './bytes.ts';

/** (policy) What a write costs in memory besides its key and value, in bytes; about. */
const ENTRY_BYTES = 200;

export class WriteBuffer {
  readonly #store: Store;
  #writes: Write[] = [];
  /** The last of each key, of the first `#indexed` writes: made when somebody reads. */
  readonly #index = new Map<string, Write>();
  #indexed = 0;
  #bytes = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** About how much memory is in use. A value that was written again is counted again. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The newest value, in memory that must not be changed; undefined when there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    if (this.#writes.length === 0) return this.#store.get(key);
    const write = this.#lastWrites().get(bytesToText(key));
    return write === undefined ? this.#store.get(key) : write.value;
  }

  /** Keeps the batch; it is seen by `get` at once, and by nobody else. */
  add(batch: readonly Write[]): void {
    for (const write of batch) {
      this.#writes.push(write);
      this.#bytes += ENTRY_BYTES + (write.value?.length ?? 0);
    }
  }

  /** Commits all that is kept. Throws as the store does; then all of it is still kept. */
  flush(): void {
    if (this.#writes.length === 0) return;
    this.#store.commit(this.#writes);
    this.#writes = [];
    if (this.#indexed > 0) this.#index.clear();
    this.#indexed = 0;
    this.#bytes = 0;
  }

  #lastWrites(): ReadonlyMap<string, Write> {
    for (; this.#indexed < this.#writes.length; this.#indexed++) {
      const write = this.#writes[this.#indexed]!;
      this.#index.set(bytesToText(write.key), write);
    }
    return this.#index;
  }
}
