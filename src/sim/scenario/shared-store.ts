/**
 * The `Store` door of a simulated computer whose disk shares with others what is equal.
 *
 * Owns: the laws of the door. What a computer committed is on its disk: crashes that lose some are
 * `../disk.ts`'s. Does not own: the sharing (`shared-disk.ts`).
 */
import { assert } from '../../lib/assert.ts';
import { compareBytes, startsWith } from '../../lib/bytes.ts';
import { STORE_KEY_BYTES_MAX } from '../../lib/memory-store.ts';
import { StoreError } from '../../lib/store-error.ts';
import type { ScanOptions, Store, Write } from '../../ports.ts';
import { Disk } from './shared-disk.ts';
import type { DiskPool, Entry } from './shared-disk.ts';

export class SharedStore implements Store {
  /** What is on the disk; also after the store was closed. */
  readonly disk: Disk;
  readonly #pool: DiskPool;
  readonly #defer: (run: () => void) => void;
  #isClosed = false;

  /** `defer` runs what it is given in a later turn. Without a disk it has an empty one. */
  constructor(pool: DiskPool, defer: (run: () => void) => void, disk = new Disk(pool)) {
    this.#pool = pool;
    this.#defer = defer;
    this.disk = disk;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    checkKey(key);
    return this.disk.get(key);
  }

  scan(
    prefix: Uint8Array, options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    assert(options.from === undefined || startsWith(options.from, prefix));
    const begin = (): Entry[] => {
      this.#checkOpen();
      return entriesFrom(this.disk.entries(prefix), options);
    };
    const pool = this.#pool;
    const checkOpen = (): void => this.#checkOpen();
    return {
      *[Symbol.iterator]() {
        // Numbers of values, which stay what they are whatever is committed meanwhile.
        for (const [key, number] of begin()) {
          yield [key, pool.valueOf(number)] as const;
          checkOpen();
        }
      },
    };
  }

  commit(batch: readonly Write[]): void {
    this.#checkOpen();
    for (const { key } of batch) checkKey(key);
    this.disk.commit(batch);
  }

  flushed(done: (error?: Error) => void): void {
    this.#defer(() => done());
  }

  close(): void {
    this.#isClosed = true;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError('failed', 'the store is closed');
  }
}

function entriesFrom(entries: Entry[], { from, reverse }: ScanOptions): Entry[] {
  if (reverse === true) entries.reverse();
  if (from === undefined) return entries;
  const sign = reverse === true ? -1 : 1;
  return entries.filter(([key]) => sign * compareBytes(key, from) >= 0);
}

function checkKey(key: Uint8Array): void {
  assert(key.length >= 1 && key.length <= STORE_KEY_BYTES_MAX, 'a key has 1 to 128 bytes');
}
