/**
 * The `Store` door for many simulated computers whose disks hold nearly the same.
 *
 * Owns: sharing. A disk is an ordered map of buckets, which hold the entries of a few heights or
 * ids; neither is ever changed. Equal changes of one bucket give one bucket, made once, so nodes
 * that differ in a stale block here and there share all the others. What a computer committed is on
 * its disk: crashes that lose some are `../disk.ts`'s.
 * Does not own: the ordered map (`lib/persistent-map.ts`).
 */
import { SPACE } from '../../consensus/records.ts';
import { assert } from '../../lib/assert.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { bytesToText, equalBytes, startsWith } from '../../lib/bytes.ts';
import { prefixEnd, STORE_KEY_BYTES_MAX } from '../../lib/memory-store.ts';
import { PersistentMap } from '../../lib/persistent-map.ts';
import { StoreError } from '../../lib/store-error.ts';
import type { ScanOptions, Store, Write } from '../../ports.ts';

/** (policy) Disks whose next states are remembered, and commits of each. */
const STATES_MAX = 256;
const NEXT_MAX = 8;
/** (policy) Names whose empty bucket is remembered. */
const FIRST_MAX = 1_024;
/**
 * (policy) Buckets that changed last, whose changes are remembered: those of some tens of blocks,
 * however the nodes differ. A bucket that remembered its own would keep all that came of it.
 */
const CHANGED_MAX = 8_192;
/** (policy) Changes of each. */
const CHANGES_MAX = 16;
/** Of a key, what its bucket is named by: 16 heights, or ids of one age with one first byte. */
const HEIGHT_BYTES = 9;
const HEIGHT_MASK = 0xf0;
const AGED_BYTES = 10;

/** A few entries in order. */
interface Bucket {
  readonly keys: readonly string[];
  readonly values: readonly Uint8Array[];
}

interface Change {
  readonly key: string;
  readonly value: Uint8Array | undefined;
  readonly bucket: Bucket;
}

/** What a disk holds. */
export type DiskState = PersistentMap<Bucket>;

interface Next {
  readonly batch: readonly Write[];
  readonly state: DiskState;
}

/** Buckets and what became of them; one for a simulation. */
export class SharedStates {
  readonly empty: DiskState = PersistentMap.empty();
  readonly #next = new BoundedMap<DiskState, Next[]>(STATES_MAX);
  readonly #first = new BoundedMap<string, Bucket>(FIRST_MAX);
  readonly #changes = new BoundedMap<Bucket, Change[]>(CHANGED_MAX);

  /** The state that a batch makes of another. */
  after(state: DiskState, batch: readonly Write[]): DiskState {
    const known = this.#next.get(state);
    const found = known?.find((next) => equalBatches(next.batch, batch));
    if (found !== undefined) return found.state;
    const made = state.with([...this.#changed(state, batch)].map(([name, bucket]) =>
      [name, bucket.keys.length === 0 ? undefined : bucket] as const));
    // Whoever committed the bytes may write to them again.
    const own = batch.map(({ key, value }) => ({ key: key.slice(), value: value?.slice() }));
    const next: Next = { batch: own, state: made };
    if (known === undefined) this.#next.set(state, [next]);
    else if (known.length < NEXT_MAX) known.push(next);
    return made;
  }

  #changed(state: DiskState, batch: readonly Write[]): Map<string, Bucket> {
    const changed = new Map<string, Bucket>();
    for (const { key, value } of batch) {
      const text = bytesToText(key);
      const name = bucketOf(text);
      const before = changed.get(name) ?? state.get(name) ?? this.#emptyBucket(name);
      changed.set(name, this.#changeOf(before, text, value));
    }
    return changed;
  }

  #emptyBucket(name: string): Bucket {
    const known = this.#first.get(name);
    if (known !== undefined) return known;
    const bucket: Bucket = { keys: [], values: [] };
    this.#first.set(name, bucket);
    return bucket;
  }

  /** The bucket with an entry set or deleted. */
  #changeOf(bucket: Bucket, key: string, value: Uint8Array | undefined): Bucket {
    const changes = this.#changes.get(bucket) ?? [];
    const known = changes.find((change) =>
      change.key === key && isSameValue(change.value, value));
    if (known !== undefined) return known.bucket;
    const index = indexIn(bucket, key);
    const isThere = bucket.keys[index] === key;
    if (value === undefined && !isThere) return bucket;
    const own = value?.slice();
    const made: Bucket = {
      keys: spliced(bucket.keys, { index, removed: isThere ? 1 : 0 }, own && key),
      values: spliced(bucket.values, { index, removed: isThere ? 1 : 0 }, own),
    };
    if (changes.length < CHANGES_MAX) changes.push({ key, value: own, bucket: made });
    this.#changes.set(bucket, changes);
    return made;
  }
}

/** Names are in the order of the keys: the beginning of a key, as if it went on in zeros. */
function bucketOf(key: string): string {
  const space = key.charCodeAt(0);
  if (space === SPACE.block) return key.slice(0, AGED_BYTES).padEnd(AGED_BYTES, '\0');
  const name = key.slice(0, HEIGHT_BYTES).padEnd(HEIGHT_BYTES, '\0');
  const last = HEIGHT_BYTES - 1;
  return name.slice(0, last) + String.fromCharCode(name.charCodeAt(last) & HEIGHT_MASK);
}

function spliced<Item>(
  items: readonly Item[], at: { index: number; removed: number }, item: Item | undefined,
): Item[] {
  const copy = items.slice();
  if (item === undefined) copy.splice(at.index, at.removed);
  else copy.splice(at.index, at.removed, item);
  return copy;
}

/** The index of the first key that is not before this one. */
function indexIn({ keys }: Bucket, key: string): number {
  let index = 0;
  while (index < keys.length && keys[index]! < key) index++;
  return index;
}

function isSameValue(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one, other);
}

export class SharedStore implements Store {
  readonly #states: SharedStates;
  readonly #defer: (run: () => void) => void;
  #state: DiskState;
  #isClosed = false;

  /** `defer` runs what it is given in a later turn. The store starts with `state`. */
  constructor(
    states: SharedStates, defer: (run: () => void) => void, state = states.empty,
  ) {
    this.#states = states;
    this.#defer = defer;
    this.#state = state;
  }

  /** What is on the disk now; also after it was closed. */
  get state(): DiskState {
    return this.#state;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    checkKey(key);
    const text = bytesToText(key);
    const bucket = this.#state.get(bucketOf(text));
    if (bucket === undefined) return undefined;
    const index = indexIn(bucket, text);
    return bucket.keys[index] === text ? bucket.values[index]!.slice() : undefined;
  }

  scan(
    prefix: Uint8Array, options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    assert(options.from === undefined || startsWith(options.from, prefix));
    const isReverse = options.reverse === true;
    const begin = (): Iterable<readonly [string, Uint8Array]> => {
      this.#checkOpen();
      return entriesOf(this.#state, startOf(prefix, options), isReverse);
    };
    const checkOpen = (): void => this.#checkOpen();
    const text = bytesToText(prefix);
    return {
      *[Symbol.iterator]() {
        for (const [key, value] of begin()) {
          if (!key.startsWith(text)) {
            // Down from the first key after those with the prefix, which may be there itself.
            if (isReverse && key > text) continue;
            return;
          }
          yield [bytesOf(key), value.slice()] as const;
          checkOpen();
        }
      },
    };
  }

  commit(batch: readonly Write[]): void {
    this.#checkOpen();
    for (const { key } of batch) checkKey(key);
    if (batch.length > 0) this.#state = this.#states.after(this.#state, batch);
  }

  flushed(done: (error?: Error) => void): void {
    this.#defer(() => done());
  }

  close(): void {
    this.#isClosed = true;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError('failed', 'the store is closed');
  }
}

function equalBatches(one: readonly Write[], other: readonly Write[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [one[index]!, other[index]!];
    if (!isSameValue(a.value, b.value)) return false;
    if (!equalBytes(a.key, b.key)) return false;
  }
  return true;
}

/** Entries of all buckets from a key (inclusive) on, up or down. */
function* entriesOf(
  state: DiskState, from: string | undefined, isReverse: boolean,
): Iterable<readonly [string, Uint8Array]> {
  const first = from === undefined ? undefined : bucketOf(from);
  for (const [, { keys, values }] of state.entries(first, isReverse)) {
    for (let step = 0; step < keys.length; step++) {
      const index = isReverse ? keys.length - 1 - step : step;
      const key = keys[index]!;
      const isBefore = from !== undefined && (isReverse ? key > from : key < from);
      if (!isBefore) yield [key, values[index]!];
    }
  }
}

/** Where a scan begins. */
function startOf(prefix: Uint8Array, { from, reverse }: ScanOptions): string | undefined {
  if (reverse !== true || from !== undefined) return bytesToText(from ?? prefix);
  const end = prefixEnd(prefix);
  return end && bytesToText(end);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function checkKey(key: Uint8Array): void {
  assert(key.length >= 1 && key.length <= STORE_KEY_BYTES_MAX, 'a key has 1 to 128 bytes');
}
