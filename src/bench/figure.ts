/**
 * A figure as people read it. Owns: its digits. Does not own: tables and pictures.
 */

/** Digits that figures are shown with. */
const DIGITS = 3;

/** Three digits that count, and thousands in groups: `60,400`, `0.731`. */
export function figure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: DIGITS });
}
