/**
 * A place in the main chain, as a height and an index or as one number.
 * Owns: turning the one into the other.
 * Does not own: what is at a place (`history.ts`).
 */
import { assert } from '../lib/assert.ts';
import type { Place } from './types.ts';

export interface Position {
  readonly height: number;
  /** Among the block's transactions, from 0. */
  readonly index: number;
}

/** A block has fewer transactions: it has at most 8,000,000 bytes, and each takes 49 or more. */
const PLACES_PER_BLOCK = 2 ** 18;

/** For 2^35 blocks a number holds it exactly. Genesis has no transactions, so 0 is nowhere. */
export function placeOf({ height, index }: Position): Place {
  assert(index < PLACES_PER_BLOCK);
  return height * PLACES_PER_BLOCK + index;
}

export function positionOf(place: Place): Position {
  return { height: Math.floor(place / PLACES_PER_BLOCK), index: place % PLACES_PER_BLOCK };
}
