/**
 * Where transactions are, by the beginnings of their ids: an index in *runs*, each over 64 blocks
 * of the main chain, or 4,096, or 262,144.
 *
 * A run is written once, when the last of its blocks connects, and taken back when that block is.
 * It is a function of the blocks below it, so a reorganisation leaves what a chain without one has.
 * Until a run is there, its transactions are found in its blocks' *trails* (`history.ts`) and in
 * smaller runs. So a transaction costs some bytes in order, where a record under its id would cost
 * a walk through the store's tree and a page of the disk. (Log-structured merge trees, O'Neil et
 * al., 1996, do so with what was not made to be sorted.)
 *
 * Key: level 1, height of the first block 8; then for each chunk its number 4.
 * Value: the number of entries 4; or entries (`chunks.ts`).
 *
 * Owns: runs, and searching trails and runs, newest first: half a millisecond on a chain of a
 * million small blocks, three times that where no run has more than 4,096. What is found is a place
 * whose id *begins* so; whoever asks looks at the transaction itself.
 * Does not own: trails, and what is at a place (`history.ts`).
 */
import { assert } from '../lib/assert.ts';
import { u32Into, u64Into } from '../lib/bytes.ts';
import { ByteReader } from '../lib/codec.ts';
import type { WriteOverlay } from '../lib/write-buffer.ts';
import type { Write } from '../ports.ts';
import { chunkCountOf, chunksWith, cut, ENTRY_BYTES, matches, PREFIX_BYTES } from './chunks.ts';
import type { PrefixRange } from './chunks.ts';
import { placeOf } from './place.ts';
import { heightKey, SPACE } from './records.ts';
import type { RecordReader } from './records.ts';
import type { Place } from './types.ts';

/** Blocks of the smallest run, and runs of one level in one of the next. */
export const RUN_BLOCKS = 64;
/**
 * Transactions in a run of the second level or above, 16 MB: so no block waits long for its run.
 * Where there are more, the smaller runs stay what is searched.
 */
const RUN_ENTRIES_MAX = 2 ** 20;
/** Of a trail: the beginning of an id, and the places before in two lists. */
export const TRAIL_ENTRY_BYTES = PREFIX_BYTES + 16;
const NOTHING = new Uint8Array(0);

interface Run {
  readonly level: number;
  /** The height of its first block. */
  readonly first: number;
}

/** The runs that end at this height, whose trail is among the records; so are these then, too. */
export function runWrites(records: WriteOverlay, height: number): Write[] {
  const writes: Write[] = [];
  for (const run of runsTo(height + 1)) {
    const parts = run.level === 1 ? entriesOfTrails(records, run.first) : partsOf(records, run);
    if (parts === undefined) break;
    const made = writesOf(run, cut(parts));
    records.add(made);
    writes.push(...made);
  }
  return writes;
}

/** The writes that take the runs back that end at this height. */
export function forgetRuns(records: RecordReader, height: number): Write[] {
  const writes: Write[] = [];
  for (const run of runsTo(height + 1)) {
    const count = entryCountOf(records, run);
    if (count === undefined) break;
    writes.push({ key: runKey(run), value: undefined });
    for (let chunk = 0; chunk < chunkCountOf(count); chunk++) {
      writes.push({ key: runKey(run, chunk), value: undefined });
    }
  }
  return writes;
}

/**
 * The places in the main chain, which ends at `heightMax`, of transactions whose ids begin within
 * the range; about the newest first.
 */
export function* placesIn(
  records: RecordReader, range: PrefixRange, heightMax: number,
): Iterable<Place> {
  let end = heightMax + 1;
  for (; end % RUN_BLOCKS !== 0; end--) {
    const height = end - 1;
    for (const index of matches(trailAt(records, height), TRAIL_ENTRY_BYTES, range)) {
      yield placeOf({ height, index });
    }
  }
  while (end > 0) {
    const [run, count] = greatestRunTo(records, end);
    const [first, last] = chunksWith(range, chunkCountOf(count));
    for (let chunk = last; chunk >= first && count > 0; chunk--) {
      const entries = chunkOf(records, run, chunk);
      for (const index of matches(entries, ENTRY_BYTES, range)) yield placeIn(entries, index);
    }
    end = run.first;
  }
}

/** The trail of the block at this height; genesis has none. */
export function trailAt(records: RecordReader, height: number): Uint8Array {
  return records.get(heightKey(SPACE.trail, height)) ?? NOTHING;
}

/** The runs that end before this height, from the first level up. */
function runsTo(end: number): Run[] {
  const runs: Run[] = [];
  for (let blocks = RUN_BLOCKS; end % blocks === 0; blocks *= RUN_BLOCKS) {
    runs.push({ level: runs.length + 1, first: end - blocks });
  }
  return runs;
}

/** With how many entries it has. */
function greatestRunTo(records: RecordReader, end: number): readonly [Run, number] {
  for (const run of runsTo(end).reverse()) {
    const count = entryCountOf(records, run);
    if (count !== undefined) return [run, count];
  }
  assert(false, `no run of transactions ends at height ${end}`);
}

/** The entries of 64 trails. */
function entriesOfTrails(records: RecordReader, first: number): Uint8Array[] {
  return Array.from({ length: RUN_BLOCKS }, (_, offset) => {
    const height = first + offset;
    const trail = trailAt(records, height);
    const count = trail.length / TRAIL_ENTRY_BYTES;
    const entries = new Uint8Array(ENTRY_BYTES * count);
    for (let index = 0; index < count; index++) {
      const [from, to] = [TRAIL_ENTRY_BYTES * index, ENTRY_BYTES * index];
      for (let byte = 0; byte < PREFIX_BYTES; byte++) entries[to + byte] = trail[from + byte]!;
      u64Into(entries, to + PREFIX_BYTES, placeOf({ height, index }));
    }
    return entries;
  });
}

/** The entries of the 64 runs in one; undefined when one of them is not there, or with too many. */
function partsOf(records: RecordReader, { level, first }: Run): Uint8Array[] | undefined {
  const [parts, blocks] = [[] as Uint8Array[], RUN_BLOCKS ** (level - 1)];
  let sum = 0;
  for (let index = 0; index < RUN_BLOCKS; index++) {
    const run = { level: level - 1, first: first + index * blocks };
    const count = entryCountOf(records, run) ?? Infinity;
    sum += count;
    if (sum > RUN_ENTRIES_MAX) return undefined;
    for (let chunk = 0; chunk < chunkCountOf(count); chunk++) {
      parts.push(chunkOf(records, run, chunk));
    }
  }
  return parts;
}

function writesOf(run: Run, chunks: readonly Uint8Array[]): Write[] {
  const head = new Uint8Array(4);
  u32Into(head, 0, chunks.reduce((sum, { length }) => sum + length / ENTRY_BYTES, 0));
  return [
    { key: runKey(run), value: head },
    ...chunks.map((value, chunk) => ({ key: runKey(run, chunk), value })),
  ];
}

function entryCountOf(records: RecordReader, run: Run): number | undefined {
  const value = records.get(runKey(run));
  return value === undefined ? undefined : new ByteReader(value).u32();
}

function chunkOf(records: RecordReader, run: Run, chunk: number): Uint8Array {
  return records.get(runKey(run, chunk)) ?? NOTHING;
}

function placeIn(entries: Uint8Array, index: number): Place {
  const at = ENTRY_BYTES * index + PREFIX_BYTES;
  return new ByteReader(entries.subarray(at, at + 8)).u64();
}

/** The key of a run's number of entries, or of one of its chunks. */
function runKey({ level, first }: Run, chunk?: number): Uint8Array {
  const key = new Uint8Array(chunk === undefined ? 10 : 14);
  key[0] = SPACE.run;
  key[1] = level;
  u64Into(key, 2, first);
  if (chunk !== undefined) u32Into(key, 10, chunk);
  return key;
}
