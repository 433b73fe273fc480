/**
 * RSA signatures by the batch, in one call of C for all of them (`kernels/native/verify.c`).
 *
 * Owns: calling that module, its self-test, and a cache of its keys. The judge is the OpenSSL that
 * is part of Node in either case: what is saved is Node's way to it, a quarter of the time.
 * Does not own: everything else, which is asked of `openssl-verifier.ts`: other keys than RSA, and
 * single signatures of keys that OpenSSL does not import.
 */
import { createRequire } from 'node:module';
import { ALGORITHM_RSA, publicKeyKind, signatureBytesOf } from '../crypto/keys.ts';
import { batchCount, batchOf, signedAt, SPAN_NUMBERS } from '../crypto/signed-batch.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Signed, SignedBatch, Verifier } from '../ports.ts';
import { createOpensslVerifier, KEYS_MAX, verifyInSlices } from './openssl-verifier.ts';
import { SELF_TEST_GOOD } from './verifier-self-test.ts';

/** A verifier that judges many signatures in one call. */
export interface BatchVerifier extends Verifier {
  /** One verdict for each signature, 1 when it is valid and 0 when not. */
  verifyAll(batch: SignedBatch): Uint8Array<ArrayBuffer>;
}

/** An RSA key in the memory of OpenSSL; only the module knows what it is. */
declare const nativeKey: unique symbol;
type NativeKey = typeof nativeKey;

/** What `kernels/native/verify.c` exports. */
interface NativeModule {
  /** Of PKCS#1 DER; undefined when OpenSSL takes it for no key. */
  importKey(der: Uint8Array): NativeKey | undefined;
  /** Writes the verdicts where there is a key. */
  verify(
    keys: readonly (NativeKey | undefined)[],
    bytes: Uint8Array,
    prefix: Uint8Array,
    spans: Uint32Array,
    verdicts: Uint8Array,
  ): void;
}

interface ImportedKey {
  readonly native: NativeKey;
  /** A signature of any other length is none of its. */
  readonly signatureBytes: number;
  /** How many batches there had been when it was last set. */
  renewedAt: number;
}

/** A key that is in use is made the youngest again after so many batches, not in each. */
const RENEWED_AFTER = 16;

/**
 * A verifier with a cache of its own; `file` is the path of the module, `dist/kernels/verify.node`.
 * Throws an `Error` when it does not load, or judges wrong.
 */
export function createNativeVerifier(file: string): BatchVerifier {
  const verifier = new NativeVerifier(createRequire(import.meta.url)(file) as NativeModule);
  selfTest(verifier);
  return verifier;
}

class NativeVerifier implements BatchVerifier {
  readonly #native: NativeModule;
  readonly #openssl = createOpensslVerifier();
  readonly #keys = new BoundedMap<string, ImportedKey>(KEYS_MAX);
  #batches = 0;

  constructor(native: NativeModule) {
    this.#native = native;
  }

  verify(signed: Signed): boolean {
    return this.verifyAll(batchOf([signed]))[0] === 1;
  }

  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void {
    verifyInSlices(batch, (signed) => this.verify(signed), done);
  }

  verifyAll(batch: SignedBatch): Uint8Array<ArrayBuffer> {
    const { bytes, prefix, spans } = batch;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const verdicts = new Uint8Array(batchCount(batch));
    const keys: (NativeKey | undefined)[] = [];
    this.#batches++;
    for (let index = 0; index < verdicts.length; index++) {
      const at = SPAN_NUMBERS * index;
      const key = this.#keyOf(buffer, spans[at]!, spans[at + 1]!);
      const isShaped = key?.signatureBytes === spans[at + 5]! - spans[at + 4]!;
      keys.push(isShaped ? key.native : undefined);
      if (key === undefined && this.#openssl.verify(signedAt(batch, index))) verdicts[index] = 1;
    }
    this.#native.verify(keys, bytes, prefix, spans, verdicts);
    return verdicts;
  }

  /** Undefined when the bytes are no RSA key. */
  #keyOf(buffer: Buffer, start: number, end: number): ImportedKey | undefined {
    if (buffer[start] !== ALGORITHM_RSA) return undefined;
    const name = buffer.toString('latin1', start, end);
    const imported = this.#keys.get(name) ?? this.#import(buffer.subarray(start, end));
    if (imported !== undefined && imported.renewedAt + RENEWED_AFTER <= this.#batches) {
      imported.renewedAt = this.#batches;
      this.#keys.set(name, imported);
    }
    return imported;
  }

  #import(key: Uint8Array): ImportedKey | undefined {
    const kind = publicKeyKind(key);
    const native = kind && this.#native.importKey(new Uint8Array(key.subarray(1)));
    if (kind === undefined || native === undefined) return undefined;
    return {
      native, signatureBytes: signatureBytesOf(kind), renewedAt: Number.NEGATIVE_INFINITY,
    };
  }
}

/** Throws when a good signature is refused, or one with any part changed is not. */
function selfTest(verifier: BatchVerifier): void {
  const { key, message, signature } = SELF_TEST_GOOD;
  const batch = batchOf([
    { key, message, signature },
    { key, message: message.with(0, message[0]! ^ 1), signature },
    { key, message, signature: signature.with(100, signature[100]! ^ 1) },
    { key: key.with(100, key[100]! ^ 1), message, signature },
    { key, message, signature: signature.subarray(1) },
    { key, message, signature },
  ]);
  const verdicts = verifier.verifyAll(batch).join('');
  if (verdicts !== '100001') throw new Error(`self-test gave ${verdicts}, not 100001`);
}
