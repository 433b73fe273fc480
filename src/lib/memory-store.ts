/**
 * The `Store` door in memory: the reference that the disk store is compared with, and what the
 * simulator runs on.
 *
 * Owns: an ordered map of bytes, with scans of one moment.
 * Does not own: durability; `flushed` answers through the `defer` that it was made with, so that
 * its owner decides when.
 */
import type { ScanOptions, Store, Write } from '../ports.ts';
import { assert } from './assert.ts';
import { compareBytes, startsWith } from './bytes.ts';
import { StoreError } from './store-error.ts';

/** The longest key that any store takes, in bytes. */
export const STORE_KEY_BYTES_MAX = 128;

/** Keys in order, and the value of each at the same index. */
interface Entries {
  readonly keys: Uint8Array[];
  readonly values: Uint8Array[];
}

export class MemoryStore implements Store {
  readonly #defer: (run: () => void) => void;
  #entries: Entries = { keys: [], values: [] };
  /** A scan may still read these entries: a commit works on a copy. */
  #shared = false;
  #closed = false;

  /** `defer` runs what it is given in a later turn. The store starts with what `from` holds now. */
  constructor(defer: (run: () => void) => void, from?: MemoryStore) {
    this.#defer = defer;
    if (from !== undefined) this.#entries = copyOf(from.#entries);
  }

  /** How many keys are stored. */
  get size(): number {
    return this.#entries.keys.length;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    checkKey(key);
    const index = lowerBound(this.#entries.keys, key);
    const found = this.#entries.keys[index];
    if (found === undefined || compareBytes(found, key) !== 0) return undefined;
    return this.#entries.values[index]!.slice();
  }

  scan(
    prefix: Uint8Array, options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    assert(options.from === undefined || startsWith(options.from, prefix));
    const begin = (): Entries => {
      this.#checkOpen();
      this.#shared = true;
      return this.#entries;
    };
    const checkOpen = (): void => this.#checkOpen();
    return {
      *[Symbol.iterator]() {
        const { keys, values } = begin();
        const step = options.reverse === true ? -1 : 1;
        let index = startIndex(keys, prefix, options);
        for (; index >= 0 && index < keys.length; index += step) {
          if (!startsWith(keys[index]!, prefix)) return;
          yield [keys[index]!.slice(), values[index]!.slice()] as const;
          checkOpen();
        }
      },
    };
  }

  commit(batch: readonly Write[]): void {
    this.#checkOpen();
    for (const { key } of batch) checkKey(key);
    if (this.#shared) {
      this.#entries = copyOf(this.#entries);
      this.#shared = false;
    }
    for (const write of batch) this.#apply(write);
  }

  flushed(done: (error?: Error) => void): void {
    this.#defer(() => done());
  }

  close(): void {
    this.#closed = true;
  }

  #apply({ key, value }: Write): void {
    const { keys, values } = this.#entries;
    const index = lowerBound(keys, key);
    const found = keys[index];
    const exists = found !== undefined && compareBytes(found, key) === 0;
    if (value === undefined) {
      if (!exists) return;
      keys.splice(index, 1);
      values.splice(index, 1);
    } else if (exists) {
      values[index] = value.slice();
    } else {
      keys.splice(index, 0, key.slice());
      values.splice(index, 0, value.slice());
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('failed', 'the store is closed');
  }
}

function copyOf(entries: Entries): Entries {
  return { keys: entries.keys.slice(), values: entries.values.slice() };
}

function checkKey(key: Uint8Array): void {
  assert(key.length >= 1 && key.length <= STORE_KEY_BYTES_MAX, 'a key has 1 to 128 bytes');
}

/** The index of the first key that is not before `key`. */
function lowerBound(keys: readonly Uint8Array[], key: Uint8Array): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a scan begins; an index outside the keys when there is nothing to see. */
function startIndex(
  keys: readonly Uint8Array[], prefix: Uint8Array, { from, reverse }: ScanOptions,
): number {
  if (reverse !== true) return lowerBound(keys, from ?? prefix);
  if (from === undefined) {
    const end = prefixEnd(prefix);
    return (end === undefined ? keys.length : lowerBound(keys, end)) - 1;
  }
  const index = lowerBound(keys, from);
  const found = keys[index];
  return found !== undefined && compareBytes(found, from) === 0 ? index : index - 1;
}

/** The first key after all those with the prefix; undefined when no key is. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let length = prefix.length; length > 0; length--) {
    if (prefix[length - 1] === 0xff) continue;
    const end = prefix.slice(0, length);
    end[length - 1]! += 1;
    return end;
  }
  return undefined;
}
