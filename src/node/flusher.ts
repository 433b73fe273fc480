/**
 * When blocks that were added 'soon' are committed, and accounts that wait for their records get
 * them.
 *
 * Owns: that timer, which rests when all is written. Does not own: what a flush writes
 * (`consensus/stored-chain.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import type { Cancel, Clock } from '../ports.ts';

/** (policy) Blocks of peers are committed so often, or when they are many. */
export const FLUSH_INTERVAL_MS = 250;

export class Flusher {
  readonly #clock: Clock;
  readonly #chain: Chain;
  #timer: Cancel | undefined;

  constructor(clock: Clock, chain: Chain) {
    this.#clock = clock;
    this.#chain = chain;
  }

  /** Sees that what waits is written, a part at each interval. */
  soon(): void {
    this.#timer ??= this.#clock.after(FLUSH_INTERVAL_MS, () => {
      this.#timer = undefined;
      this.#chain.flush();
      if (!this.#chain.isFlushed) this.soon();
    });
  }

  /** Writes all that waits. Throws as the store does. */
  stop(): void {
    this.#timer?.();
    this.#chain.settle();
  }
}
