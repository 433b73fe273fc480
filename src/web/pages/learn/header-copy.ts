/**
 * Copies of a header for the lessons. Pure.
 *
 * Owns: which bit is turned over next, and where a search begins.
 */
import { HEADER_BYTES } from '../../../consensus/encoding.ts';
import { FIELDS, withFlippedBit } from '../../block/header-fields.ts';
import type { FieldName } from '../../block/header-fields.ts';

/** The fields to be changed one after the other: each breaks something else. */
const CHANGED: readonly FieldName[] = ['merkle_root', 'previous_id', 'time', 'nonce', 'difficulty'];

export interface Tampered {
  readonly field: FieldName;
  readonly bytes: Uint8Array;
}

/** The header with one bit of a field turned over; `turn` says which field's turn it is. */
export function tamperedWith(header: Uint8Array, turn: number): Tampered {
  const name = CHANGED[turn % CHANGED.length]!;
  const field = FIELDS.find((one) => one.name === name)!;
  return { field: name, bytes: withFlippedBit(header, field.to - 1) };
}

const TAG = FIELDS.find((one) => one.name === 'tag')!;
const TAG_LETTERS = 8;

/**
 * The header with a tag made of `seed`, so that a search from nonce 0 on is another one. Only the
 * tag is free: all else would break a rule besides proof of work.
 */
export function withOtherTag(header: Uint8Array, seed: number): Uint8Array {
  const bytes = Uint8Array.from(header.subarray(0, HEADER_BYTES));
  bytes.fill(0, TAG.from, TAG.to);
  const letters = Math.abs(Math.trunc(seed)).toString(36).slice(-TAG_LETTERS);
  for (const [index, letter] of [...letters].entries()) {
    bytes[TAG.from + index] = letter.charCodeAt(0);
  }
  return bytes;
}
