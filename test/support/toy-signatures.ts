/**
 * Signatures that anybody can forge and that cost one hash, for tests of everything but
 * cryptography.
 *
 * Owns: keys and signatures that have the form of Ed25519 ones, and the verifier that believes
 * them. Does not own: security; the tests that need it use the real verifier.
 */
import { ALGORITHM_ED25519, isSignatureShaped, publicKeyKind } from '../../src/crypto/keys.ts';
import { signedIn } from '../../src/crypto/signed-batch.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { asciiToBytes, concatBytes, equalBytes } from '../../src/lib/bytes.ts';
import type { Signed, SignedBatch, Signer, Verifier } from '../../src/ports.ts';

/** 32 bytes that are below every bound that keys and signatures have: their last byte is zero. */
function small(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = sha256(concatBytes(...parts));
  bytes[31] = 0;
  return bytes;
}

function toySignature(key: Uint8Array, message: Uint8Array): Uint8Array {
  const half = small(key, message);
  return concatBytes(half, small(half));
}

/** The signer of this name, always the same one. */
export function toySigner(name: string): Signer {
  const key = concatBytes(Uint8Array.of(ALGORITHM_ED25519), small(asciiToBytes(name)));
  return { key, sign: (message) => toySignature(key, message) };
}

/** Believes toy signatures and counts what it was asked. */
export class ToyVerifier implements Verifier {
  calls = 0;

  verify({ key, message, signature }: Signed): boolean {
    this.calls++;
    // As the real one does: what cannot be a signature costs nothing.
    const kind = publicKeyKind(key);
    if (kind === undefined || !isSignatureShaped(kind, signature)) return false;
    return equalBytes(signature, toySignature(key, message));
  }

  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void {
    queueMicrotask(() => done(signedIn(batch).map((signed) => this.verify(signed))));
  }
}
