/**
 * What a share of few tells about chances. Pure.
 *
 * Owns: the 95 % band of a proportion, by Wilson's score interval (1927): it holds for few trials
 * and for shares near 0 and 1 too, where "plus or minus two standard deviations" leaves 0 to 1.
 */

/** Of the normal distribution: 2.5 % are above. */
const Z = 1.959964;

/** The chances that are compatible with `hits` of `trials`; all when there was no trial. */
export function binomialBand(hits: number, trials: number): readonly [low: number, high: number] {
  if (trials <= 0) return [0, 1];
  const share = hits / trials;
  const weight = (Z * Z) / trials;
  const middle = (share + weight / 2) / (1 + weight);
  const variance = (share * (1 - share)) / trials + weight / (4 * trials);
  const half = (Z / (1 + weight)) * Math.sqrt(variance);
  return [hits === 0 ? 0 : Math.max(0, middle - half), hits === trials ? 1 : middle + half];
}
