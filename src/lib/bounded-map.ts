/**
 * A map that never grows past a named maximum: the entry set longest ago makes room.
 * Owns: order by last `set`.
 * Does not own: what it means that an entry was dropped.
 */
import { assert } from './assert.ts';

export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    assert(sizeMax > 0);
    this.#sizeMax = sizeMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** Adds or renews an entry; gives the key of the entry that had to go, if one had. */
  set(key: Key, value: Value): Key | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#sizeMax) return undefined;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest as Key);
    return oldest;
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  values(): Iterable<Value> {
    return this.#entries.values();
  }

  entries(): Iterable<[Key, Value]> {
    return this.#entries.entries();
  }
}
