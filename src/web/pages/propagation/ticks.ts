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

/** Of the ticks, those that stand at least so far from each other; zero is always one of them. */
export function spacedOut(
  ticks: readonly number[], at: (ms: number) => number, gap: number,
): number[] {
  const kept = [0];
  for (const tick of [...ticks].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    if (kept.every((one) => Math.abs(at(one) - at(tick)) >= gap)) kept.push(tick);
  }
  return kept.sort((a, b) => a - b);
}
