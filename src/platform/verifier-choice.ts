/**
 * Which verifier a thread works with: the native one where it was built and works, or Node's own.
 *
 * Owns: that choice. Both are OpenSSL's judgement, so nothing but speed depends on it.
 * Does not own: either of them.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { batchCount, signedAt } from '../crypto/signed-batch.ts';
import type { SignedBatch } from '../ports.ts';
import { createNativeVerifier } from './native-verifier.ts';
import { createOpensslVerifier } from './openssl-verifier.ts';

/** One verdict for each signature of a batch, 1 when it is valid and 0 when not. */
export type JudgeBatch = (batch: SignedBatch) => Uint8Array<ArrayBuffer>;

/** `file` is the built `verify.node`, when it is elsewhere than in this package. */
export function chooseVerifier(
  file = new URL('../kernels/verify.node', import.meta.url),
): { readonly name: 'native' | 'openssl'; readonly judge: JudgeBatch } {
  try {
    const path = fileURLToPath(file);
    if (existsSync(path)) {
      const native = createNativeVerifier(path);
      return { name: 'native', judge: (batch) => native.verifyAll(batch) };
    }
  } catch {
    // A Node without OpenSSL's functions, or a file of another system: the other one always works.
  }
  const openssl = createOpensslVerifier();
  return {
    name: 'openssl',
    judge: (batch) => Uint8Array.from({ length: batchCount(batch) }, (_, index) =>
      (openssl.verify(signedAt(batch, index)) ? 1 : 0)),
  };
}
