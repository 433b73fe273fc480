/**
 * SHA-256 (FIPS 180-4): pure, so that every room computes ids the same way everywhere.
 *
 * Owns: the hash and its domain tags. The code is noble's, until the edge installs the processor's
 * own instructions (`platform/processor-hash.ts`), five to ten times faster: the same function of
 * the same bytes, which is checked as it is installed.
 * Does not own: what is hashed.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { assert } from '../lib/assert.ts';
import { asciiToBytes, bytesToHex, concatBytes, hexToBytes } from '../lib/bytes.ts';

/** The digest of the bytes as 64 lower-case hexadecimal digits. */
export type HexHash = (bytes: Uint8Array) => string;

let hashHex: HexHash = (bytes) => bytesToHex(nobleSha256(bytes));

/** Lengths, in bytes, around which the padding of SHA-256 changes. */
const CHECKED_LENGTHS = [0, 1, 55, 56, 63, 64, 65, 116, 119, 120, 128];

/** Makes this SHA-256 the one in use. Asserts that it is SHA-256. */
export function useSha256(faster: HexHash): void {
  for (const length of CHECKED_LENGTHS) {
    const bytes = Uint8Array.from({ length }, (_, index) => index ^ length);
    assert(faster(bytes) === bytesToHex(nobleSha256(bytes)), 'this is another hash');
  }
  hashHex = faster;
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return hashHex(bytes);
}

/** Enough for a payment with its tags. */
const scratch = new Uint8Array(2_048);
/** Its beginnings, by their lengths: payments have few lengths, and each view is an object. */
const beginnings: Uint8Array[] = [];

/**
 * SHA-256 of the bytes, or of those before `end`, behind a tag, as text; what is short is joined in
 * memory that is there.
 */
export function taggedHash(tag: Uint8Array, bytes: Uint8Array, end = bytes.length): string {
  const length = tag.length + end;
  if (tag.length + bytes.length > scratch.length) {
    return hashHex(concatBytes(tag, bytes.subarray(0, end)));
  }
  scratch.set(tag);
  scratch.set(bytes, tag.length);
  return hashHex((beginnings[length] ??= scratch.subarray(0, length)));
}

/** The 32 bytes of SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hexToBytes(hashHex(bytes))!;
}

/**
 * A domain tag: ASCII text and a zero byte. No tag is the beginning of another, so bytes hashed or
 * signed for one purpose never stand for another (threats row 30).
 */
export function domainTag(text: string): Uint8Array {
  return concatBytes(asciiToBytes(text), new Uint8Array(1));
}
