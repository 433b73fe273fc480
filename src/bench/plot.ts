/**
 * A picture of rows: a bar for each, beside those of the same unit, and a mark where its limit is.
 *
 * Owns: which bar is how long. Does not own: figures, drawing (`plot/`).
 */
import { barPlot } from '../plot/bar-plot.ts';
import { figure } from './figure.ts';
import type { Row } from './row.ts';

/** The SVG of the rows of a part. */
export function plotOf(part: string, rows: readonly Row[]): string {
  return barPlot(`mvb bench: ${part} (bar: this; line: limit or rival)`, rows.map((row) => {
    const { name, value, unit, limit, ratio } = row;
    const greatest = greatestOf(rows, unit);
    return {
      name,
      length: value / greatest,
      ...(limit === undefined ? {} : { mark: limit / greatest }),
      words: `${figure(value)} ${unit}${ratio === undefined ? '' : ` (${figure(ratio)} x)`}`,
    };
  }));
}

/** The greatest figure of a unit: bars of one unit have one scale. */
function greatestOf(rows: readonly Row[], unit: string): number {
  const same = rows.filter((row) => row.unit === unit);
  return Math.max(Number.MIN_VALUE, ...same.map(({ value, limit }) => Math.max(value, limit ?? 0)));
}
