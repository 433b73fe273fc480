/**
 * SHA-256 by the processor's own instructions, through Node's OpenSSL.
 * Owns: installing it.
 * Does not own: the hash that every room uses (`crypto/sha256.ts`).
 */
import { hash } from 'node:crypto';
import { useSha256 } from '../crypto/sha256.ts';

/**
 * Makes all of this thread hash so. `crypto.hash` is one call into OpenSSL; `createHash`, with its
 * object to make and to free, takes three times as long for a payment's bytes.
 */
export function useProcessorHash(): void {
  useSha256((bytes) => hash('sha256', bytes, 'hex'));
}
