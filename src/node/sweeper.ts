/**
 * When a node looks after what goes by time: silent links, late answers, dials that are due.
 *
 * Owns: that timer. It runs every second while there is anything to look after, and rests while
 * there is not: a network of a thousand nodes is at rest most of the time, and so is a laptop.
 * Does not own: what is looked after (`peer-table.ts`, `sync.ts`).
 */
import type { Cancel, Clock, ElapsedMs } from '../ports.ts';

/** (policy) How often there is a look while there is anything to look after. */
export const SWEEP_INTERVAL_MS = 1_000;
/** (policy) And how long there is none at most. */
const SWEEP_REST_MAX_MS = 60_000;

export class Sweeper {
  readonly #clock: Clock;
  readonly #sweep: () => ElapsedMs;
  #timer: Cancel | undefined;
  #nextAt: ElapsedMs = 0;
  #isStopped = false;

  /** `sweep` gives the time from which it has something to do, if nothing happens before. */
  constructor(clock: Clock, sweep: () => ElapsedMs) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  /** Looks now, and from now on. */
  start(): void {
    const quietUntil = this.#sweep();
    if (!this.#isStopped) this.#plan(quietUntil - this.#clock.elapsed());
  }

  /** Something happened that may have to be looked after. */
  wake(): void {
    const isResting = this.#nextAt > this.#clock.elapsed() + SWEEP_INTERVAL_MS;
    if (isResting && !this.#isStopped) this.#plan(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  #plan(restMs: number): void {
    const waitMs = Math.min(Math.max(restMs, SWEEP_INTERVAL_MS), SWEEP_REST_MAX_MS);
    this.#timer?.();
    this.#nextAt = this.#clock.elapsed() + waitMs;
    this.#timer = this.#clock.after(waitMs, () => this.start());
  }
}
