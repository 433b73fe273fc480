/**
 * Which heights are to be seen, and at which size. Pure.
 *
 * Owns: the two ways to draw (single blocks, or spans of many), and what must be fetched for each.
 */

/** A block's distance from the next, in pixels. */
export const SCALE_MAX = 72;
/** At what is smaller than this, blocks are no longer drawn one by one. */
const SCALE_BLOCKS_MIN = 4;
/** What a visitor sees first. */
export const SCALE_FIRST = 46;
/** Heights between the ends of the chain and the edges. */
const ROOM = 1.5;
/** (policy) A bar of a span is at least so wide, in pixels. */
const BAR_WIDTH_MIN = 5;
/** Heights that are fetched together; the API gives five times as many at once. */
export const CHUNK_HEIGHTS = 100;
/** (consensus of API and page) Spans in one answer. */
const SPANS_MAX = 500;

export interface Viewport {
  /** The height at the left edge; not a whole number, perhaps below zero. */
  readonly left: number;
  /** Pixels for each height. */
  readonly scale: number;
  /** Pixels. */
  readonly width: number;
}

export interface HeightRange {
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

export function showsBlocks({ scale }: Viewport): boolean {
  return scale >= SCALE_BLOCKS_MIN;
}

/** The heights to be seen, and `margin` times as many on both sides. */
export function visibleHeights(view: Viewport, tip: number, margin = 0): HeightRange {
  const count = view.width / view.scale;
  const from = Math.floor(view.left - margin * count);
  const to = Math.ceil(view.left + (1 + margin) * count);
  return { from: within(from, 0, tip), to: within(to, 0, tip) };
}

/** The chunks that hold these heights, by their numbers. */
export function chunksOf({ from, to }: HeightRange): number[] {
  const [first, last] = [Math.floor(from / CHUNK_HEIGHTS), Math.floor(to / CHUNK_HEIGHTS)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export interface OverviewRequest extends HeightRange {
  readonly spans: number;
}

/**
 * What to ask for to draw spans here and a bit around. Spans are of a power of two of heights and
 * begin at multiples of it, so that bars stay the same ones while the view moves.
 */
export function overviewRequest(view: Viewport, tip: number): OverviewRequest {
  const seen = visibleHeights(view, tip, 0.5);
  let size = 2 ** Math.max(0, Math.ceil(Math.log2(BAR_WIDTH_MIN / view.scale)));
  while ((seen.to - seen.from) / size > SPANS_MAX - 2) size *= 2;
  const from = Math.floor(seen.from / size) * size;
  const spans = Math.max(1, Math.ceil((seen.to + 1 - from) / size));
  return { from, to: Math.min(tip, from + spans * size - 1), spans };
}

/** The least scale: the whole chain at once. */
export function scaleMin(width: number, tip: number): number {
  return Math.min(SCALE_FIRST, width / (tip + 3));
}

/** The view that has this height in the middle. */
export function viewAround(height: number, scale: number, width: number): Viewport {
  return { left: height - width / scale / 2, scale, width };
}

/** The view that has the newest block near the right edge; a short chain begins at the left. */
export function viewOfTip(tip: number, scale: number, width: number): Viewport {
  return { left: Math.max(-ROOM, tip + ROOM - width / scale), scale, width };
}

/** The view moved just as far as the newest block needs. */
export function viewWithTip(view: Viewport, tip: number): Viewport {
  return { ...view, left: Math.max(view.left, viewOfTip(tip, view.scale, view.width).left) };
}

function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
