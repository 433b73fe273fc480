/**
 * Signatures for simulations: they have the form of Ed25519's, cost two hashes, and anybody could
 * forge them who wanted to; the simulated liars do not.
 *
 * Owns: the keys, the signatures, and the verifier that judges them. Does not own: which forms are
 * canonical (`crypto/keys.ts`); these pass because the last byte of each half is zero, which puts
 * it below every bound.
 */
import { ALGORITHM_ED25519 } from '../crypto/keys.ts';
import { signedIn } from '../crypto/signed-batch.ts';
import { domainTag, sha256 } from '../crypto/sha256.ts';
import { asciiToBytes, concatBytes, equalBytes } from '../lib/bytes.ts';
import type { Signed, Signer, Verifier } from '../ports.ts';

const KEY_TAG = domainTag('mvb/sim/key');
const SIGNATURE_TAG = domainTag('mvb/sim/signature');

function boundedHash(tag: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256(concatBytes(tag, ...parts)).slice();
  hash[hash.length - 1] = 0;
  return hash;
}

function signatureOf(key: Uint8Array, message: Uint8Array): Uint8Array {
  const first = boundedHash(SIGNATURE_TAG, key, message);
  return concatBytes(first, boundedHash(SIGNATURE_TAG, first));
}

/** The signer of this name, the same in every simulation. */
export function simSigner(name: string): Signer {
  const encoded = boundedHash(KEY_TAG, asciiToBytes(name));
  const key = concatBytes(Uint8Array.of(ALGORITHM_ED25519), encoded);
  return { key, sign: (message) => signatureOf(key, message) };
}

/** Whether this is the signature that `simSigner` makes. */
export function isSimSignature({ key, message, signature }: Signed): boolean {
  return equalBytes(signature, signatureOf(key, message));
}

/** Judges the signatures of `simSigner`; `defer` runs what it is given in a later event. */
export function simVerifier(defer: (run: () => void) => void): Verifier {
  return {
    verify: isSimSignature,
    prefetch: (batch, done) => defer(() => done(signedIn(batch).map(isSimSignature))),
  };
}
