/**
 * The pieces that every picture is made of.
 *
 * Owns: the frame, texts, and colours that can be read on a light and on a dark page.
 * Does not own: what is drawn (`line-plot.ts`, `bar-plot.ts`), or any file.
 */

/** Colours of series, in order; told apart by people with any colour vision (Okabe and Ito). */
const SERIES_COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ['#0072b2', '#56b4e9'], ['#d55e00', '#ff9a56'], ['#009e73', '#40d3a5'],
  ['#aa4499', '#e59bd0'], ['#8a6d00', '#f0d045'], ['#444444', '#bbbbbb'],
];

/** Series beyond this have the colours of the first ones again. */
const COLOURS = SERIES_COLOURS.length;

/** A whole picture; width and height in pixels. */
export function picture(
  { width, height, title }: {
    readonly width: number; readonly height: number; readonly title: string;
  },
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`
      + ` viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** Where a text stands, and how it looks. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  /** Bottom to top. */
  readonly isUpright?: boolean;
  readonly isFaint?: boolean;
}

export function text(words: string, place: TextPlace): string {
  const { x, y, anchor = 'start', size, isUpright = false, isFaint = false } = place;
  const at = isUpright ? `transform="translate(${pixels(x)} ${pixels(y)}) rotate(-90)"`
    : `x="${pixels(x)}" y="${pixels(y)}"`;
  const faint = isFaint ? ' class="faint"' : '';
  const sized = size === undefined ? '' : ` font-size="${size}"`;
  return `<text ${at} text-anchor="${anchor}"${faint}${sized}>${escaped(words)}</text>`;
}

/** The class of what belongs to a series: `stroke` for lines, `fill` for marks. */
export function seriesClass(index: number, kind: 'stroke' | 'fill'): string {
  return `${kind === 'stroke' ? 's' : 'f'}${index % COLOURS}`;
}

/** Tenths of a pixel are enough. */
export function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function rules(shade: 0 | 1): string {
  return SERIES_COLOURS.map((pair, index) =>
    `.s${index}{stroke:${pair[shade]}}.f${index}{fill:${pair[shade]}}`).join('');
}

// A viewer that knows no dark pages, or no style sheets for them, shows the light one.
const STYLE = 'text{fill:#222}.faint{fill:#666}.page{fill:#fff}'
  + '.axis{stroke:#444;fill:none}.grid{stroke:#ddd;fill:none}.mark{stroke:#c0392b}'
  + `.line{fill:none;stroke-width:1.8}${rules(0)}`
  + '@media(prefers-color-scheme:dark){text{fill:#ddd}.faint{fill:#999}.page{fill:#16181d}'
  + `.axis{stroke:#aaa}.grid{stroke:#333}.mark{stroke:#ff7b6b}${rules(1)}}`;
