/**
 * The reference kernel: the proof-of-work search as it is defined, in plain code.
 *
 * Owns: what a valid nonce is to a kernel, and the one implementation that all others are held to.
 * Does not own: speed (`platform/kernels`), or which difficulty a block must have (`consensus`).
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { assert } from '../lib/assert.ts';
import { compareBytes } from '../lib/bytes.ts';
import { sha256 } from './sha256.ts';

/** Bytes of a block header. */
export const SEARCH_HEADER_BYTES = 116;
/** Bytes of a target. */
export const SEARCH_TARGET_BYTES = 32;
/** Where the nonce begins in the header: it is the last 8 bytes, big-endian. */
export const NONCE_OFFSET = 108;
/** One more than the greatest nonce. */
const NONCE_COUNT = 1n << 64n;

/** SHA-256 works on blocks of 64 bytes. The nonce lies in the second block of the header. */
const FIRST_BLOCK_BYTES = 64;

/**
 * Tries the nonces `firstNonce` to `firstNonce + count - 1` and returns the least one that brings
 * the SHA-256 of the header, as a big-endian integer, below the target; undefined for none.
 * `header` is 116 bytes and is left as it is, `target` 32 bytes; no nonce may reach 2^64.
 */
export type Search = (
  header: Uint8Array,
  target: Uint8Array,
  firstNonce: bigint,
  count: number,
) => bigint | undefined;

/** Asserts that the arguments of a `Search` are within their ranges. */
export function assertSearchable(...[header, target, firstNonce, count]: Parameters<Search>): void {
  assert(header.length === SEARCH_HEADER_BYTES, 'a header has 116 bytes');
  assert(target.length === SEARCH_TARGET_BYTES, 'a target has 32 bytes');
  assert(Number.isSafeInteger(count) && count >= 0, 'a count is a whole number');
  assert(firstNonce >= 0n && firstNonce + BigInt(count) <= NONCE_COUNT, 'a nonce has 64 bits');
}

/** The reference: one nonce after the other. The state after the first block is computed once. */
export const searchReference: Search = (header, target, firstNonce, count) => {
  assertSearchable(header, target, firstNonce, count);
  const midstate = nobleSha256.create().update(header.subarray(0, FIRST_BLOCK_BYTES));
  const secondBlock = new Uint8Array(header.subarray(FIRST_BLOCK_BYTES));
  const nonceField = new DataView(secondBlock.buffer, NONCE_OFFSET - FIRST_BLOCK_BYTES);
  const hash = midstate.clone();
  const digest = new Uint8Array(SEARCH_TARGET_BYTES);
  const end = firstNonce + BigInt(count);
  for (let nonce = firstNonce; nonce < end; nonce++) {
    nonceField.setBigUint64(0, nonce);
    midstate._cloneInto(hash).update(secondBlock).digestInto(digest);
    if (compareBytes(digest, target) < 0) return nonce;
  }
  return undefined;
};

/** Whether this nonce brings the SHA-256 of the header below the target. */
export function isValidNonce(header: Uint8Array, target: Uint8Array, nonce: bigint): boolean {
  if (nonce < 0n || nonce >= NONCE_COUNT) return false;
  const candidate = new Uint8Array(header);
  new DataView(candidate.buffer).setBigUint64(NONCE_OFFSET, nonce);
  return compareBytes(sha256(candidate), target) < 0;
}
