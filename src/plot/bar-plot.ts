/**
 * A picture of bars with a name before and words behind each, and a mark where its limit is.
 *
 * Owns: the SVG. Does not own: figures, files.
 */
import { picture, pixels, seriesClass, text } from './svg.ts';

export interface Bar {
  readonly name: string;
  /** Lengths, 0 to 1. */
  readonly length: number;
  readonly mark?: number;
  /** The figure itself. */
  readonly words: string;
}

/** In pixels. */
const WIDTH = 900;
const NAME_WIDTH = 280;
const BAR_WIDTH = 380;
const LINE_HEIGHT = 30;
const BAR_HEIGHT = 18;
const TOP = 48;

export function barPlot(title: string, bars: readonly Bar[]): string {
  const height = TOP + (bars.length + 1) * LINE_HEIGHT;
  return picture({ width: WIDTH, height, title }, [
    text(title, { x: 10, y: 28, size: 16 }),
    ...bars.map((bar, index) => barOf(bar, TOP + index * LINE_HEIGHT)),
  ]);
}

function barOf({ name, length, mark, words }: Bar, top: number): string {
  const markAt = mark === undefined ? undefined : pixels(NAME_WIDTH + mark * BAR_WIDTH);
  const baseline = top + BAR_HEIGHT - 4;
  return [
    text(name, { x: NAME_WIDTH - 8, y: baseline, anchor: 'end' }),
    `<rect class="${seriesClass(0, 'fill')}" x="${NAME_WIDTH}" y="${top}"`
      + ` width="${pixels(length * BAR_WIDTH)}" height="${BAR_HEIGHT}"/>`,
    ...(markAt === undefined ? [] : [
      `<path class="mark" stroke-width="2" d="M${markAt} ${top - 3}v${BAR_HEIGHT + 6}"/>`,
    ]),
    text(words, { x: NAME_WIDTH + Math.max(length, mark ?? 0) * BAR_WIDTH + 8, y: baseline }),
  ].join('\n');
}
