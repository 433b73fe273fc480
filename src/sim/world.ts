/**
 * Virtual time: nothing in a simulation happens but through this queue, in one order.
 *
 * Owns: the clock that all share, the order of events, and the end of what a dead node had planned.
 * Does not own: what events do. Times are whole ms since the simulation began.
 */
import { Heap } from '../lib/heap.ts';
import type { Cancel } from '../ports.ts';
import type { EventLog } from './event-log.ts';

/** One run of a program: what belongs to it stops when it ends. */
export interface Life {
  /** Who lives it, as the log calls it. */
  readonly name: string;
  isAlive: boolean;
  /** Events that are planned for it: grows without bound when something plans and never forgets. */
  planned: number;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly life: Life | undefined;
  run: (() => void) | undefined;
}

/** An event threw: a bug of whoever ran, with the time and the name that the report needs. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly who: string;

  constructor(who: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.who = who;
  }
}

/** So many events without time passing are a loop that never ends. */
const EVENTS_AT_ONCE_MAX = 200_000;

export class World {
  readonly log: EventLog;
  readonly #queue = new Heap<Event>(
    (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order),
  );
  #now = 0;
  #order = 0;
  #atOnce = 0;
  #ran = 0;

  constructor(log: EventLog) {
    this.log = log;
  }

  get now(): number {
    return this.#now;
  }

  /** Events that were run. */
  get ran(): number {
    return this.#ran;
  }

  /** Runs `run` after `delayMs`, unless it is cancelled or its life has ended by then. */
  after(delayMs: number, run: () => void, life?: Life): Cancel {
    const at = this.#now + Math.max(0, Math.ceil(delayMs));
    const event: Event = { at, order: this.#order++, life, run };
    if (life !== undefined) life.planned++;
    this.#queue.push(event);
    return () => {
      if (event.run !== undefined && life !== undefined) life.planned--;
      event.run = undefined;
    };
  }

  /** As `after`, for what is never cancelled: half the memory. */
  post(delayMs: number, run: () => void, life?: Life): void {
    const at = this.#now + Math.max(0, Math.ceil(delayMs));
    if (life !== undefined) life.planned++;
    this.#queue.push({ at, order: this.#order++, life, run });
  }

  /**
   * Runs events up to and with `untilMs`, and `check` after each; stops when it says so. Throws
   * `EventError` for whatever an event or check throws.
   */
  run(untilMs: number, check: () => 'go on' | 'stop'): void {
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined || next.at > untilMs) break;
      this.#queue.pop();
      if (next.run === undefined) continue;
      this.#step(next);
      if (check() === 'stop') return;
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  #step(event: Event): void {
    this.#atOnce = event.at === this.#now ? this.#atOnce + 1 : 0;
    this.#now = event.at;
    const { life, run } = event;
    event.run = undefined;
    if (life !== undefined) life.planned--;
    if (run === undefined || life?.isAlive === false) return;
    try {
      this.#ran++;
      if (this.#atOnce > EVENTS_AT_ONCE_MAX) throw new Error('events go on without time passing');
      run();
    } catch (error) {
      if (error instanceof EventError) throw error;
      throw new EventError(life?.name ?? 'world', error);
    }
  }
}
