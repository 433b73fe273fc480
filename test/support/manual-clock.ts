/**
 * A clock that a test moves by hand.
 * Owns: virtual time, and what is due when. Does not own: anything else that happens meanwhile.
 */
import { Heap } from '../../src/lib/heap.ts';
import type { Cancel, Clock, UnixMs } from '../../src/ports.ts';

interface Timer {
  readonly at: UnixMs;
  readonly order: number;
  readonly run: () => void;
  isOff: boolean;
}

export class ManualClock implements Clock {
  readonly #timers = new Heap<Timer>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  #now: UnixMs;
  #order = 0;
  /** What the wall clock was set by, which timers do not notice. */
  #shiftMs = 0;

  constructor(now: UnixMs) {
    this.#now = now;
  }

  now(): UnixMs {
    return this.#now + this.#shiftMs;
  }

  elapsed(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Cancel {
    if (!(delayMs >= 0)) throw new RangeError(`a delay of ${delayMs}`);
    const timer: Timer = { at: this.#now + delayMs, order: this.#order++, run, isOff: false };
    this.#timers.push(timer);
    return () => {
      timer.isOff = true;
    };
  }

  /** Lets time pass and runs what is due, in order, what that asks for included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.at > end) break;
      this.#timers.pop();
      this.#now = timer.at;
      if (!timer.isOff) timer.run();
      timer.isOff = true;
    }
    this.#now = end;
  }

  /** Sets the wall clock forward or back; timers stay as they are. */
  shift(ms: number): void {
    this.#shiftMs += ms;
  }
}
