/**
 * A map that never grows past a named maximum: the entry set longest ago makes room.
 * Owns: order by last `set`.
 * Does not own: what it means that an entry was dropped.
 */
import { assert } from './assert.ts';

export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  /**
   * Stands before the oldest entry: what it has passed is gone. A new iterator for each entry that
   * must go would pass all those that have gone before, thousands in a large map.
   */
  #oldest = this.#entries.keys();
  /** Entries that left otherwise than as the oldest since `#oldest` was made. */
  #passedBy = 0;
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
    this.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#sizeMax) return undefined;
    return this.#dropOldest();
  }

  delete(key: Key): boolean {
    if (!this.#entries.delete(key)) return false;
    // An iterator that stands still keeps every table that the map has outgrown since.
    if (++this.#passedBy > this.#sizeMax) this.#rewind();
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#rewind();
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

  #dropOldest(): Key {
    let next = this.#oldest.next();
    if (next.done === true) {
      // It came to the end once, when the map was empty.
      this.#rewind();
      next = this.#oldest.next();
    }
    assert(next.done !== true);
    this.#entries.delete(next.value);
    return next.value;
  }

  #rewind(): void {
    this.#oldest = this.#entries.keys();
    this.#passedBy = 0;
  }
}
