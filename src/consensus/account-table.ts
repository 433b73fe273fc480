/**
 * Accounts in memory, 64 bytes each: an object for each account would take four times that, and the
 * garbage collector would walk over all of them.
 *
 * A hash table without a hash: an address is as good as random already, so its first bits say where
 * to look, and walking through the table is walking through the addresses in about their order,
 * which is what a store likes. Whoever chooses addresses that begin alike finds no place near, and
 * is kept in a map besides.
 *
 * Owns: the layout, and which of the accounts have changed. Does not own: how many there may be,
 * and when a change becomes a record (`accounts.ts`).
 */
import { assert } from '../lib/assert.ts';
import { bytesToHex, hexInto } from '../lib/bytes.ts';
import type { AccountRecord, Address } from './types.ts';

/** Of an account: the address in 8 words, and 4 numbers of 64 bits. */
const WORDS = 16;
const NUMBERS = 8;
const ADDRESS_WORDS = 8;
/** Which of an account's numbers is what. */
const [BALANCE, SEQUENCE, SPENT, RECEIVED] = [4, 5, 6, 7] as const;
const ADDRESS_BYTES = 32;
const COUNT_MIN = 16;
/** (policy) Places that are looked at: half of all are empty, so hardly anybody needs as many. */
const PROBES_MAX = 32;

/** An account and whose it is. */
export type AccountEntry = readonly [Address, AccountRecord];

interface Other {
  readonly account: AccountRecord;
  isChanged: boolean;
}

/** The address that was asked for last, as bytes and as words. */
let askedFor: Address | undefined;
const bytes = new Uint8Array(ADDRESS_BYTES);
const view = new DataView(bytes.buffer);
const asked = new Uint32Array(ADDRESS_WORDS);

export class AccountTable {
  /** At least twice as many as entries: the number of one, from 1 on, or 0. */
  #places = new Uint32Array(2 * COUNT_MIN);
  #words = new Uint32Array(WORDS * COUNT_MIN);
  #balances = new BigUint64Array(this.#words.buffer);
  #numbers = new Float64Array(this.#words.buffer);
  #changes = new Uint8Array(COUNT_MIN);
  #count = 0;
  #changedCount = 0;
  /** Those that found no place. */
  readonly #others = new Map<Address, Other>();

  get size(): number {
    return this.#count + this.#others.size;
  }

  get changedCount(): number {
    return this.#changedCount;
  }

  /** How far `changedFrom` can go. */
  get length(): number {
    return this.#places.length + 1;
  }

  get(address: Address): AccountRecord | undefined {
    const entry = this.#entryOf(address);
    return entry < 0 ? this.#others.get(address)?.account : this.#accountOf(entry);
  }

  isChanged(address: Address): boolean {
    const entry = this.#entryOf(address);
    return entry < 0 ? this.#others.get(address)?.isChanged ?? false : this.#changes[entry] === 1;
  }

  /** What was changed stays so until `settle`. */
  set(address: Address, account: AccountRecord, isChanged: boolean): void {
    const entry = this.#entryFor(address);
    if (entry === undefined) {
      this.#setOther(address, account, isChanged);
      return;
    }
    this.#balances[NUMBERS * entry + BALANCE] = account.balance;
    this.#numbers[NUMBERS * entry + SEQUENCE] = account.sequence;
    this.#numbers[NUMBERS * entry + SPENT] = account.spentAt;
    this.#numbers[NUMBERS * entry + RECEIVED] = account.receivedAt;
    if (!isChanged || this.#changes[entry] === 1) return;
    this.#changes[entry] = 1;
    this.#changedCount++;
  }

  #setOther(address: Address, account: AccountRecord, isChanged: boolean): void {
    const before = this.#others.get(address)?.isChanged ?? false;
    this.#others.set(address, { account, isChanged: before || isChanged });
    if (isChanged && !before) this.#changedCount++;
  }

  /**
   * Those that have changed, in about the order of their addresses: at so many places from `start`
   * on, which is 0 or where a call before has ended.
   */
  changedFrom(start: number, places: number): AccountEntry[] {
    const found: AccountEntry[] = [];
    const end = Math.min(start + places, this.length);
    for (let place = start; place < Math.min(end, this.#places.length); place++) {
      const entry = this.#places[place]! - 1;
      if (entry < 0 || this.#changes[entry] === 0) continue;
      found.push([this.#addressOf(entry), this.#accountOf(entry)]);
    }
    if (start === end || end < this.length) return found;
    for (const [address, { account, isChanged }] of this.#others) {
      if (isChanged) found.push([address, account]);
    }
    return found;
  }

  /** Nothing counts as changed any more. */
  settle(): void {
    if (this.#changedCount === 0) return;
    this.#changes.fill(0);
    this.#changedCount = 0;
    for (const other of this.#others.values()) other.isChanged = false;
  }

  clear(): void {
    this.settle();
    this.#places.fill(0);
    this.#count = 0;
    this.#others.clear();
  }

  #entryOf(address: Address): number {
    ask(address);
    const place = this.#placeOfAsked();
    return place === undefined ? -1 : this.#places[place]! - 1;
  }

  /** The same, or a new one; undefined when there is no place for that. */
  #entryFor(address: Address): number | undefined {
    if (this.#others.has(address)) return undefined;
    const known = this.#entryOf(address);
    if (known >= 0) return known;
    if (2 * (this.#count + 1) > this.#places.length) this.#grow();
    const place = this.#placeOfAsked();
    if (place === undefined) return undefined;
    const entry = this.#count++;
    this.#places[place] = entry + 1;
    this.#words.set(asked, WORDS * entry);
    return entry;
  }

  #placeOfAsked(): number | undefined {
    const mask = this.#places.length - 1;
    const first = this.#firstPlace(asked[0]!);
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const place = (first + probe) & mask;
      const entry = this.#places[place]! - 1;
      if (entry < 0 || this.#isAsked(entry)) return place;
    }
    return undefined;
  }

  #isAsked(entry: number): boolean {
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      if (this.#words[WORDS * entry + word] !== asked[word]) return false;
    }
    return true;
  }

  /** The first bits of an address, as many as there are of places. */
  #firstPlace(firstWord: number): number {
    return firstWord >>> (Math.clz32(this.#places.length) + 1);
  }

  /** Twice as many places; each entry takes one anew. */
  #grow(): void {
    const [words, changes] = [this.#words, this.#changes];
    this.#places = new Uint32Array(2 * this.#places.length);
    this.#words = new Uint32Array(2 * words.length);
    this.#words.set(words);
    this.#balances = new BigUint64Array(this.#words.buffer);
    this.#numbers = new Float64Array(this.#words.buffer);
    this.#changes = new Uint8Array(2 * changes.length);
    this.#changes.set(changes);
    const mask = this.#places.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      const first = this.#firstPlace(words[WORDS * entry]!);
      let place = first;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      // Those before it are as many as they were, and their first places are twice as far away.
      assert(((place - first) & mask) < PROBES_MAX);
      this.#places[place] = entry + 1;
    }
  }

  #addressOf(entry: number): Address {
    askedFor = undefined;
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      view.setUint32(4 * word, this.#words[WORDS * entry + word]!);
    }
    return bytesToHex(bytes) as Address;
  }

  #accountOf(entry: number): AccountRecord {
    return {
      balance: this.#balances[NUMBERS * entry + BALANCE]!,
      sequence: this.#numbers[NUMBERS * entry + SEQUENCE]!,
      spentAt: this.#numbers[NUMBERS * entry + SPENT]!,
      receivedAt: this.#numbers[NUMBERS * entry + RECEIVED]!,
    };
  }
}

function ask(address: Address): void {
  if (address === askedFor) return;
  askedFor = address;
  hexInto(bytes, 0, address);
  for (let word = 0; word < ADDRESS_WORDS; word++) asked[word] = view.getUint32(4 * word);
}
