/**
 * Signers with real keys, through Node's OpenSSL, for the tests in which the cryptography is real.
 * Owns: fixed keys, which are public and protect nothing. Does not own: key files of users.
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ALGORITHM_ED25519, ALGORITHM_RSA } from '../../src/crypto/keys.ts';
import { concatBytes } from '../../src/lib/bytes.ts';
import type { Signer } from '../../src/ports.ts';

/** The kinds of fixed key: names in `test/golden/chain-keys.json`, PKCS#8 DER in hexadecimal. */
export const KEY_NAMES = ['rsa1024', 'rsa2048', 'rsa3072', 'rsa4096', 'ed25519'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const KEYS_FILE = new URL('../golden/chain-keys.json', import.meta.url);

export function privateKeyOf(name: KeyName): KeyObject {
  const keys = JSON.parse(readFileSync(KEYS_FILE, 'utf8')) as Record<KeyName, string>;
  return createPrivateKey({ key: Buffer.from(keys[name], 'hex'), format: 'der', type: 'pkcs8' });
}

/** The algorithm byte and the canonical encoding of a key of Node's. */
export function publicBytesOf(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  if (key.asymmetricKeyType === 'ed25519') {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    return concatBytes(Uint8Array.of(ALGORITHM_ED25519), spki.subarray(-32));
  }
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' });
  return concatBytes(Uint8Array.of(ALGORITHM_RSA), pkcs1);
}

/** Signs with a key of Node's: RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. */
export function signerOf(privateKey: KeyObject): Signer {
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return {
    key: publicBytesOf(privateKey),
    sign: (message) => Uint8Array.from(sign(digest, message, privateKey)),
  };
}
