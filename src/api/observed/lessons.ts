/**
 * What a visitor of `/learn` has tried on this node.
 *
 * Owns: the two lessons that leave no trace in the chain: a nonce that was searched for, and a
 * header that was tampered with. The others are read from the chain (`views/lessons-view.ts`).
 */

/** (policy) Zero bits that show that a nonce was searched for: 4,096 tries on average. */
export const LESSON_ZERO_BITS = 12;

export class Lessons {
  /** The most zero bits of a header, not in the chain, that somebody asked about. */
  zeroBits = 0;
  /** The rule that a changed header broke. */
  brokenRule: string | undefined;
}
