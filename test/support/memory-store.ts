/**
 * A store in memory for tests, which can be told to fail at any of its calls.
 * Owns: the contract of `Store` in its plainest form. Does not own: speed, or anything durable.
 */
import { bytesToHex, concatBytes, hexToBytes } from '../../src/lib/bytes.ts';
import type { ScanOptions, Store, Write } from '../../src/ports.ts';

/** What a store on a bad disk throws. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

export class MemoryStore implements Store {
  readonly #records = new Map<string, Uint8Array>();
  /** Counts `get` and `commit` calls, so that a test knows how many places there are to fail. */
  calls = 0;
  /** The number of the call (1 is the next) that throws, once; 0 is never. */
  #failingCall = 0;

  /** Makes the `count`-th `get` or `commit` from now throw; 1 is the next one. */
  failAfter(count: number): void {
    this.#failingCall = this.calls + count;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#count();
    return this.#records.get(bytesToHex(key))?.slice();
  }

  *scan(
    prefix: Uint8Array,
    options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    const { from, reverse = false } = options;
    const [start, limit] = [bytesToHex(prefix), from === undefined ? undefined : bytesToHex(from)];
    const keys = [...this.#records.keys()].filter((key) => key.startsWith(start)).sort();
    if (reverse) keys.reverse();
    for (const key of keys) {
      if (limit !== undefined && (reverse ? key > limit : key < limit)) continue;
      yield [hexToBytes(key)!, this.#records.get(key)!.slice()];
    }
  }

  commit(batch: readonly Write[]): void {
    this.#count();
    for (const { key, value } of batch) {
      if (value === undefined) this.#records.delete(bytesToHex(key));
      else this.#records.set(bytesToHex(key), value.slice());
    }
  }

  flushed(done: (error?: Error) => void): void {
    queueMicrotask(() => done());
  }

  close(): void {}

  /** All records of the key spaces, as hexadecimal text, in key order. */
  dump(...spaces: readonly number[]): (readonly [string, string])[] {
    const wanted = spaces.map((space) => bytesToHex(Uint8Array.of(space)));
    return [...this.#records]
      .filter(([key]) => wanted.includes(key.slice(0, 2)))
      .map(([key, value]) => [key, bytesToHex(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get size(): number {
    return this.#records.size;
  }

  /** A store of its own with the same records. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    for (const [key, value] of this.scan(concatBytes())) copy.#records.set(bytesToHex(key), value);
    return copy;
  }

  #count(): void {
    this.calls++;
    if (this.calls === this.#failingCall) throw new DiskError('the disk failed');
  }
}
