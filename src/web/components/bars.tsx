/**
 * Bars side by side, with a label below some of them, and perhaps a curve over them.
 */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useWidth } from './width.ts';

export interface Bar {
  readonly label: string;
  /** Said of the bar in place of its label. */
  readonly hint?: string;
  readonly value: number;
  /** A CSS colour; the first of the series when not given. */
  readonly colour?: string;
  /** Where the value may lie by chance alone. */
  readonly band?: readonly [low: number, high: number];
}

interface BarsProps {
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly bars: readonly Bar[];
  /** A value for each bar, drawn as a line: what theory expects. */
  readonly curve?: readonly number[];
  readonly formatValue?: (value: number) => string;
}

const WIDTH_USUAL = 640;
/** A label of the axis needs about so much. */
const LABEL_WIDTH = 58;
const HEIGHT = 220;
const MARGIN = { left: 44, right: 8, top: 10, bottom: 24 };
const TICKS = 4;

export function Bars(props: BarsProps) {
  const [ref, width] = useWidth<HTMLDivElement>(WIDTH_USUAL);
  return <div ref={ref} class="bars-frame"><Drawing {...props} width={width} /></div>;
}

interface DrawingProps extends BarsProps {
  readonly width: number;
}

function Drawing({ label, bars, curve = [], formatValue = String, width }: DrawingProps) {
  const tops = bars.flatMap(({ value, band }) => [value, ...(band ?? [])]);
  const max = Math.max(...tops, ...curve, Number.MIN_VALUE);
  const y = scaleLinear([0, max], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(TICKS);
  const step = (width - MARGIN.left - MARGIN.right) / Math.max(1, bars.length);
  const left = (index: number): number => MARGIN.left + index * step;
  const gap = Math.min(step * 0.15, 6);
  const each = Math.max(1, Math.ceil(LABEL_WIDTH / step));
  const path = line<number>((_, index) => left(index) + step / 2, (value) => y(value))([...curve]);
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      {y.ticks(TICKS).map((tick) => (
        <g key={tick}>
          <line
            x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)}
            style={{ stroke: 'var(--line)' }}
          />
          <text x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">{formatValue(tick)}</text>
        </g>
      ))}
      {bars.map((bar, index) => (
        <g key={index}>
          <rect
            class="bars-bar" x={left(index) + gap / 2} width={Math.max(0.5, step - gap)}
            y={y(bar.value)} height={Math.max(0, y(0) - y(bar.value))}
            style={bar.colour === undefined ? {} : { fill: bar.colour }}
          >
            <title>{`${bar.hint ?? bar.label}: ${formatValue(bar.value)}`}</title>
          </rect>
          {bar.band === undefined ? null
            : <Band band={bar.band} x={left(index) + step / 2} y={y} />}
          {index % each !== 0 ? null : (
            <text x={left(index) + step / 2} y={HEIGHT - 7} text-anchor="middle">{bar.label}</text>
          )}
        </g>
      ))}
      {path === null ? null : (
        <path d={path} style={{ fill: 'none', stroke: 'var(--series-2)', strokeWidth: 2 }} />
      )}
    </svg>
  );
}

interface BandProps {
  readonly band: readonly [low: number, high: number];
  readonly x: number;
  readonly y: (value: number) => number;
}

function Band({ band: [low, high], x, y }: BandProps) {
  const d = `M${x - 5} ${y(low)}h10m-5 0V${y(high)}m-5 0h10`;
  return <path d={d} style={{ fill: 'none', stroke: 'var(--text)', strokeWidth: 1.5 }} />;
}
