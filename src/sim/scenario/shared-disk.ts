/**
 * Disks of many simulated computers that hold nearly the same: what is equal is in memory once.
 *
 * Owns: the sharing. Keys and values have numbers, the same for all disks of a pool, in the order
 * in which the first disk wrote them; a disk is a table of pages that say for each key which value
 * it has. A disk writes to the pages that it changed last, which are its own; one that it has not
 * changed for a while is exchanged for the pool's equal page. So what a disk takes does not grow
 * with the chain, in whichever order it came to what it holds.
 * Does not own: the `Store` door (`shared-store.ts`).
 */
import { SPACE } from '../../consensus/records.ts';
import { assert } from '../../lib/assert.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { compareBytes, startsWith } from '../../lib/bytes.ts';
import type { Write } from '../../ports.ts';

/** (policy) Keys of a page: those of some 60 blocks. */
const PAGE_KEYS = 256;
/** (policy) Pages that a disk writes to without copying them. */
const OWN_PAGES_MAX = 6;
/** (policy) Pages that changed last on some disk, which other disks may come to. */
const SEALED_PAGES_MAX = 4_096;
/** (policy) Values of a key, the newest first, among which an equal one is looked for. */
const VALUES_SEARCHED_MAX = 64;
/** (policy) Bytes of keys or values that are in one piece of memory. */
const CHUNK_BYTES = 64 * 1024;

/** Which value each of its keys has; 0 for none. Nobody writes to it when it has no owner. */
interface Page {
  readonly values: Uint32Array;
  owner: Disk | undefined;
  /** The commit in which the owner wrote to it last. */
  writtenAt: number;
}

/** What the disks of a run share. Forgets nothing that was ever on a disk. */
export class DiskPool {
  readonly #keys = new Keys();
  /** Of each key, by its number. */
  readonly #places: number[] = [0];
  /** The newest value of each place, and of each value the one before it. */
  readonly #newest: number[] = [];
  readonly #before: number[] = [0];
  readonly #values = new Texts();
  readonly #sealed = new BoundedMap<number, Page>(SEALED_PAGES_MAX);
  /** The next free place for keys of blocks, and for keys whose values change with each block. */
  readonly #free = { block: 0, lasting: 0 };
  #pages = 0;

  /** Keys and values that are kept; for tests. */
  get counts(): { readonly keys: number; readonly values: number } {
    return { keys: this.#places.length - 1, values: this.#before.length - 1 };
  }

  /** All keys that begin with these bytes, in no order. */
  *keys(prefix: Uint8Array): Iterable<readonly [key: Uint8Array, place: number]> {
    for (let number = 1; number < this.#places.length; number++) {
      const key = this.#keys.get(number);
      if (startsWith(key, prefix)) yield [key, this.#places[number]!];
    }
  }

  placeOf(key: Uint8Array): number | undefined {
    const number = this.#keys.find(key);
    return number === 0 ? undefined : this.#places[number];
  }

  /** The same, and it has one from now on. */
  givePlace(key: Uint8Array): number {
    const known = this.#keys.find(key);
    if (known > 0) return this.#places[known]!;
    const kind = isLasting(key) ? 'lasting' : 'block';
    if (this.#free[kind] % PAGE_KEYS === 0) this.#free[kind] = PAGE_KEYS * this.#pages++;
    const place = this.#free[kind]++;
    this.#places[this.#keys.add(key)] = place;
    return place;
  }

  /** The number of a value that the key at this place has on some disk. */
  numberOf(place: number, value: Uint8Array): number {
    const newest = this.#newest[place] ?? 0;
    let number = newest;
    for (let count = 0; number > 0 && count < VALUES_SEARCHED_MAX; count++) {
      if (this.#values.isEqual(number, value)) return number;
      number = this.#before[number]!;
    }
    const made = this.#values.add(value);
    this.#before[made] = newest;
    this.#newest[place] = made;
    return made;
  }

  /** The value in memory of its own. */
  valueOf(number: number): Uint8Array {
    return this.#values.get(number);
  }

  /** A page with these values that nobody writes to any more. */
  seal(page: Page): Page {
    const hash = hashOf(page.values);
    const known = this.#sealed.get(hash);
    if (known !== undefined && isEqualPage(known, page)) return known;
    page.owner = undefined;
    this.#sealed.set(hash, page);
    return page;
  }
}

/** A key that a disk has, and the number of its value. */
export type Entry = readonly [key: Uint8Array, number: number];

/** One disk: what it holds now. */
export class Disk {
  readonly #pool: DiskPool;
  readonly #pages: (Page | undefined)[] = [];
  readonly #own: number[] = [];
  #commits = 0;

  constructor(pool: DiskPool) {
    this.#pool = pool;
  }

  /** Its pages, some of which other disks may have; for tests. */
  get pages(): readonly unknown[] {
    return this.#pages.filter((page) => page !== undefined);
  }

  /** The value in memory of its own. */
  get(key: Uint8Array): Uint8Array | undefined {
    const place = this.#pool.placeOf(key);
    const number = place === undefined ? 0 : this.#numberAt(place);
    return number === 0 ? undefined : this.#pool.valueOf(number);
  }

  commit(batch: readonly Write[]): void {
    this.#commits++;
    for (const { key, value } of batch) this.#write(key, value);
    while (this.#own.length > OWN_PAGES_MAX) this.#sealOne();
  }

  /** Keys that begin with these bytes, in order, and the numbers of their values in the pool. */
  entries(prefix: Uint8Array): Entry[] {
    const found: Entry[] = [];
    for (const [key, place] of this.#pool.keys(prefix)) {
      const number = this.#numberAt(place);
      if (number > 0) found.push([key, number]);
    }
    return found.sort(([a], [b]) => compareBytes(a, b));
  }

  #numberAt(place: number): number {
    return this.#pages[Math.floor(place / PAGE_KEYS)]?.values[place % PAGE_KEYS] ?? 0;
  }

  #write(key: Uint8Array, value: Uint8Array | undefined): void {
    const place = value === undefined ? this.#pool.placeOf(key) : this.#pool.givePlace(key);
    if (place === undefined) return;
    const number = value === undefined ? 0 : this.#pool.numberOf(place, value);
    const page = this.#ownPage(Math.floor(place / PAGE_KEYS));
    page.values[place % PAGE_KEYS] = number;
    page.writtenAt = this.#commits;
  }

  #ownPage(index: number): Page {
    const page = this.#pages[index];
    if (page?.owner === this) return page;
    const values = page?.values.slice() ?? new Uint32Array(PAGE_KEYS);
    const own: Page = { values, owner: this, writtenAt: 0 };
    while (this.#pages.length < index) this.#pages.push(undefined);
    this.#pages[index] = own;
    this.#own.push(index);
    return own;
  }

  /** The page that was written to longest ago is the next to be shared. */
  #sealOne(): void {
    let oldest = 0;
    for (let index = 1; index < this.#own.length; index++) {
      if (this.#ownAt(index).writtenAt < this.#ownAt(oldest).writtenAt) oldest = index;
    }
    const [at] = this.#own.splice(oldest, 1);
    this.#pages[at!] = this.#pool.seal(this.#pages[at!]!);
  }

  #ownAt(index: number): Page {
    return this.#pages[this.#own[index]!]!;
  }
}

/** Bytes one after the other in large pieces of memory: objects would cost more than what is in. */
class Texts {
  readonly #chunks: Uint8Array[] = [];
  #used = CHUNK_BYTES;
  /** Of each text, by its number. */
  readonly #chunkOf: number[] = [0];
  readonly #starts: number[] = [0];
  readonly #ends: number[] = [0];

  /** Gives it the next number, from 1 on. */
  add(value: Uint8Array): number {
    if (this.#used + value.length > (this.#chunks.at(-1)?.length ?? 0)) {
      this.#chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, value.length)));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    this.#chunks[chunk]!.set(value, this.#used);
    this.#chunkOf.push(chunk);
    this.#starts.push(this.#used);
    this.#used += value.length;
    assert(this.#starts.length < 2 ** 32, 'a page has 32 bits for the number of a value');
    return this.#ends.push(this.#used) - 1;
  }

  get(number: number): Uint8Array {
    const chunk = this.#chunks[this.#chunkOf[number]!]!;
    return chunk.slice(this.#starts[number], this.#ends[number]);
  }

  isEqual(number: number, value: Uint8Array): boolean {
    const start = this.#starts[number]!;
    if (this.#ends[number]! - start !== value.length) return false;
    const chunk = this.#chunks[this.#chunkOf[number]!]!;
    for (let index = 0; index < value.length; index++) {
      if (chunk[start + index] !== value[index]) return false;
    }
    return true;
  }
}

/** Texts that are found by what they are: a table of their numbers, at most half full. */
class Keys extends Texts {
  #slots = new Uint32Array(1_024);
  #count = 0;

  /** Its number, 0 for none. */
  find(key: Uint8Array): number {
    return this.#slots[this.#slotOf(key)]!;
  }

  override add(key: Uint8Array): number {
    if (2 * ++this.#count > this.#slots.length) this.#grow();
    const number = super.add(key);
    this.#slots[this.#slotOf(key)] = number;
    return number;
  }

  /** Where its number is, or will be. */
  #slotOf(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(key) & mask;
    for (;;) {
      const number = this.#slots[slot]!;
      if (number === 0 || this.isEqual(number, key)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const numbers = this.#slots;
    this.#slots = new Uint32Array(2 * numbers.length);
    for (const number of numbers) {
      if (number > 0) this.#slots[this.#slotOf(this.get(number))] = number;
    }
  }
}

/** Whether a key's value changes again and again: such keys keep no page of others in use. */
function isLasting(key: Uint8Array): boolean {
  const [space] = key;
  return space === SPACE.meta || space === SPACE.account;
}

function hashOf(words: Uint32Array | Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < words.length; index++) {
    hash = Math.imul(hash ^ words[index]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isEqualPage(one: Page, other: Page): boolean {
  for (let index = 0; index < PAGE_KEYS; index++) {
    if (one.values[index] !== other.values[index]) return false;
  }
  return true;
}
