/**
 * Entries of 16 bytes, the beginning of an id and a place, cut into chunks by leading bits.
 *
 * Owns: which chunk an id is in, cutting, and looking for the beginnings of ids in bytes.
 * Does not own: where chunks are kept (`runs.ts`).
 *
 * Ids are as good as random, so chunks are about equal, and a search reads one. Within a chunk
 * nothing is sorted: entries stand in the order in which they came. Who makes ids that begin alike
 * only makes one chunk longer.
 */
import { assert } from '../lib/assert.ts';

/** Of an id: for two that begin so alike, somebody has to search 2^32 ids. */
export const PREFIX_BYTES = 8;
/** And a place. */
export const ENTRY_BYTES = PREFIX_BYTES + 8;
/** With so many on average, hardly a chunk has more than the 253 that fill a page of LMDB's. */
const CHUNK_ENTRIES = 208;
const WORD_BYTES = 4;

/** Two numbers of 32 bits each. */
type Words = readonly [high: number, low: number];

/** What the first 8 bytes of an id may be, from the least to the greatest. */
export interface PrefixRange {
  readonly least: Words;
  readonly greatest: Words;
}

/** Of the ids that begin with these bytes, of which no more than 8 count. */
export function rangeOf(prefix: Uint8Array): PrefixRange {
  const [least, greatest] = [new Uint8Array(PREFIX_BYTES), new Uint8Array(PREFIX_BYTES).fill(0xff)];
  for (const bytes of [least, greatest]) bytes.set(prefix.subarray(0, PREFIX_BYTES));
  const words = (bytes: Uint8Array): Words =>
    [viewOf(bytes).getUint32(0), viewOf(bytes).getUint32(WORD_BYTES)];
  return { least: words(least), greatest: words(greatest) };
}

/** The indexes of entries, of `entryBytes` each, that begin within the range; the last first. */
export function matches(
  bytes: Uint8Array, entryBytes: number, { least, greatest }: PrefixRange,
): readonly number[] {
  const view = viewOf(bytes);
  let found: number[] | undefined;
  for (let at = bytes.length - entryBytes; at >= 0; at -= entryBytes) {
    const high = view.getUint32(at);
    if (high < least[0] || high > greatest[0]) continue;
    const low = view.getUint32(at + WORD_BYTES);
    const isBefore = high === least[0] && low < least[1];
    const isAfter = high === greatest[0] && low > greatest[1];
    if (!isBefore && !isAfter) (found ??= []).push(at / entryBytes);
  }
  return found ?? NONE;
}

const NONE: readonly number[] = [];

/** Into how many chunks so many entries are cut. */
export function chunkCountOf(entries: number): number {
  return Math.ceil(entries / CHUNK_ENTRIES);
}

/** The first and the last of so many chunks that have what is in the range. */
export function chunksWith(
  { least, greatest }: PrefixRange, chunks: number,
): readonly [number, number] {
  return [chunkOf(least[0], chunks), chunkOf(greatest[0], chunks)];
}

/** The parts' entries in chunks, the parts' order kept: one pass counts, another moves. */
export function cut(parts: readonly Uint8Array[]): Uint8Array[] {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  assert(bytes % ENTRY_BYTES === 0);
  const chunks = chunkCountOf(bytes / ENTRY_BYTES);
  const next = startsOf(parts, chunks);
  const starts = next.slice();
  const moved = new Uint8Array(bytes);
  const into = viewOf(moved);
  for (const part of parts) {
    const view = viewOf(part);
    for (let at = 0; at < part.length; at += ENTRY_BYTES) {
      const word = view.getUint32(at);
      const chunk = chunkOf(word, chunks);
      const to = next[chunk]!;
      next[chunk] = to + ENTRY_BYTES;
      into.setUint32(to, word);
      for (let byte = WORD_BYTES; byte < ENTRY_BYTES; byte += WORD_BYTES) {
        into.setUint32(to + byte, view.getUint32(at + byte));
      }
    }
  }
  return Array.from(starts, (start, chunk) => moved.subarray(start, next[chunk]!));
}

/** Where each chunk begins in all bytes. */
function startsOf(parts: readonly Uint8Array[], chunks: number): Uint32Array {
  const starts = new Uint32Array(chunks);
  for (const part of parts) {
    const view = viewOf(part);
    for (let at = 0; at < part.length; at += ENTRY_BYTES) {
      const chunk = chunkOf(view.getUint32(at), chunks) + 1;
      if (chunk < chunks) starts[chunk]! += ENTRY_BYTES;
    }
  }
  for (let chunk = 1; chunk < chunks; chunk++) starts[chunk]! += starts[chunk - 1]!;
  return starts;
}

/** Reads and writes words several times faster than bytes one by one. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The chunk of an id whose first 32 bits are these. */
function chunkOf(word: number, chunks: number): number {
  return Math.floor((word * chunks) / 0x1_0000_0000);
}
