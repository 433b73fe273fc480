/**
 * SHA-256 (FIPS 180-4), from noble: pure, so that every room computes ids the same way everywhere.
 * Owns: the hash and its domain tags.
 * Does not own: what is hashed.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { asciiToBytes, concatBytes } from '../lib/bytes.ts';

/** The 32 bytes of SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

/**
 * A domain tag: ASCII text and a zero byte. No tag is the beginning of another, so bytes hashed or
 * signed for one purpose never stand for another (threats row 30).
 */
export function domainTag(text: string): Uint8Array {
  return concatBytes(asciiToBytes(text), new Uint8Array(1));
}
