/**
 * The `Verifier` door: Node's OpenSSL, the one judge of signatures (consensus).
 *
 * Owns: RSASSA-PKCS1-v1_5 with SHA-256 and Ed25519, and a cache of imported keys. It asks
 * `crypto/keys.ts` first, so that OpenSSL never sees a key that signs everything or takes seconds.
 * Does not own: a cache of verdicts, which is the node's and keyed by the whole payment.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isSignatureShaped, publicKeyKind } from '../crypto/keys.ts';
import type { PublicKeyKind } from '../crypto/keys.ts';
import { batchCount, signedAt } from '../crypto/signed-batch.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Signed, SignedBatch, Verifier } from '../ports.ts';

/** Imported keys that are kept; the one used longest ago makes room. */
export const KEYS_MAX = 10_000;
/** How long `prefetch` keeps the event loop before others have a turn. */
const SLICE_MS = 8;

interface ImportedKey {
  readonly kind: PublicKeyKind;
  readonly object: KeyObject;
}

/** A verifier with a cache of its own. */
export function createOpensslVerifier(): Verifier {
  return new OpensslVerifier();
}

class OpensslVerifier implements Verifier {
  readonly #keys = new BoundedMap<string, ImportedKey>(KEYS_MAX);

  verify({ key, message, signature }: Signed): boolean {
    try {
      const imported = this.#import(key);
      if (imported === undefined || !isSignatureShaped(imported.kind, signature)) return false;
      const digest = imported.kind.algorithm === 'rsa' ? 'sha256' : null;
      return verify(digest, message, imported.object, signature);
    } catch {
      // OpenSSL throws for some malformed points and moduli: what cannot be a signature is false.
      return false;
    }
  }

  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void {
    verifyInSlices(batch, (signed) => this.verify(signed), done);
  }

  #import(key: Uint8Array): ImportedKey | undefined {
    const name = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
    let imported = this.#keys.get(name);
    if (imported === undefined) {
      const kind = publicKeyKind(key);
      if (kind === undefined) return undefined;
      imported = { kind, object: importPublicKey(kind, key.subarray(1)) };
    }
    // Setting it again makes it the one used last.
    this.#keys.set(name, imported);
    return imported;
  }
}

/** `Verifier.prefetch` on the event loop. */
export function verifyInSlices(
  batch: SignedBatch,
  verify: (signed: Signed) => boolean,
  done: (verdicts: readonly boolean[]) => void,
): void {
  const verdicts: boolean[] = [];
  const count = batchCount(batch);
  const checkSlice = (): void => {
    const endsAt = performance.now() + SLICE_MS;
    while (verdicts.length < count) {
      verdicts.push(verify(signedAt(batch, verdicts.length)));
      if (performance.now() >= endsAt) break;
    }
    if (verdicts.length < count) setImmediate(checkSlice);
    else done(verdicts);
  };
  setImmediate(checkSlice);
}

/** `encoded` is the key without its algorithm byte. Throws when OpenSSL takes it for no key. */
function importPublicKey(kind: PublicKeyKind, encoded: Uint8Array): KeyObject {
  const bytes = Buffer.from(encoded);
  if (kind.algorithm === 'rsa') {
    return createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' });
  }
  const x = bytes.toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
