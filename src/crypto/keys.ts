/**
 * Public keys and signatures as bytes: the one canonical form of each, and the address of a key.
 *
 * Owns: which byte strings are keys and signatures at all (consensus). A key is an algorithm byte
 * and the key's canonical encoding: PKCS#1 DER for RSA (RFC 8017 A.1.1), 32 bytes for Ed25519 (RFC
 * 8032).
 * Does not own: whether a signature is right. That is the `Verifier` door's, Node's OpenSSL, and
 * only asked about what passed here, because OpenSSL alone accepts keys that sign everything (e =
 * 1, points of small order) and more than one encoding of a key.
 */
import { startsWith } from '../lib/bytes.ts';
import { domainTag, taggedHash } from './sha256.ts';

export const ALGORITHM_RSA = 1;
export const ALGORITHM_ED25519 = 2;

/** The sizes of an RSA modulus that the chain accepts, in bits (consensus). */
export const RSA_BITS: readonly number[] = [1024, 2048, 3072, 4096];

/** A public key of the longest kind, RSA-4096, with its algorithm byte. */
export const KEY_BYTES_MAX = 527;
/** A signature of the longest kind, RSA-4096. */
export const SIGNATURE_BYTES_MAX = 512;

export type PublicKeyKind =
  | { readonly algorithm: 'rsa'; readonly bits: number }
  | { readonly algorithm: 'ed25519' };

const ADDRESS_TAG = domainTag('mvb/address/1');
const ED25519_KEY_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;
/** The order of the base point, RFC 8032 section 5.1. */
const ED25519_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
/** The field's prime. */
const ED25519_PRIME = (1n << 255n) - 19n;
const SIGN_BIT = 1n << 255n;

/** The y of the points of order 8 is this or its negative. */
const ORDER_8_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/**
 * The y of the points whose order divides 8, as integers: the keys under which one signature fits
 * every message. Bernstein et al., "Twisted Edwards curves", and https://eprint.iacr.org/2020/1244
 * table 1.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  ED25519_PRIME - 1n,
  ORDER_8_Y,
  ED25519_PRIME - ORDER_8_Y,
]);

/**
 * The address of a public key: 32 bytes, SHA-256 of a domain tag and the key with its algorithm
 * byte.
 */
export function addressTextOf(key: Uint8Array): string {
  return taggedHash(ADDRESS_TAG, key);
}

/**
 * What kind of key the bytes are, or undefined when they are not the canonical form of an allowed
 * key.
 */
export function publicKeyKind(key: Uint8Array): PublicKeyKind | undefined {
  if (key[0] === ALGORITHM_ED25519) return isEd25519Key(key.subarray(1)) ? ED25519 : undefined;
  const form = RSA_FORMS.get(key.length);
  return form !== undefined && isRsaKey(key, form) ? form.kind : undefined;
}

/** How many bytes a signature of this kind of key has. */
export function signatureBytesOf(kind: PublicKeyKind): number {
  return kind.algorithm === 'rsa' ? kind.bits / 8 : ED25519_SIGNATURE_BYTES;
}

/** Whether the bytes have the one form that a signature of this kind of key has. */
export function isSignatureShaped(kind: PublicKeyKind, signature: Uint8Array): boolean {
  if (signature.length !== signatureBytesOf(kind)) return false;
  if (kind.algorithm === 'rsa') return true;
  const scalar = littleEndian(signature.subarray(32));
  return isCanonicalPoint(signature.subarray(0, 32)) && scalar < ED25519_ORDER;
}

/** What the key of an RSA size looks like. */
interface RsaForm {
  readonly kind: PublicKeyKind;
  /** Algorithm byte, SEQUENCE, its length, INTEGER, its length, the zero that keeps it positive. */
  readonly prefix: Uint8Array;
  readonly modulusEnd: number;
}

/** INTEGER 65537. */
const RSA_SUFFIX = Uint8Array.of(0x02, 0x03, 0x01, 0x00, 0x01);
const ED25519: PublicKeyKind = { algorithm: 'ed25519' };
/** By the length of such a key. */
const RSA_FORMS: ReadonlyMap<number, RsaForm> = new Map(RSA_BITS.map((bits) => {
  const form = rsaForm(bits);
  return [form.modulusEnd + RSA_SUFFIX.length, form];
}));

/**
 * Whether a key of the form's length has the form.
 *
 * The DER of `RSAPublicKey` with a modulus of exactly `bits` and the exponent 65537 has one prefix
 * and one suffix, so canonical form is a comparison and needs no parser.
 */
function isRsaKey(key: Uint8Array, { prefix, modulusEnd }: RsaForm): boolean {
  if (!startsWith(key, prefix)) return false;
  for (let index = 0; index < RSA_SUFFIX.length; index++) {
    if (key[modulusEnd + index] !== RSA_SUFFIX[index]) return false;
  }
  return key[prefix.length]! >= 0x80 && key[modulusEnd - 1]! % 2 === 1;
}

function rsaForm(bits: number): RsaForm {
  const integerLength = bits / 8 + 1;
  const integerHeader = [0x02, ...derLength(integerLength), 0x00];
  const contentLength = integerHeader.length - 1 + integerLength + RSA_SUFFIX.length;
  const sequenceHeader = [0x30, ...derLength(contentLength)];
  const prefix = Uint8Array.of(ALGORITHM_RSA, ...sequenceHeader, ...integerHeader);
  return { kind: { algorithm: 'rsa', bits }, prefix, modulusEnd: prefix.length + bits / 8 };
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function isEd25519Key(encoded: Uint8Array): boolean {
  if (encoded.length !== ED25519_KEY_BYTES || !isCanonicalPoint(encoded)) return false;
  return !SMALL_ORDER_Y.has(littleEndian(encoded) % SIGN_BIT);
}

/**
 * Whether 32 bytes are the canonical encoding of some y; that it is on the curve is the verifier's.
 */
function isCanonicalPoint(encoded: Uint8Array): boolean {
  const value = littleEndian(encoded);
  const y = value % SIGN_BIT;
  if (y >= ED25519_PRIME) return false;
  // x is 0 for these two y, and zero has no sign.
  return value < SIGN_BIT || (y !== 1n && y !== ED25519_PRIME - 1n);
}

/** 32 bytes as an integer. */
function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [low, second] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  const [third, high] = [view.getBigUint64(16, true), view.getBigUint64(24, true)];
  return (high << 192n) | (third << 128n) | (second << 64n) | low;
}

