/**
 * Keys of ids, which are as good as random, kept by the *age* of their block: so new ones lie close
 * together, where a tree of random keys would write a page of the disk for each of them.
 *
 * Owns: these keys, and searching from the newest age back: one look for each 4,096 blocks, a
 * fraction of a millisecond on a chain of a million.
 * Does not own: what is under a key (`records.ts`, `history.ts`).
 */
import { bytesToHex, hexInto, u64Into } from '../lib/bytes.ts';
import { ByteWriter } from '../lib/codec.ts';
import type { Store } from '../ports.ts';

/** Blocks of one age. With more, new ids lie less close; with fewer, a search has more ages. */
const AGE_BLOCKS = 4_096;
const AGE_BYTES = 8;
const ID_BYTES = 32;

/** The key of an id that belongs to a block at this height. */
export function agedKey(space: number, height: number, id: string): Uint8Array {
  const key = new Uint8Array(1 + AGE_BYTES + ID_BYTES);
  key[0] = space;
  u64Into(key, 1, ageOf(height));
  hexInto(key, 1 + AGE_BYTES, id);
  return key;
}

/** What is under the id, when its block is at `heightMax` or below it. */
export function findAged(
  store: Pick<Store, 'get'>, space: number, id: string, heightMax: number,
): Uint8Array | undefined {
  const key = agedKey(space, heightMax, id);
  for (let age = ageOf(heightMax); age >= 0; age--) {
    u64Into(key, 1, age);
    const value = store.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The ids that begin with these bytes, the newest ages first. */
export function* agedIds(
  store: Store, space: number, prefix: Uint8Array, heightMax: number,
): Iterable<string> {
  for (let age = ageOf(heightMax); age >= 0; age--) {
    const first = new ByteWriter().u8(space).u64(age).bytes(prefix).finish();
    for (const [key] of store.scan(first)) yield bytesToHex(key, key.length - ID_BYTES);
  }
}

function ageOf(height: number): number {
  return Math.floor(height / AGE_BLOCKS);
}
