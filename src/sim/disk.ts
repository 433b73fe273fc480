/**
 * The `Store` door of a simulated computer, and the disk below it that outlives crashes.
 *
 * Owns: which commits a crash may lose. They are lost from the end, whole: a prefix of what was
 * committed is always there, and everything that `flushed` has answered for. That is what the disk
 * store promises. Does not own: damaged records; tests of the disk store make those.
 */
import { MemoryStore } from '../lib/memory-store.ts';
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

export class Disk {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #speed: DiskSpeed;
  /** What is on the platter, and what was committed after it, oldest first. */
  readonly #durable = new MemoryStore(neverAsked);
  #pending: (readonly Write[])[] = [];
  /** Batches that ever became durable, so that a flush knows how far it has to go. */
  #durableCount = 0;
  #isWriteBackPlanned = false;

  constructor(world: World, chance: Chance, speed: DiskSpeed) {
    this.#world = world;
    this.#chance = chance;
    this.#speed = speed;
  }

  /** The store as a program sees it from now on, for as long as it lives. */
  open(life: Life): Store {
    this.#persist(this.#pending.length);
    const memory = new MemoryStore((run) => this.#world.after(0, run, life), this.#durable);
    return {
      get: (key) => memory.get(key),
      scan: (prefix, options) => memory.scan(prefix, options),
      commit: (batch) => {
        memory.commit(batch);
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

  /** The power fails: some of the newest commits, or none, are gone. Gives how many. */
  crash(): number {
    const kept = this.#chance.between(0, this.#pending.length);
    const lost = this.#pending.length - kept;
    this.#persist(kept);
    this.#pending = [];
    return lost;
  }

  #commit(batch: readonly Write[]): void {
    this.#pending.push(batch);
    this.#planWriteBack();
  }

  /** The program may be gone by then; the operating system is not, unless the disk crashed. */
  #planWriteBack(): void {
    if (this.#isWriteBackPlanned) return;
    this.#isWriteBackPlanned = true;
    const target = this.#durableCount + this.#pending.length;
    this.#world.after(WRITE_BACK_MS, () => {
      this.#isWriteBackPlanned = false;
      this.#persistUpTo(target);
      if (this.#pending.length > 0) this.#planWriteBack();
    });
  }

  #flush(done: () => void, life: Life): void {
    const target = this.#durableCount + this.#pending.length;
    const delayMs = this.#chance.between(this.#speed.flushMinMs, this.#speed.flushMaxMs);
    this.#world.after(delayMs, () => {
      this.#persistUpTo(target);
      done();
    }, life);
  }

  #persistUpTo(target: number): void {
    this.#persist(Math.min(this.#pending.length, Math.max(0, target - this.#durableCount)));
  }

  #persist(count: number): void {
    for (let index = 0; index < count; index++) this.#durable.commit(this.#pending[index]!);
    this.#pending = this.#pending.slice(count);
    this.#durableCount += count;
  }
}

function neverAsked(): void {
  throw new Error('the disk itself is never asked to flush');
}
