/**
 * A budget that refills with time: how much a stranger may ask for.
 * Owns: the arithmetic.
 * Does not own: a clock, or what to do when nothing is left.
 */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number | undefined;

  /** Full at first. `perSecond` tokens come back each second, up to `capacity`. */
  constructor(capacity: number, perSecond: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#tokens = capacity;
  }

  /**
   * Takes `cost` tokens at `now` (ms), or none and says false. A clock that went back adds nothing.
   */
  take(now: number, cost = 1): boolean {
    const elapsedMs = Math.max(0, now - (this.#filledAt ?? now));
    this.#filledAt = now;
    const refilled = this.#tokens + (elapsedMs * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#capacity, refilled);
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}
