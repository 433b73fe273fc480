/**
 * The `Clock` door: the system's clock and timers.
 * Owns: delays longer than a Node timer takes.
 * Does not own: whether the system's clock is right.
 */
import type { Cancel, Clock, ElapsedMs, UnixMs } from '../ports.ts';

/** Node runs a timer of more than this at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export class SystemClock implements Clock {
  now(): UnixMs {
    return Date.now();
  }

  elapsed(): ElapsedMs {
    return performance.now();
  }

  after(delayMs: number, run: () => void): Cancel {
    let remainingMs = Math.max(0, delayMs);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const stepMs = Math.min(remainingMs, TIMER_MS_MAX);
      remainingMs -= stepMs;
      timer = setTimeout(() => (remainingMs > 0 ? arm() : run()), stepMs);
    };
    arm();
    return () => clearTimeout(timer);
  }
}
