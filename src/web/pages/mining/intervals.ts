/**
 * Times between blocks against what chance alone would make of them. Pure.
 *
 * Owns: the histogram, the exponential curve through it, and the spread.
 * Does not own: where intervals come from.
 *
 * Each hash wins with the same small chance, so waiting has no memory: times between blocks are
 * exponentially distributed, with most of them short and a few very long.
 */

/** (policy) Columns; the last one takes all that is longer. */
const BINS = 16;
/** The columns but the last reach to so many times the mean: all but one in fifty. */
const MEANS = 4;

export interface Bin {
  readonly fromMs: number;
  /** Infinity for the last. */
  readonly toMs: number;
  readonly count: number;
  /** How many there would be by chance alone. */
  readonly expected: number;
}

export interface Histogram {
  readonly count: number;
  readonly meanMs: number;
  /**
   * Standard deviation in units of the mean: near 1 when chance alone decides, less when blocks
   * come like a clock, more when they come in bursts.
   */
  readonly spread: number;
  readonly bins: readonly Bin[];
}

/** Undefined when there are fewer than two intervals, or when they have no length. */
export function histogramOf(intervalsMs: readonly number[]): Histogram | undefined {
  // Miners' clocks differ, and so a block may seem to be older than the one before it.
  const lengths = intervalsMs.map((one) => Math.max(0, one));
  const count = lengths.length;
  const meanMs = lengths.reduce((sum, one) => sum + one, 0) / count;
  if (count < 2 || !(meanMs > 0)) return undefined;
  const widthMs = niceAbove((MEANS * meanMs) / (BINS - 1));
  const counts = new Array<number>(BINS).fill(0);
  for (const one of lengths) counts[Math.min(BINS - 1, Math.floor(one / widthMs))]! += 1;
  const bins = counts.map((inBin, index): Bin => {
    const [fromMs, toMs] = [index * widthMs, index === BINS - 1 ? Infinity : (index + 1) * widthMs];
    const expected = count * (Math.exp(-fromMs / meanMs) - Math.exp(-toMs / meanMs));
    return { fromMs, toMs, count: inBin, expected };
  });
  const variance = lengths.reduce((sum, one) => sum + (one - meanMs) ** 2, 0) / (count - 1);
  return { count, meanMs, spread: Math.sqrt(variance) / meanMs, bins };
}

const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The least round number that is not below. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = ROUND.find((one) => one * power >= value * (1 - 1e-9))!;
  return factor * power;
}

/** The share of searches that have ended after so many hashes, when one in `expected` wins. */
export function shareFound(hashes: number, expected: number): number {
  return expected > 0 ? 1 - Math.exp(-hashes / expected) : 0;
}
