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
  readonly life: Life | undefined;
  run: (() => void) | undefined;
}

/** What belongs to nobody and is never cancelled needs no more than what to run. */
type Planned = Event | (() => void);

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
  /** Deals with what an event threw, and says so; or it was a bug. */
  survives: (error: unknown) => boolean = () => false;
  /** Events of each ms that has any, in the order in which they were planned. */
  readonly #moments = new Map<number, Planned[]>();
  readonly #times = new Heap<number>((a, b) => a < b);
  /** How many of the first moment's events were run. */
  #done = 0;
  #now = 0;
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
    const event: Event = { life, run };
    this.#plan(delayMs, event);
    return () => {
      if (event.run !== undefined && life !== undefined) life.planned--;
      event.run = undefined;
    };
  }

  /** As `after`, for what is never cancelled: half the memory. */
  post(delayMs: number, run: () => void, life?: Life): void {
    this.#plan(delayMs, life === undefined ? run : { life, run });
  }

  #plan(delayMs: number, event: Planned): void {
    const at = this.#now + Math.max(0, Math.ceil(delayMs));
    if (typeof event !== 'function' && event.life !== undefined) event.life.planned++;
    const moment = this.#moments.get(at);
    if (moment !== undefined) {
      moment.push(event);
      return;
    }
    this.#moments.set(at, [event]);
    this.#times.push(at);
  }

  /**
   * Runs events up to and with `untilMs`, and `check` after each; stops when it says so. Throws
   * `EventError` for whatever an event or check throws.
   */
  run(untilMs: number, check: () => 'go on' | 'stop'): void {
    for (;;) {
      const at = this.#times.peek();
      if (at === undefined || at > untilMs) break;
      const moment = this.#moments.get(at)!;
      // Events of a moment may plan more for the same.
      while (this.#done < moment.length) {
        const event = moment[this.#done++]!;
        if (typeof event !== 'function' && event.run === undefined) continue;
        this.#step(event, at);
        if (check() === 'stop') return;
      }
      this.#times.pop();
      this.#moments.delete(at);
      this.#done = 0;
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  #step(event: Planned, at: number): void {
    this.#atOnce = at === this.#now ? this.#atOnce + 1 : 0;
    this.#now = at;
    if (typeof event === 'function') return this.#run(event, undefined);
    const { life, run } = event;
    event.run = undefined;
    if (life !== undefined) life.planned--;
    if (run !== undefined && life?.isAlive !== false) this.#run(run, life);
  }

  #run(run: () => void, life: Life | undefined): void {
    try {
      this.#ran++;
      if (this.#atOnce > EVENTS_AT_ONCE_MAX) throw new Error('events go on without time passing');
      run();
    } catch (error) {
      if (error instanceof EventError) throw error;
      if (this.survives(error)) return;
      throw new EventError(life?.name ?? 'world', error);
    }
  }
}
