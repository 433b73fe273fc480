/**
 * A small line without axes: whether something rises, falls, or stands still.
 */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

interface SparklineProps {
  readonly label: string;
  /** In the order of time, at any distances. */
  readonly points: readonly (readonly [at: number, value: number])[];
  readonly width?: number;
  readonly height?: number;
}

export function Sparkline({ label, points, width = 260, height = 48 }: SparklineProps) {
  if (points.length < 2) return null;
  const ats = points.map(([at]) => at);
  const max = Math.max(...points.map(([, value]) => value), Number.MIN_VALUE);
  const x = scaleLinear([Math.min(...ats), Math.max(...ats)], [1, width - 1]);
  const y = scaleLinear([0, max], [height - 1, 3]);
  const all = [...points] as [number, number][];
  const below = area<[number, number]>(([at]) => x(at), height, ([, value]) => y(value));
  return (
    <svg
      class="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}
      preserveAspectRatio="none" width="100%" height={height}
    >
      <path class="area" d={below(all)!} />
      <path d={line<[number, number]>(([at]) => x(at), ([, value]) => y(value))(all)!} />
    </svg>
  );
}
