/**
 * A thread of `raw-verify.ts`: verifies for as long as it is told, and answers how many.
 *
 * Owns: the bare loop. Does not own: which signatures.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { ALGORITHM_RSA } from '../crypto/keys.ts';
import type { Signed } from '../ports.ts';
import type { VerifyCount } from './raw-verify.ts';

/** Between two looks at the clock. */
const ROUND = 32;

const imported = new Map<string, KeyObject>();
const sample = (workerData as readonly Signed[]).map(({ key, message, signature }) => {
  const name = Buffer.from(key).toString('latin1');
  const object = imported.get(name) ?? importKey(key);
  imported.set(name, object);
  return { object, digest: key[0] === ALGORITHM_RSA ? 'sha256' : null, message, signature };
});

function importKey(key: Uint8Array): KeyObject {
  const encoded = Buffer.from(key.subarray(1));
  if (key[0] === ALGORITHM_RSA) {
    return createPublicKey({ key: encoded, format: 'der', type: 'pkcs1' });
  }
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: encoded.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

let next = 0;

parentPort!.on('message', (durationMs: number) => {
  const startedAt = performance.now();
  let [count, elapsedMs] = [0, 0];
  while (elapsedMs < durationMs) {
    for (let index = 0; index < ROUND; index++) {
      const { object, digest, message, signature } = sample[next++ % sample.length]!;
      if (!verify(digest, message, object, signature)) throw new Error('a good signature is bad');
    }
    count += ROUND;
    elapsedMs = performance.now() - startedAt;
  }
  parentPort!.postMessage({ count, elapsedMs } satisfies VerifyCount);
});
