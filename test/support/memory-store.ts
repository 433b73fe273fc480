/**
 * The store in memory, which tests can tell to fail at any of its calls, and look into.
 * Owns: failing on purpose. Does not own: the map itself (`src/lib/memory-store.ts`).
 */
import { bytesToHex } from '../../src/lib/bytes.ts';
import { MemoryStore as PlainStore } from '../../src/lib/memory-store.ts';
import type { Write } from '../../src/ports.ts';

/** What a store on a bad disk throws. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

export class MemoryStore extends PlainStore {
  /** Counts `get` and `commit` calls, so that a test knows how many places there are to fail. */
  calls = 0;
  /** The number of the call (1 is the next) that throws, once; 0 is never. */
  #failingCall = 0;

  constructor(from?: MemoryStore) {
    super(queueMicrotask, from);
  }

  /** Makes the `count`-th `get` or `commit` from now throw; 1 is the next one. */
  failAfter(count: number): void {
    this.#failingCall = this.calls + count;
  }

  override get(key: Uint8Array): Uint8Array | undefined {
    this.#count();
    return super.get(key);
  }

  override commit(batch: readonly Write[]): void {
    this.#count();
    super.commit(batch);
  }

  /** All records of the key spaces, as hexadecimal text, in key order. */
  dump(...spaces: readonly number[]): (readonly [string, string])[] {
    const prefixes = [...spaces].sort((a, b) => a - b).map((space) => Uint8Array.of(space));
    return prefixes.flatMap((prefix) => [...this.scan(prefix)]
      .map(([key, value]) => [bytesToHex(key), bytesToHex(value)] as const));
  }

  /** A store of its own with the same records. */
  copy(): MemoryStore {
    return new MemoryStore(this);
  }

  #count(): void {
    this.calls++;
    if (this.calls === this.#failingCall) throw new DiskError('the disk failed');
  }
}
