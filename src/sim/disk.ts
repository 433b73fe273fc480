/**
 * The `Store` door of a simulated computer, and the disk below it that outlives crashes.
 *
 * Owns: which commits a crash may lose. They are lost from the end, whole: a prefix of what was
 * committed is always there, and everything that `flushed` has answered for. That is what the disk
 * store promises. And the ways in which disks fail, as the disk store reports them: a call that
 * fails, no room, a record whose checksum is wrong, flushes that take for ever.
 * Does not own: when disks fail (`faults.ts`), or what a program does then (`machine.ts`).
 */
import { bytesToText } from '../lib/bytes.ts';
import { MemoryStore } from '../lib/memory-store.ts';
import { StoreError } from '../lib/store-error.ts';
import type { StoreErrorCode } from '../lib/store-error.ts';
import type { Store, Write } from '../ports.ts';
import type { Chance } from './random.ts';
import type { Life, World } from './world.ts';

/** What a flush may cost, in ms. */
export interface DiskSpeed {
  readonly flushMinMs: number;
  readonly flushMaxMs: number;
}

/** The operating system writes by itself what is this old, in ms. */
const WRITE_BACK_MS = 5_000;

/** What a program gets from its disk instead of an answer. */
export class DiskError extends StoreError {
  /** Of the program that asked. */
  readonly life: Life;

  constructor(code: StoreErrorCode, life: Life) {
    super(code, `the simulated disk: ${code}`);
    this.life = life;
  }
}

export class Disk {
  /** Told of each commit that programs make, once it is made. */
  committed: (batch: readonly Write[]) => void = () => {};
  /** There is no room for another commit. */
  isFull = false;
  /** The world's time until which no flush ends. */
  stalledUntil = 0;
  /** How often it was set aside for an empty one. */
  generation = 0;
  /** Calls of programs so far. */
  calls = 0;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #speed: DiskSpeed;
  /** What is on the platter, and what was committed after it, oldest first. */
  #durable = new MemoryStore(neverAsked);
  #pending: (readonly Write[])[] = [];
  /** Batches that ever became durable, so that a flush knows how far it has to go. */
  #durableCount = 0;
  #isWriteBackPlanned = false;
  /** Keys of records on the platter that are not what was written. */
  readonly #damaged = new Set<string>();
  #failsAt = Number.POSITIVE_INFINITY;
  #failsWith: StoreErrorCode = 'failed';
  #isTrusted = false;

  constructor(world: World, chance: Chance, speed: DiskSpeed) {
    this.#world = world;
    this.#chance = chance;
    this.#speed = speed;
  }

  get isDamaged(): boolean {
    return this.#damaged.size > 0;
  }

  /** The store as a program sees it from now on, for as long as it lives. */
  open(life: Life): Store {
    this.#persist(this.#pending.length);
    const memory = new MemoryStore((run) => this.#world.after(0, run, life), this.#durable);
    /** Of damaged records, those that this program has written again. */
    const mended = new Set<string>();
    const checkWhole = (key: Uint8Array): void => {
      if (this.#damaged.size === 0 || this.#isTrusted) return;
      const name = bytesToText(key);
      if (this.#damaged.has(name) && !mended.has(name)) throw new DiskError('damaged', life);
    };
    return {
      get: (key) => {
        this.#call(life);
        checkWhole(key);
        return memory.get(key);
      },
      scan: (prefix, options) => {
        this.#call(life);
        const entries = memory.scan(prefix, options);
        if (this.#damaged.size === 0) return entries;
        return { [Symbol.iterator]: () => checkedScan(entries, checkWhole) };
      },
      commit: (batch) => {
        this.#call(life);
        if (this.isFull) throw new DiskError('full', life);
        memory.commit(batch);
        if (this.isDamaged) for (const { key } of batch) mended.add(bytesToText(key));
        this.#commit(batch);
      },
      flushed: (done) => this.#flush(done, life),
      close: () => memory.close(),
    };
  }

  /** What a program that starts now would find: for checks. */
  peek(): Store {
    return this.#durable;
  }

  /** Runs what only looks, for checks: nothing fails under it, nor counts as a call. */
  trusted<Result>(look: () => Result): Result {
    const before = this.#isTrusted;
    this.#isTrusted = true;
    try {
      return look();
    } finally {
      this.#isTrusted = before;
    }
  }

  /** The power fails: some of the newest commits, or none, are gone. Gives how many. */
  crash(): number {
    const kept = this.#chance.between(0, this.#pending.length);
    const lost = this.#pending.length - kept;
    this.#persist(kept);
    this.#pending = [];
    return lost;
  }

  /** One call fails, and says this: the next one for 1, the one after it for 2. */
  failAt(call: number, code: StoreErrorCode = 'failed'): void {
    this.#failsAt = this.calls + call;
    this.#failsWith = code;
  }

  /** Flips a bit in one of the records on the platter, if there is any; each kind as likely. */
  damage(chance: Chance): void {
    const bySpace = new Map<number, Uint8Array[]>();
    for (const [key] of this.#durable.scan(new Uint8Array(0))) {
      bySpace.set(key[0]!, [...(bySpace.get(key[0]!) ?? []), key]);
    }
    if (bySpace.size === 0) return;
    this.#damaged.add(bytesToText(chance.pick(chance.pick([...bySpace.values()]))));
  }

  /** What is damaged stays damaged; all else works from now on. */
  mend(): void {
    this.#failsAt = Number.POSITIVE_INFINITY;
    this.isFull = false;
    this.stalledUntil = 0;
  }

  /** Another takes its place, with those of the old records that are whole and of this kind. */
  setAside(isKept: (key: Uint8Array) => boolean): void {
    const old = this.#durable.scan(new Uint8Array(0));
    const kept = [...old].filter(([key]) => isKept(key) && !this.#damaged.has(bytesToText(key)));
    this.#durable = new MemoryStore(neverAsked);
    this.#durable.commit(kept.map(([key, value]) => ({ key, value })));
    this.#durableCount += this.#pending.length;
    this.#pending = [];
    this.#damaged.clear();
    this.generation++;
  }

  #call(life: Life): void {
    if (this.#isTrusted || ++this.calls !== this.#failsAt) return;
    throw new DiskError(this.#failsWith, life);
  }

  #commit(batch: readonly Write[]): void {
    this.#pending.push(batch);
    this.#planWriteBack();
    this.committed(batch);
  }

  /** The program may be gone by then; the operating system is not, unless the disk crashed. */
  #planWriteBack(): void {
    if (this.#isWriteBackPlanned) return;
    this.#isWriteBackPlanned = true;
    const target = this.#durableCount + this.#pending.length;
    this.#world.after(this.#slowed(WRITE_BACK_MS), () => {
      this.#isWriteBackPlanned = false;
      this.#persistUpTo(target);
      if (this.#pending.length > 0) this.#planWriteBack();
    });
  }

  #flush(done: (error?: Error) => void, life: Life): void {
    const hasFailed = !this.#isTrusted && ++this.calls === this.#failsAt;
    const target = this.#durableCount + this.#pending.length;
    const delayMs = this.#chance.between(this.#speed.flushMinMs, this.#speed.flushMaxMs);
    this.#world.after(this.#slowed(delayMs), () => {
      if (hasFailed) return done(new DiskError(this.#failsWith, life));
      this.#persistUpTo(target);
      done();
    }, life);
  }

  #slowed(delayMs: number): number {
    return Math.max(delayMs, this.stalledUntil - this.#world.now);
  }

  #persistUpTo(target: number): void {
    this.#persist(Math.min(this.#pending.length, Math.max(0, target - this.#durableCount)));
  }

  #persist(count: number): void {
    for (const batch of this.#pending.slice(0, count)) {
      this.#durable.commit(batch);
      if (this.isDamaged) for (const { key } of batch) this.#damaged.delete(bytesToText(key));
    }
    this.#pending = this.#pending.slice(count);
    this.#durableCount += count;
  }
}

type Entry = readonly [Uint8Array, Uint8Array];

function* checkedScan(
  entries: Iterable<Entry>, checkWhole: (key: Uint8Array) => void,
): Iterator<Entry, undefined> {
  for (const entry of entries) {
    checkWhole(entry[0]);
    yield entry;
  }
  return undefined;
}

function neverAsked(): void {
  throw new Error('the disk itself is never asked to flush');
}
