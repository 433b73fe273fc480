/**
 * Accounts in memory, about 73 bytes each: an object for each would take four times that, and the
 * garbage collector would walk over all of them.
 *
 * Owns: the layout, which accounts have changed, and which of the others are forgotten for new
 * ones. Does not own: finding them (`address-index.ts`), and when a change becomes a record
 * (`account-log.ts`).
 */
import { assert } from '../lib/assert.ts';
import { ADDRESS_BYTES, AddressIndex } from './address-index.ts';
import type { AccountRecord, Address } from './types.ts';

/** Of an account, 64 bits each, and which is what; a delta has them in this order. */
const NUMBERS = 4;
const [BALANCE, SEQUENCE, SPENT, RECEIVED] = [0, 1, 2, 3] as const;
const NUMBER_BYTES = 8;
const ROOM_MIN = 16;
/** Beyond, there is room for all at once: nothing is copied, and what is empty takes none. */
const COPIED_MAX = 65_536;
/** (policy) Accounts that are looked at for one to forget: most have not changed. */
const LOOKS_MAX = 256;

export class AccountTable {
  readonly #countMax: number;
  readonly #addresses = new AddressIndex(ROOM_MIN);
  #balances = new BigUint64Array(NUMBERS * ROOM_MIN);
  /** In the same memory. */
  #numbers = new Float64Array(this.#balances.buffer);
  /** 1 for each account that has changed. */
  #changes = new Uint8Array(ROOM_MIN);
  #changedCount = 0;
  #count = 0;
  /** Where the search for an account to forget goes on. */
  #hand = 0;

  constructor(countMax: number) {
    assert(countMax > 0);
    this.#countMax = countMax;
  }

  get(address: Address): AccountRecord | undefined {
    const index = this.#addresses.find(address);
    return index < 0 ? undefined : this.accountAt(index);
  }

  /** How many have changed and are not settled. */
  get changedCount(): number {
    return this.#changedCount;
  }

  /** Takes an account that has not changed, if there is room or it is here already. */
  remember(address: Address, account: AccountRecord): void {
    const index = this.#placeOf(this.#addresses.find(address));
    if (index >= 0) this.#write(index, account);
  }

  /** Takes an account that is kept until it is settled; false when there is no room. */
  change(address: Address, account: AccountRecord): boolean {
    const index = this.#placeOf(this.#addresses.find(address));
    if (index < 0) return false;
    this.#write(index, account);
    this.#mark(index);
    return true;
  }

  /** The same of the account that begins there in a delta, of which there may be very many. */
  changeAsIn(delta: DataView, at: number): boolean {
    const index = this.#placeOf(this.#addresses.findIn(delta, at));
    if (index < 0) return false;
    const from = at + ADDRESS_BYTES;
    this.#balances[NUMBERS * index + BALANCE] = delta.getBigUint64(from + NUMBER_BYTES * BALANCE);
    for (let number: number = SEQUENCE; number <= RECEIVED; number++) {
      const place = from + NUMBER_BYTES * number;
      this.#numbers[NUMBERS * index + number] =
        delta.getUint32(place) * 0x1_0000_0000 + delta.getUint32(place + 4);
    }
    this.#mark(index);
    return true;
  }

  /** Indexes of those that have changed, in the order of addresses, which is what a store likes. */
  changed(): Uint32Array {
    // First words before indexes, in one number that sorts.
    const keys = new Float64Array(this.#changedCount);
    const { room } = this.#addresses;
    let index = -1;
    for (let key = 0; key < keys.length; key++) {
      index = this.#changes.indexOf(1, index + 1);
      keys[key] = this.#addresses.firstWordAt(index) * room + index;
    }
    return Uint32Array.from(keys.sort(), (key) => key % room);
  }

  /** The bytes of its address. */
  addressAt(index: number): Uint8Array {
    return this.#addresses.addressAt(index);
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
    this.#addresses.clear();
    this.#changes.fill(0);
    this.#changedCount = this.#count = this.#hand = 0;
  }

  /** The index that was found, or one for the address that was not; -1 when there is no room. */
  #placeOf(found: number): number {
    if (found >= 0 || !this.#addresses.hasRoom) return found;
    const index = this.#count < this.#countMax ? this.#append() : this.#forgetOne();
    if (index >= 0) this.#addresses.add(index);
    return index;
  }

  #append(): number {
    if (this.#count === this.#addresses.room) this.#grow();
    return this.#count++;
  }

  /** Gives the index of an account that is forgotten: the next in turn that has not changed. */
  #forgetOne(): number {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const index = this.#hand;
      this.#hand = (index + 1) % this.#count;
      if (this.#changes[index] === 1) continue;
      this.#addresses.remove(index);
      return index;
    }
    return -1;
  }

  #grow(): void {
    const [balances, changes] = [this.#balances, this.#changes];
    let room = 2 * this.#count;
    while (room > COPIED_MAX && room < this.#countMax) room *= 2;
    this.#balances = new BigUint64Array(NUMBERS * room);
    this.#balances.set(balances);
    this.#numbers = new Float64Array(this.#balances.buffer);
    this.#changes = new Uint8Array(room);
    this.#changes.set(changes);
    this.#addresses.grow(room);
  }

  #write(index: number, account: AccountRecord): void {
    const at = NUMBERS * index;
    this.#balances[at + BALANCE] = account.balance;
    this.#numbers[at + SEQUENCE] = account.sequence;
    this.#numbers[at + SPENT] = account.spentAt;
    this.#numbers[at + RECEIVED] = account.receivedAt;
  }

  #mark(index: number): void {
    if (this.#changes[index] === 0) this.#changedCount++;
    this.#changes[index] = 1;
  }
}
