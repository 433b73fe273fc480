/**
 * Random and nearly valid bytes for decoders, from a seed that replays them.
 *
 * Owns: making inputs and reporting the first bad one. Does not own: what a decoder must do
 * (`targets.ts`).
 */
import { bytesToHex, concatBytes } from '../../src/lib/bytes.ts';

/** One decoder and what must hold for it. */
export interface Target {
  readonly name: string;
  /** Valid encodings, to be bent; at least one. */
  readonly seeds: readonly Uint8Array[];
  /** How many inputs it gets, relative to the others; 1 when nothing is said. */
  readonly weight?: number;
  /** True when the bytes are a value; throws when the decoder does, or when a law is broken. */
  check(bytes: Uint8Array): boolean;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were a value. */
  readonly decoded: number;
}

const RANDOM_BYTES_MAX = 300;
const BENDS_MAX = 4;

/** Numbers from 0 to below a bound, the same ones for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `bound - 1`; 0 when the bound is 0. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

/** Values that limits and signs turn on. */
const EDGES: readonly (readonly number[])[] = [
  [0], [1], [0x7f], [0x80], [0xff], [0xff, 0xff], [0, 0], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0],
  [0x80, 0, 0, 0, 0, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0, 0x20, 0, 0, 0, 0, 0, 0], [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

/**
 * One change: a bit, a byte, an edge, or a piece cut, doubled, put in, or taken from another seed.
 */
function bend(dice: Dice, bytes: Uint8Array, seeds: readonly Uint8Array[]): Uint8Array {
  const at = dice.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const few = 1 + dice.below(8);
  switch (dice.below(8)) {
    case 0: {
      const flipped = bytes.slice();
      if (at < flipped.length) flipped[at]! ^= 1 << dice.below(8);
      return flipped;
    }
    case 1: {
      const changed = bytes.slice();
      if (at < changed.length) changed[at] = dice.below(256);
      return changed;
    }
    case 2: {
      const edge = Uint8Array.from(dice.pick(EDGES));
      return concatBytes(before, edge, after.subarray(edge.length));
    }
    case 3:
      return concatBytes(before, dice.bytes(few), after);
    case 4:
      return concatBytes(before, after.subarray(few));
    case 5:
      return concatBytes(before, after.subarray(0, few), after);
    case 6:
      return before.slice();
    default: {
      const other = dice.pick(seeds);
      return concatBytes(before, other.subarray(dice.below(other.length + 1)));
    }
  }
}

function nextInput(dice: Dice, target: Target): Uint8Array {
  if (dice.below(4) === 0) return dice.bytes(dice.below(RANDOM_BYTES_MAX));
  const { seeds } = target;
  let bytes = dice.pick(seeds);
  for (let left = 1 + dice.below(BENDS_MAX); left > 0; left--) bytes = bend(dice, bytes, seeds);
  return bytes;
}

/**
 * Tries `inputs` inputs. Throws with the input, and with what replays it, when one shows a fault.
 */
export function fuzz(target: Target, seed: number, inputs: number): FuzzReport {
  const dice = new Dice(seed);
  let decoded = 0;
  for (let index = 0; index < inputs; index++) {
    const bytes = index < target.seeds.length ? target.seeds[index]! : nextInput(dice, target);
    try {
      if (target.check(bytes)) decoded++;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const input = `input ${index}: ${bytesToHex(bytes)}`;
      const message = `${target.name}: ${reason}\n  ${input}\n  replay: FUZZ_SEED=${seed}`;
      throw new Error(message, { cause });
    }
  }
  return { inputs, decoded };
}
