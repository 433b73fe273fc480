/**
 * Many signatures as one piece of memory, which goes to another thread without being copied.
 *
 * Owns: that layout: for each signature three lengths of 4 bytes, then key, message and signature;
 * and one byte for each verdict.
 * Does not own: threads (`worker-verifier.ts`, `verify-worker.ts`).
 */
import type { Signed, Verifier } from '../ports.ts';

const LENGTHS_BYTES = 12;

/** In memory of its own. */
export function packSignatures(batch: readonly Signed[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const { key, message, signature } of batch) {
    length += LENGTHS_BYTES + key.length + message.length + signature.length;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const { key, message, signature } of batch) {
    view.setUint32(offset, key.length);
    view.setUint32(offset + 4, message.length);
    view.setUint32(offset + 8, signature.length);
    offset += LENGTHS_BYTES;
    for (const part of [key, message, signature]) {
      bytes.set(part, offset);
      offset += part.length;
    }
  }
  return bytes;
}

/** One byte for each signature, in order: 1 for a good one. The parts are views of `bytes`. */
export function judgeSignatures(bytes: Uint8Array, count: number, verifier: Verifier) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const verdicts = new Uint8Array(count);
  let offset = 0;
  const take = (length: number): Uint8Array => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  for (let index = 0; index < count; index++) {
    const keyLength = view.getUint32(offset);
    const messageLength = view.getUint32(offset + 4);
    const signatureLength = view.getUint32(offset + 8);
    offset += LENGTHS_BYTES;
    const key = take(keyLength);
    const message = take(messageLength);
    verdicts[index] = verifier.verify({ key, message, signature: take(signatureLength) }) ? 1 : 0;
  }
  return verdicts;
}
