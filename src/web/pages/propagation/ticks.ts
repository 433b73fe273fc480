/**
 * Which times an axis from before to after names. Pure.
 */

/** Round times, in ms; those before are their mirror. */
const ROUND = [10, 100, 1_000, 10_000, 60_000, 600_000];

/** Zero, and round times within the range on both sides. */
export function ticksOf(low: number, high: number): number[] {
  const before = ROUND.filter((one) => -one >= low).map((one) => -one).reverse();
  return [...before, 0, ...ROUND.filter((one) => one <= high)];
}
