/**
 * Addresses by index, found again by chains: a hash table without a hash, for an address is as good
 * as random, and its first bits say in which chain it is. Whoever chooses addresses that begin
 * alike finds that a chain has an end.
 *
 * Owns: the layout. Does not own: which index an address gets, and what else has that index
 * (`account-table.ts`).
 */
import { hexInto, u32Into } from '../lib/bytes.ts';
import type { Address } from './types.ts';

const ADDRESS_WORDS = 8;
export const ADDRESS_BYTES = 4 * ADDRESS_WORDS;
/** (policy) As many chains as addresses, so hardly one is a quarter as long. */
const CHAIN_MAX = 32;

/** The address that was asked for last, as bytes and as words. */
let askedFor: Address | undefined;
const view = new DataView(new ArrayBuffer(ADDRESS_BYTES));
const bytes = new Uint8Array(view.buffer);
const asked = new Uint32Array(ADDRESS_WORDS);

export class AddressIndex {
  /** For each beginning of an address, which one heads its chain: index and 1, or 0. */
  #heads: Uint32Array;
  /** For each address, which one follows it in its chain. */
  #followers: Uint32Array;
  #words: Uint32Array;
  /** Addresses in the chain that was looked through last, if all of it was. */
  #looked = 0;

  /** `room` is a power of two; indexes are below. */
  constructor(room: number) {
    this.#heads = new Uint32Array(room);
    this.#followers = new Uint32Array(room);
    this.#words = new Uint32Array(ADDRESS_WORDS * room);
  }

  get room(): number {
    return this.#heads.length;
  }

  /** -1 when it is not here. */
  find(address: Address): number {
    if (address !== askedFor) {
      hexInto(bytes, 0, address);
      for (let word = 0; word < ADDRESS_WORDS; word++) asked[word] = view.getUint32(4 * word);
      askedFor = address;
    }
    return this.#findAsked();
  }

  /** The same for an address that begins there. */
  findIn(encoded: DataView, at: number): number {
    askedFor = undefined;
    for (let word = 0; word < ADDRESS_WORDS; word++) asked[word] = encoded.getUint32(at + 4 * word);
    return this.#findAsked();
  }

  /** Whether the address that was not found may be added. */
  get hasRoom(): boolean {
    return this.#looked < CHAIN_MAX;
  }

  /** The address that was not found has this index from now on, which nobody else has. */
  add(index: number): void {
    this.#words.set(asked, ADDRESS_WORDS * index);
    this.#link(index);
  }

  /** Takes the address with this index out. */
  remove(index: number): void {
    const chain = this.#chainOf(this.firstWordAt(index));
    const follower = this.#followers[index]!;
    let [before, link] = [0, this.#heads[chain]!];
    for (; link !== index + 1; link = this.#followers[link - 1]!) before = link;
    if (before > 0) this.#followers[before - 1] = follower;
    else this.#heads[chain] = follower;
  }

  addressAt(index: number): Uint8Array {
    const address = new Uint8Array(ADDRESS_BYTES);
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      u32Into(address, 4 * word, this.#words[ADDRESS_WORDS * index + word]!);
    }
    return address;
  }

  /** The first 32 bits of the address. */
  firstWordAt(index: number): number {
    return this.#words[ADDRESS_WORDS * index]!;
  }

  /** Makes room when all indexes are taken, and more chains, each with a part of an old one. */
  grow(room: number): void {
    const [words, count] = [this.#words, this.room];
    this.#words = new Uint32Array(ADDRESS_WORDS * room);
    this.#words.set(words);
    this.#heads = new Uint32Array(room);
    this.#followers = new Uint32Array(room);
    for (let index = 0; index < count; index++) this.#link(index);
  }

  clear(): void {
    this.#heads.fill(0);
  }

  #findAsked(): number {
    let link = this.#heads[this.#chainOf(asked[0]!)]!;
    this.#looked = 0;
    for (; link !== 0 && !this.#isAsked(link - 1); this.#looked++) {
      link = this.#followers[link - 1]!;
    }
    return link - 1;
  }

  #isAsked(index: number): boolean {
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      if (this.#words[ADDRESS_WORDS * index + word] !== asked[word]) return false;
    }
    return true;
  }

  /** Puts it before all others of its chain. */
  #link(index: number): void {
    const chain = this.#chainOf(this.firstWordAt(index));
    this.#followers[index] = this.#heads[chain]!;
    this.#heads[chain] = index + 1;
  }

  /** The first bits, as many as tell the chains apart. */
  #chainOf(firstWord: number): number {
    return firstWord >>> (Math.clz32(this.#heads.length) + 1);
  }
}
