/**
 * What a simulated figure is worth: standard errors, and how far from a theory is too far.
 *
 * Owns: means, proportions, and the chance of a deviation. Does not own: any theory.
 */
import { assert } from '../../lib/assert.ts';

/** A figure from repetitions. */
export interface Estimate {
  readonly mean: number;
  /** Of the mean; undefined with fewer than two repetitions. */
  readonly standardError: number | undefined;
  readonly count: number;
}

/** Mean and standard error of values that do not depend on each other; at least one. */
export function estimateOf(values: readonly number[]): Estimate {
  assert(values.length > 0, 'no mean of nothing');
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, standardError: undefined, count };
  // In two passes: the sum of squares minus the square of the sum would lose the digits.
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count), count };
}

/**
 * The mean of a ratio of sums, such as stale blocks over all blocks, and its standard error by the
 * delta method: repetitions of unequal size count by their size.
 */
export function ratioOf(
  pairs: readonly { readonly part: number; readonly whole: number }[],
): Estimate {
  const whole = pairs.reduce((sum, pair) => sum + pair.whole, 0);
  assert(whole > 0, 'no ratio to nothing');
  const mean = pairs.reduce((sum, pair) => sum + pair.part, 0) / whole;
  const count = pairs.length;
  if (count < 2) return { mean, standardError: undefined, count };
  const squares = pairs.reduce((sum, pair) => sum + (pair.part - mean * pair.whole) ** 2, 0);
  return { mean, standardError: Math.sqrt((squares * count) / (count - 1)) / whole, count };
}

/** The standard error of a proportion, were `chance` the true one. */
export function proportionError(chance: number, count: number): number {
  assert(chance >= 0 && chance <= 1 && count > 0);
  return Math.sqrt((chance * (1 - chance)) / count);
}

/**
 * Wilson's interval (1927) of a proportion: it stays within 0 to 1, and says something also where
 * nothing, or everything, was seen. `deviations` in standard errors, 1.96 for 95 %.
 */
export function wilsonInterval(
  successes: number, count: number, deviations: number,
): readonly [number, number] {
  assert(successes >= 0 && successes <= count && count > 0);
  const square = deviations ** 2;
  const centre = (successes + square / 2) / (count + square);
  const half = (deviations / (count + square))
    * Math.sqrt((successes * (count - successes)) / count + square / 4);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The chance that a normal variable is at least so many standard errors off, either way. */
export function deviationChance(deviations: number): number {
  return erfc(Math.abs(deviations) / Math.SQRT2);
}

/** The chance that one or more of `count` independent figures is so far off. */
export function anyDeviationChance(deviations: number, count: number): number {
  return -Math.expm1(count * Math.log1p(-deviationChance(deviations)));
}

/**
 * The chance of a sum of `count` squared deviations at least this great, were they independent and
 * normal: small when the figures together are further off than chance, near 1 when they are too
 * good to be true.
 */
export function squaresChance(sum: number, count: number): number {
  assert(sum >= 0 && Number.isInteger(count) && count > 0);
  // Survival of chi-squared by its recurrence in steps of two degrees of freedom.
  const half = sum / 2;
  let [survival, log] = count % 2 === 0
    ? [Math.exp(-half), -half]
    : [deviationChance(Math.sqrt(sum)), -half + Math.log(2 * Math.sqrt(half / Math.PI))];
  for (let degrees = count % 2 === 0 ? 2 : 1; degrees < count; degrees += 2) {
    if (degrees > 1 || count % 2 === 0) log += Math.log(half / (degrees / 2));
    survival += Math.exp(log);
  }
  return Math.min(1, survival);
}

/**
 * The complementary error function: a continued fraction where it is small, a series elsewhere
 * (Abramowitz and Stegun 7.1.5 and 7.1.14). `x` at least 0.
 */
function erfc(x: number): number {
  if (x < SERIES_BELOW) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > Number.EPSILON * sum; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = FRACTION_TERMS; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

const SERIES_BELOW = 1.5;
/** Enough for 12 digits from 1.5 on. */
const FRACTION_TERMS = 120;
