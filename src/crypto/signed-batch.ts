/**
 * Many signatures in one piece of memory (`SignedBatch` in `ports.ts`): what a verifier is given
 * ahead of time, and what goes to another thread without a copy of its own for each part.
 *
 * Owns: making, cutting, joining and reading batches. Does not own: judging them.
 */
import { concatBytes, joinBytes } from '../lib/bytes.ts';
import type { Signed, SignedBatch } from '../ports.ts';

/** Where the key, the message and the signature begin and end. */
export const SPAN_NUMBERS = 6;

const NO_BYTES = new Uint8Array(0);

/** A batch in memory of its own, which can be handed to another thread. */
interface OwnBatch extends SignedBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly spans: Uint32Array<ArrayBuffer>;
}

/** A part of a batch: so many signatures, beginning with this one. */
export interface BatchShare {
  readonly batch: SignedBatch;
  readonly first: number;
  readonly count: number;
}

/** How many signatures the batch has. */
export function batchCount({ spans }: SignedBatch): number {
  return spans.length / SPAN_NUMBERS;
}

/** One of the batch; its message is in memory of its own, its key and signature are views. */
export function signedAt({ bytes, prefix, spans }: SignedBatch, index: number): Signed {
  const at = SPAN_NUMBERS * index;
  return {
    key: bytes.subarray(spans[at], spans[at + 1]),
    message: concatBytes(prefix, bytes.subarray(spans[at + 2], spans[at + 3])),
    signature: bytes.subarray(spans[at + 4], spans[at + 5]),
  };
}

/** All of the batch, in order. */
export function signedIn(batch: SignedBatch): Signed[] {
  return Array.from({ length: batchCount(batch) }, (_, index) => signedAt(batch, index));
}

/** The batch of these signatures. */
export function batchOf(list: readonly Signed[]): SignedBatch {
  const spans = new Uint32Array(SPAN_NUMBERS * list.length);
  const parts: Uint8Array[] = [];
  let [at, offset] = [0, 0];
  for (const { key, message, signature } of list) {
    for (const part of [key, message, signature]) {
      spans[at++] = offset;
      offset += part.length;
      spans[at++] = offset;
      parts.push(part);
    }
  }
  return { bytes: joinBytes(parts), prefix: NO_BYTES, spans };
}

/** The signatures of the shares, one after the other, in new memory; all have one prefix. */
export function joinShares(shares: readonly BatchShare[]): OwnBatch {
  const cuts = shares.map(cutOf);
  const spans = new Uint32Array(cuts.reduce((sum, cut) => sum + cut.spans.length, 0));
  let [at, offset] = [0, 0];
  for (const { bytes, start, spans: cut } of cuts) {
    for (let index = 0; index < cut.length; index++) spans[at++] = cut[index]! - start + offset;
    offset += bytes.length;
  }
  const prefix = shares[0]?.batch.prefix ?? NO_BYTES;
  return { bytes: joinBytes(cuts.map((cut) => cut.bytes)), prefix, spans };
}

/** The part of the batch's memory that a share needs, and its spans, which count from `start`. */
function cutOf({ batch, first, count }: BatchShare): SignedBatch & { readonly start: number } {
  const spans = batch.spans.subarray(SPAN_NUMBERS * first, SPAN_NUMBERS * (first + count));
  let [start, end] = [batch.bytes.length, 0];
  // By index: an iterator of a typed array takes ten times as long.
  for (let index = 0; index < spans.length; index++) {
    start = Math.min(start, spans[index]!);
    end = Math.max(end, spans[index]!);
  }
  start = Math.min(start, end);
  return { bytes: batch.bytes.subarray(start, end), prefix: batch.prefix, spans, start };
}
