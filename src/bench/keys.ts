/**
 * Many keys in little time, for chains whose money is worth nothing.
 *
 * Owns: making them. RSA keys share primes: the pairs of 46 primes make 1,035 keys in seconds; as
 * many of their own would take minutes. To a verifier they are keys like all others.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync }
  from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ALGORITHM_ED25519, ALGORITHM_RSA } from '../crypto/keys.ts';
import { assert } from '../lib/assert.ts';
import { concatBytes } from '../lib/bytes.ts';

/** Kinds of keys that chains of the bench are made with. */
export const KEY_KINDS = ['rsa2048', 'ed25519'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** Keys that one chain can have. */
export const KEYS_MAX = 1_024;
const PRIME_BITS = 1_024;
const EXPONENT = 65_537n;

/** `count` private keys of this kind, 0 to `KEYS_MAX`. */
export function makeKeys(kind: KeyKind, count: number): KeyObject[] {
  assert(count >= 0 && count <= KEYS_MAX);
  if (kind === 'ed25519') {
    return Array.from({ length: count }, () => generateKeyPairSync('ed25519').privateKey);
  }
  const primes: bigint[] = [];
  const keys: KeyObject[] = [];
  while (keys.length < count) {
    const prime = newPrime(primes);
    for (const other of primes.slice(0, count - keys.length)) keys.push(rsaKeyOf(prime, other));
    primes.push(prime);
  }
  return keys;
}

/** The algorithm byte and the canonical encoding of the public half. */
export function publicBytesOf(key: KeyObject): Uint8Array {
  const publicKey = createPublicKey(key);
  if (key.asymmetricKeyType === 'rsa') {
    const encoded = publicKey.export({ type: 'pkcs1', format: 'der' });
    return concatBytes(Uint8Array.of(ALGORITHM_RSA), encoded);
  }
  const { x } = publicKey.export({ format: 'jwk' });
  return concatBytes(Uint8Array.of(ALGORITHM_ED25519), Buffer.from(x!, 'base64url'));
}

/** A prime with its two highest bits set, so that the product of two has 2,048 bits. */
function newPrime(known: readonly bigint[]): bigint {
  for (;;) {
    const prime = generatePrimeSync(PRIME_BITS, { bigint: true });
    if ((prime - 1n) % EXPONENT !== 0n && !known.includes(prime)) return prime;
  }
}

/** RFC 8017 section 3.2, as a JSON Web Key (RFC 7518 section 6.3). */
function rsaKeyOf(p: bigint, q: bigint): KeyObject {
  const d = inverseOf(EXPONENT, (p - 1n) * (q - 1n));
  const key = {
    kty: 'RSA', n: base64Of(p * q), e: base64Of(EXPONENT), d: base64Of(d),
    p: base64Of(p), q: base64Of(q), dp: base64Of(d % (p - 1n)), dq: base64Of(d % (q - 1n)),
    qi: base64Of(inverseOf(q, p)),
  };
  return createPrivateKey({ key, format: 'jwk' });
}

/** The number below `modulus` whose product with `value` leaves 1: Euclid, extended. */
function inverseOf(value: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, value % modulus, 0n, 1n];
  while (r1 > 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  assert(r0 === 1n, 'the two have a common divisor');
  return t0 < 0n ? t0 + modulus : t0;
}

function base64Of(value: bigint): string {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Buffer.from(even, 'hex').toString('base64url');
}
