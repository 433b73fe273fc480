/**
 * Accounts in memory, about 73 bytes each: an object for each would take four times that, and the
 * garbage collector would walk over all of them.
 *
 * A hash table without a hash, for an address is as good as random: its first bits say in which
 * chain it is. Whoever chooses addresses that begin alike finds that a chain has an end.
 *
 * Owns: the layout, which accounts have changed, and which of the others are forgotten for new
 * ones. Does not own: when a change becomes a record (`accounts.ts`).
 */
import { assert } from '../lib/assert.ts';
import { hexInto, u32Into } from '../lib/bytes.ts';
import type { AccountRecord, Address } from './types.ts';

/** Of an account: the address in 8 words, and 4 numbers of 64 bits. */
const WORDS = 16;
const NUMBERS = 8;
const ADDRESS_WORDS = 8;
/** Which of an account's numbers is what. */
const [BALANCE, SEQUENCE, SPENT, RECEIVED] = [4, 5, 6, 7] as const;
const COUNT_MIN = 16;
/** Beyond, there is room for all at once: nothing is copied, and what is empty takes none. */
const COPIED_MAX = 65_536;
/** (policy) As many chains as accounts, so hardly one is a quarter as long. */
const CHAIN_MAX = 32;
/** (policy) Accounts that are looked at for one to forget: most have not changed. */
const LOOKS_MAX = 256;

/** The address that was asked for last, as bytes and as words. */
let askedFor: Address | undefined;
const view = new DataView(new ArrayBuffer(4 * ADDRESS_WORDS));
const bytes = new Uint8Array(view.buffer);
const asked = new Uint32Array(ADDRESS_WORDS);
/** And with how many others it was compared. */
let looked = 0;

export class AccountTable {
  readonly #countMax: number;
  /** For each beginning of an address, which account heads its chain: index and 1, or 0. */
  #heads = new Uint32Array(COUNT_MIN);
  /** For each account, which one follows it in its chain. */
  #followers = new Uint32Array(COUNT_MIN);
  #words = new Uint32Array(WORDS * COUNT_MIN);
  #balances = new BigUint64Array(this.#words.buffer);
  #numbers = new Float64Array(this.#words.buffer);
  /** 1 for each account that has changed. */
  #changes = new Uint8Array(COUNT_MIN);
  #changedCount = 0;
  #count = 0;
  /** Where the search for an account to forget goes on. */
  #hand = 0;

  constructor(countMax: number) {
    assert(countMax > 0);
    this.#countMax = countMax;
  }

  get(address: Address): AccountRecord | undefined {
    const index = this.#find(address);
    return index < 0 ? undefined : this.accountAt(index);
  }

  /** How many have changed and are not settled. */
  get changedCount(): number {
    return this.#changedCount;
  }

  /** Takes an account that has not changed, if there is room or it is here already. */
  remember(address: Address, account: AccountRecord): void {
    const index = this.#indexFor(address);
    if (index !== undefined) this.#write(index, account);
  }

  /** Takes an account that is kept until it is settled; false when there is no room. */
  change(address: Address, account: AccountRecord): boolean {
    const index = this.#indexFor(address);
    if (index === undefined) return false;
    this.#write(index, account);
    if (this.#changes[index] === 0) this.#changedCount++;
    this.#changes[index] = 1;
    return true;
  }

  /** Indexes of those that have changed, in the order of addresses, which is what a store likes. */
  changed(): Uint32Array {
    // First words before indexes, in one number that sorts.
    const keys = new Float64Array(this.#changedCount);
    let index = -1;
    for (let key = 0; key < keys.length; key++) {
      index = this.#changes.indexOf(1, index + 1);
      keys[key] = this.#words[WORDS * index]! * this.#heads.length + index;
    }
    return Uint32Array.from(keys.sort(), (key) => key % this.#heads.length);
  }

  /** The bytes of its address. */
  addressAt(index: number): Uint8Array {
    const address = new Uint8Array(4 * ADDRESS_WORDS);
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      u32Into(address, 4 * word, this.#words[WORDS * index + word]!);
    }
    return address;
  }

  accountAt(index: number): AccountRecord {
    const at = NUMBERS * index;
    return {
      balance: this.#balances[at + BALANCE]!,
      sequence: this.#numbers[at + SEQUENCE]!,
      spentAt: this.#numbers[at + SPENT]!,
      receivedAt: this.#numbers[at + RECEIVED]!,
    };
  }

  /** It is in the store as it is here. */
  settle(index: number): void {
    this.#changedCount -= this.#changes[index]!;
    this.#changes[index] = 0;
  }

  clear(): void {
    this.#heads.fill(0);
    this.#changes.fill(0);
    this.#changedCount = this.#count = this.#hand = 0;
  }

  #find(address: Address): number {
    ask(address);
    let link = this.#heads[this.#chainOf(asked[0]!)]!;
    looked = 0;
    for (; link !== 0 && !this.#isAsked(link - 1); looked++) link = this.#followers[link - 1]!;
    return link - 1;
  }

  /** Where the account is, or may be from now on. */
  #indexFor(address: Address): number | undefined {
    const known = this.#find(address);
    if (known >= 0) return known;
    if (looked >= CHAIN_MAX) return undefined;
    const isFull = this.#count === this.#countMax;
    const index = isFull ? this.#forgetOne() : this.#count++;
    if (index === undefined) return undefined;
    if (index === this.#followers.length) this.#grow();
    this.#words.set(asked, WORDS * index);
    this.#link(index);
    return index;
  }

  /** Puts it before all others of its chain. */
  #link(index: number): void {
    const chain = this.#chainOf(this.#words[WORDS * index]!);
    this.#followers[index] = this.#heads[chain]!;
    this.#heads[chain] = index + 1;
  }

  /** Gives the index of an account that is forgotten: the next in turn that has not changed. */
  #forgetOne(): number | undefined {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const index = this.#hand;
      this.#hand = (index + 1) % this.#count;
      if (this.#changes[index] === 1) continue;
      this.#unlink(index);
      return index;
    }
    return undefined;
  }

  #unlink(index: number): void {
    const chain = this.#chainOf(this.#words[WORDS * index]!);
    const follower = this.#followers[index]!;
    let [before, link] = [0, this.#heads[chain]!];
    for (; link !== index + 1; link = this.#followers[link - 1]!) before = link;
    if (before > 0) this.#followers[before - 1] = follower;
    else this.#heads[chain] = follower;
  }

  #isAsked(index: number): boolean {
    for (let word = 0; word < ADDRESS_WORDS; word++) {
      if (this.#words[WORDS * index + word] !== asked[word]) return false;
    }
    return true;
  }

  /** The first bits of an address, as many as tell the chains apart. */
  #chainOf(firstWord: number): number {
    return firstWord >>> (Math.clz32(this.#heads.length) + 1);
  }

  /** More room, and as many more chains, each of which has a part of an old one. */
  #grow(): void {
    const [words, changes, count] = [this.#words, this.#changes, this.#heads.length];
    let room = 2 * count;
    while (room > COPIED_MAX && room < this.#countMax) room *= 2;
    this.#words = new Uint32Array(WORDS * room);
    this.#words.set(words);
    this.#balances = new BigUint64Array(this.#words.buffer);
    this.#numbers = new Float64Array(this.#words.buffer);
    this.#changes = new Uint8Array(room);
    this.#changes.set(changes);
    this.#heads = new Uint32Array(room);
    this.#followers = new Uint32Array(room);
    for (let index = 0; index < count; index++) this.#link(index);
  }

  #write(index: number, account: AccountRecord): void {
    const at = NUMBERS * index;
    this.#balances[at + BALANCE] = account.balance;
    this.#numbers[at + SEQUENCE] = account.sequence;
    this.#numbers[at + SPENT] = account.spentAt;
    this.#numbers[at + RECEIVED] = account.receivedAt;
  }
}

function ask(address: Address): void {
  if (address === askedFor) return;
  askedFor = address;
  hexInto(bytes, 0, address);
  for (let word = 0; word < ADDRESS_WORDS; word++) asked[word] = view.getUint32(4 * word);
}
