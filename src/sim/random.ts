/**
 * Chance that can be repeated: a generator that is seeded, and the draws that the simulator needs.
 *
 * Owns: one stream of numbers for each purpose, so that one more draw for one purpose shifts no
 * other. Does not own: secrets. The generator is xoshiro128** (Blackman and Vigna, 2018), seeded by
 * a mixer of the kind of MurmurHash3's; it is fast and even, and anybody can predict it.
 */
import { assert } from '../lib/assert.ts';
import type { Random } from '../ports.ts';

/** A stream of chance; also the `Random` door of a simulated node. */
export class Chance implements Random {
  readonly #state = new Uint32Array(4);

  /** The same seed and purpose give the same stream. `seed` is a whole number, 0 to 2^53 - 1. */
  constructor(seed: number, purpose: string) {
    let mixed = hashText(purpose) ^ (seed >>> 0);
    mixed = mix(mixed + Math.floor(seed / 2 ** 32));
    for (let index = 0; index < 4; index++) {
      mixed = mix((mixed + 0x9e3779b9) >>> 0);
      this.#state[index] = mixed;
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** 32 random bits, as a whole number. */
  u32(): number {
    const state = this.#state;
    const second = state[1]!;
    const result = Math.imul(rotate(Math.imul(second, 5), 7), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= second;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= second << 9;
    state[3] = rotate(state[3]!, 11);
    return result;
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.u32() / 2 ** 32;
  }

  /** A whole number of `min` to `max`, both possible. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True in this share of the draws. Draws in any case, so that the share shifts nothing. */
  happens(share: number): boolean {
    return this.fraction() < share;
  }

  /** A waiting time in whole ms, at least 1, exponentially distributed about the mean. */
  waitMs(meanMs: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.fraction()) * meanMs));
  }

  pick<Item>(items: readonly Item[]): Item {
    assert(items.length > 0);
    return items[this.between(0, items.length - 1)]!;
  }

  /** The items in another order, in fresh memory. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let index = 0; index < count; index++) bytes[index] = this.u32() >>> 24;
    return bytes;
  }
}

/** FNV-1a, 32 bits, over the UTF-16 units of a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function rotate(word: number, count: number): number {
  return ((word << count) | (word >>> (32 - count))) >>> 0;
}

function mix(word: number): number {
  let mixed = word >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
