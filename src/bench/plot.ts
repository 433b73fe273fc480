/**
 * A picture of rows: a bar for each, beside those of the same unit, and a mark where its limit is.
 *
 * Owns: the SVG. Does not own: figures.
 */
import { figure } from './figure.ts';
import type { Row } from './row.ts';

/** In pixels. */
const WIDTH = 900;
const NAME_WIDTH = 280;
const BAR_WIDTH = 380;
const LINE_HEIGHT = 30;
const BAR_HEIGHT = 18;
const TOP = 48;

/** The SVG of the rows of a part. */
export function plotOf(part: string, rows: readonly Row[]): string {
  const height = TOP + rows.length * LINE_HEIGHT + LINE_HEIGHT;
  const lines = rows.map((row, index) => barOf(row, {
    top: TOP + index * LINE_HEIGHT, scale: BAR_WIDTH / greatestOf(rows, row.unit),
  }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"`
      + ` viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="28" font-size="16">mvb bench: ${escaped(part)}`
      + ' (bar: this; line: limit or rival)</text>',
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

/** The greatest figure of a unit: bars of one unit have one scale. */
function greatestOf(rows: readonly Row[], unit: string): number {
  const same = rows.filter((row) => row.unit === unit);
  return Math.max(Number.MIN_VALUE, ...same.map(({ value, limit }) => Math.max(value, limit ?? 0)));
}

function barOf(row: Row, { top, scale }: { readonly top: number; readonly scale: number }): string {
  const { name, value, unit, limit, ratio } = row;
  const end = NAME_WIDTH + value * scale;
  const limitAt = limit === undefined ? undefined : NAME_WIDTH + limit * scale;
  const words = `${figure(value)} ${unit}${ratio === undefined ? '' : ` (${figure(ratio)} x)`}`;
  const textAt = Math.max(end, limitAt ?? 0) + 8;
  const baseline = top + BAR_HEIGHT - 4;
  return [
    `<text x="${NAME_WIDTH - 8}" y="${baseline}" text-anchor="end">${escaped(name)}</text>`,
    `<rect x="${NAME_WIDTH}" y="${top}" width="${pixels(value * scale)}"`
      + ` height="${BAR_HEIGHT}" fill="#3b7dd8"/>`,
    ...(limitAt === undefined ? [] : [
      `<line x1="${pixels(limitAt)}" x2="${pixels(limitAt)}" y1="${top - 3}"`
        + ` y2="${top + BAR_HEIGHT + 3}" stroke="#c0392b" stroke-width="2"/>`,
    ]),
    `<text x="${pixels(textAt)}" y="${baseline}">${escaped(words)}</text>`,
  ].join('\n');
}

function pixels(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
