/**
 * How often a log repeats itself: a peer must not be able to fill a disk (CVE-2025-54604).
 * Owns: counting lines by message.
 * Does not own: writing them.
 */

/** Lines of one message in a window; the rest are counted. */
const LINES_PER_WINDOW_MAX = 10;
const WINDOW_MS = 60_000;
/** Messages are constants of the program; more different ones share a count. */
const MESSAGES_MAX = 500;
const OTHER_MESSAGES = 'other messages';

export class LogLimit {
  readonly #counts = new Map<string, number>();
  #windowEndsAt = 0;

  /** Whether a line of this message may be written now. */
  admit(message: string): boolean {
    const isKnown = this.#counts.has(message) || this.#counts.size < MESSAGES_MAX;
    const key = isKnown ? message : OTHER_MESSAGES;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= LINES_PER_WINDOW_MAX;
  }

  /** Once a window has ended: how many lines of which message were left out in it. */
  takeSuppressed(nowMs: number): readonly { readonly message: string; readonly count: number }[] {
    if (nowMs < this.#windowEndsAt) return [];
    this.#windowEndsAt = nowMs + WINDOW_MS;
    return this.takeAllSuppressed();
  }

  /** The same, in the middle of a window: for the end of the program. */
  takeAllSuppressed(): readonly { readonly message: string; readonly count: number }[] {
    const suppressed = [...this.#counts]
      .filter(([, count]) => count > LINES_PER_WINDOW_MAX)
      .map(([message, count]) => ({ message, count: count - LINES_PER_WINDOW_MAX }));
    this.#counts.clear();
    return suppressed;
  }
}
