/**
 * Writes that are kept in memory for a while: to see what a store would hold, and so that many
 * batches become one commit.
 *
 * Owns: reading them back as if they were in the store, and keeping each key's last value only. A
 * crash loses all that is kept, whole: it becomes one commit.
 * Does not own: when to flush.
 */
import type { Store, Write } from '../ports.ts';
import { bytesToText } from './bytes.ts';

/** (policy) What a write costs in memory besides its key and value, in bytes; about. */
const ENTRY_BYTES = 200;

/** What a store would hold after some writes, which it never gets. */
export class WriteOverlay {
  readonly #base: Pick<Store, 'get'>;
  protected readonly writes = new Map<string, Write>();

  constructor(base: Pick<Store, 'get'>) {
    this.#base = base;
  }

  /** The newest value, in memory that must not be changed; undefined when there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    if (this.writes.size === 0) return this.#base.get(key);
    const write = this.writes.get(bytesToText(key));
    return write === undefined ? this.#base.get(key) : write.value;
  }

  /** Keeps the batch; it is seen by `get` at once, and by nobody else. */
  add(batch: readonly Write[]): void {
    for (const write of batch) this.writes.set(bytesToText(write.key), write);
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

  /** About how much memory is in use. A value that was written again is counted again. */
  get bytes(): number {
    return this.#bytes;
  }

  override add(batch: readonly Write[]): void {
    super.add(batch);
    for (const { value } of batch) this.#bytes += ENTRY_BYTES + (value?.length ?? 0);
  }

  /** Commits all that is kept. Throws as the store does; then all of it is still kept. */
  flush(): void {
    if (this.writes.size === 0) return;
    this.#store.commit([...this.writes.values()]);
    this.writes.clear();
    this.#bytes = 0;
  }
}
