/**
 * Random and nearly valid bytes for decoders, from a seed that replays them.
 *
 * Owns: making inputs and reporting the first bad one. Does not own: what a decoder must do
 * (`targets.ts`), inputs that are kept (`corpus.ts`).
 */
import { bytesToHex, concatBytes } from '../../src/lib/bytes.ts';

/** One decoder and what must hold for it. */
export interface Target {
  readonly name: string;
  /** Functions of `src` that it is there for. */
  readonly covers?: readonly string[];
  /** Valid encodings, to be bent; at least one. */
  readonly seeds: readonly Uint8Array[];
  /** How many inputs it gets, relative to the others; 1 when nothing is said. */
  readonly weight?: number;
  /** True when the bytes are a value; throws when the decoder does, or when a law is broken. */
  check(bytes: Uint8Array): boolean | Promise<boolean>;
}

/** Throws when a law of a decoder is broken. */
export function must(isTrue: boolean, law: string): void {
  if (!isTrue) throw new Error(law);
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

/** The next input: random bytes, or one of the `seeds` bent. */
export function nextInput(dice: Dice, seeds: readonly Uint8Array[]): Uint8Array {
  if (dice.below(4) === 0) return dice.bytes(dice.below(RANDOM_BYTES_MAX));
  let bytes = dice.pick(seeds);
  for (let left = 1 + dice.below(BENDS_MAX); left > 0; left--) bytes = bend(dice, bytes, seeds);
  return bytes;
}

/** What `check` says; when it throws, an error with the input, and with what replays it. */
export async function tryInput(
  target: Target, bytes: Uint8Array, place: string,
): Promise<boolean> {
  try {
    return await target.check(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${target.name}: ${reason}\n  ${place}: ${bytesToHex(bytes)}`;
    throw new FuzzFailure(message, bytes, { cause });
  }
}

/** An input that shows a fault. */
export class FuzzFailure extends Error {
  readonly input: Uint8Array;

  constructor(message: string, input: Uint8Array, options: ErrorOptions) {
    super(message, options);
    this.input = input;
  }
}

/**
 * Tries all seeds, those of the target and `more`, and then inputs made of them, `inputs` in all.
 * Rejects with a `FuzzFailure` at the first that shows a fault.
 */
export async function fuzz(
  target: Target, seed: number, inputs: number, more: readonly Uint8Array[] = [],
): Promise<FuzzReport> {
  const dice = new Dice(seed);
  const seeds = [...target.seeds, ...more];
  let decoded = 0;
  for (let index = 0; index < inputs; index++) {
    const bytes = index < seeds.length ? seeds[index]! : nextInput(dice, seeds);
    if (await tryInput(target, bytes, `replay: FUZZ_SEED=${seed}\n  input ${index}`)) decoded++;
  }
  return { inputs, decoded };
}
