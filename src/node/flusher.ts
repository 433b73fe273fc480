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
/** (policy) A process that ends hands over its lock within a second. */
const SETTLE_MAX_MS = 500;

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

  /**
   * Writes all blocks that wait, and of accounts what half a second allows: whoever wants the store
   * waits for it, and reads the rest from deltas. Throws as the store does.
   */
  stop(): void {
    this.#timer?.();
    const endsAt = this.#clock.elapsed() + SETTLE_MAX_MS;
    do this.#chain.flush();
    while (!this.#chain.isFlushed && this.#clock.elapsed() < endsAt);
  }
}
