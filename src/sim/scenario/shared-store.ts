/**
 * The `Store` door for many simulated computers whose disks hold nearly the same.
 *
 * Owns: sharing. A state is never changed, and a commit makes another one; equal commits to equal
 * states give the same one, made once. So a thousand nodes on one chain keep one chain. What a
 * computer committed is on its disk: crashes that lose some are `../disk.ts`'s.
 * Does not own: the ordered map (`lib/persistent-map.ts`).
 */
import { assert } from '../../lib/assert.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { bytesToText, equalBytes, startsWith } from '../../lib/bytes.ts';
import { prefixEnd, STORE_KEY_BYTES_MAX } from '../../lib/memory-store.ts';
import { PersistentMap } from '../../lib/persistent-map.ts';
import { StoreError } from '../../lib/store-error.ts';
import type { ScanOptions, Store, Write } from '../../ports.ts';

/** (policy) States whose next ones are remembered: nodes follow each other within seconds. */
const STATES_MAX = 2_048;
/** (policy) Of one state: forks give two or three. */
const NEXT_MAX = 8;

/** What a disk holds; equal objects stand for equal contents. */
export type DiskState = PersistentMap;

interface Next {
  readonly batch: readonly Write[];
  readonly state: DiskState;
}

/** States and what became of them; one for a simulation. */
export class SharedStates {
  readonly #next = new BoundedMap<DiskState, Next[]>(STATES_MAX);

  /** The state that a batch makes of another. The batch and its bytes must not change afterwards. */
  after(state: DiskState, batch: readonly Write[]): DiskState {
    const known = this.#next.get(state);
    const found = known?.find((next) => equalBatches(next.batch, batch));
    if (found !== undefined) return found.state;
    // Values are copied because whoever committed them may write to them again.
    const own = batch.map(({ key, value }) => ({ key: key.slice(), value: value?.slice() }));
    const made = state.with(own.map(({ key, value }) => [bytesToText(key), value] as const));
    const next: Next = { batch: own, state: made };
    if (known === undefined) this.#next.set(state, [next]);
    else if (known.length < NEXT_MAX) known.push(next);
    return made;
  }
}

export class SharedStore implements Store {
  readonly #states: SharedStates;
  readonly #defer: (run: () => void) => void;
  #state: DiskState;
  #isClosed = false;

  /** `defer` runs what it is given in a later turn. The store starts with `state`. */
  constructor(
    states: SharedStates, defer: (run: () => void) => void, state = PersistentMap.EMPTY,
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
    return this.#state.get(bytesToText(key))?.slice();
  }

  scan(
    prefix: Uint8Array, options: ScanOptions = {},
  ): Iterable<readonly [Uint8Array, Uint8Array]> {
    assert(options.from === undefined || startsWith(options.from, prefix));
    const isReverse = options.reverse === true;
    const begin = (): Iterable<readonly [string, Uint8Array]> => {
      this.#checkOpen();
      return this.#state.entries(startOf(prefix, options), isReverse);
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
    if (a.value === undefined || b.value === undefined) {
      if (a.value !== b.value) return false;
    } else if (!equalBytes(a.value, b.value)) return false;
    if (!equalBytes(a.key, b.key)) return false;
  }
  return true;
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
