/**
 * The colour and the symbol by which a miner is known in every picture. Pure.
 *
 * Owns: a name's colour (a CSS variable, `styles/base.css`) and shape. Colours alone would say
 * nothing to one man in twelve, so shapes differ too.
 * Does not own: drawing them (`components/miner-mark.tsx`).
 */

/** Colours `--series-1` to `--series-8`: Okabe and Ito's, which differ for the colour-blind too. */
export const SERIES_COUNT = 8;

export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'star', 'hexagon', 'wedge',
  'cross'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Mark {
  readonly colour: string;
  readonly shape: Shape;
}

const NAMELESS: Mark = { colour: 'var(--muted)', shape: 'circle' };

/** The same name gets the same mark everywhere and always; some names must share one. */
export function markOf(tag: string): Mark {
  if (tag === '') return NAMELESS;
  const hash = fnv1a(tag);
  const series = hash % SERIES_COUNT;
  const shape = SHAPES[(hash >>> 16) % SHAPES.length]!;
  return { colour: seriesColour(series), shape };
}

/** The colour of the n-th line or bar of a picture. */
export function seriesColour(index: number): string {
  return `var(--series-${(index % SERIES_COUNT) + 1})`;
}

/** FNV-1a, 32 bits, and mixed once more: names that begin alike must not look alike. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The points of a shape around 0, 0, as the `d` of a path; all look equally large. */
export function shapePath(shape: Shape, radius: number): string {
  if (shape === 'circle') {
    const r = radius * 0.9;
    return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  }
  const points = pointsOf(shape).map(([x, y]) => `${round(x * radius)} ${round(y * radius)}`);
  return `M${points.join('L')}z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

type Point = readonly [x: number, y: number];

function pointsOf(shape: Shape): readonly Point[] {
  switch (shape) {
    case 'square': return [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]];
    case 'triangle': return [[0, -1], [1, 0.8], [-1, 0.8]];
    case 'diamond': return [[0, -1.1], [1, 0], [0, 1.1], [-1, 0]];
    case 'wedge': return [[0, 1], [1, -0.8], [-1, -0.8]];
    case 'cross': return [
      [-0.33, -1], [0.33, -1], [0.33, -0.33], [1, -0.33], [1, 0.33], [0.33, 0.33],
      [0.33, 1], [-0.33, 1], [-0.33, 0.33], [-1, 0.33], [-1, -0.33], [-0.33, -0.33],
    ];
    case 'hexagon': return corners(6, () => 0.95);
    default: return corners(10, (index) => (index % 2 === 0 ? 1.15 : 0.5));
  }
}

function corners(count: number, radiusAt: (index: number) => number): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI - Math.PI / 2;
    return [Math.cos(angle) * radiusAt(index), Math.sin(angle) * radiusAt(index)];
  });
}
