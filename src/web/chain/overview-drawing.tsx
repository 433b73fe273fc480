/**
 * The chain from far away: a bar for each span of heights, as high as its blocks were slow.
 */
import type { Overview } from '../../api/schema/chain.ts';
import { formatDuration } from '../format.ts';
import { HeightTicks } from './tree-drawing.tsx';
import type { HeightRange, Viewport } from './viewport.ts';

export const OVERVIEW_HEIGHT = 240;
const TOP = 22;
const BOTTOM = 28;

type Span = Overview['spans'][number];

interface OverviewDrawingProps {
  readonly spans: readonly Span[];
  /** x is 0 at `range.from`. */
  readonly range: HeightRange;
  readonly view: Viewport;
}

export function OverviewDrawing({ spans, range, view }: OverviewDrawingProps) {
  const { scale } = view;
  const slowest = slowestOf(spans);
  const floor = OVERVIEW_HEIGHT - BOTTOM;
  const bars = spans.map(({ from, to, interval_ms }) => {
    const height = ((interval_ms ?? 0) / slowest) * (floor - TOP);
    const left = (from - range.from) * scale;
    const width = Math.max(0.5, (to + 1 - from) * scale - 1);
    return `M${left.toFixed(1)} ${floor}v${(-height).toFixed(1)}h${width.toFixed(1)}V${floor}z`;
  });
  return (
    <g>
      <HeightTicks range={range} scale={scale} bottom={OVERVIEW_HEIGHT} />
      <path class="overview-bars" d={bars.join('')} />
    </g>
  );
}

/** The scale's upper end; it does not move with the picture. */
export function OverviewScale({ spans }: { readonly spans: readonly Span[] }) {
  if (spans.length === 0) return null;
  return (
    <g class="overview-scale">
      <path d={`M0 ${TOP}H10M0 ${TOP}V${OVERVIEW_HEIGHT - BOTTOM}`} />
      <text x={14} y={TOP + 4}>{formatDuration(slowestOf(spans))}</text>
    </g>
  );
}

function slowestOf(spans: readonly Span[]): number {
  return Math.max(1, ...spans.map(({ interval_ms }) => interval_ms ?? 0));
}
