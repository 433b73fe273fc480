/**
 * Lines over time, with a cursor that reads values: uPlot in the page's colours.
 *
 * Owns: size, colours, and drawing again when either changes.
 */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatClock } from '../format.ts';
import { isDark, resolvedColour } from '../theme.ts';

export interface Line {
  readonly label: string;
  /** As many as there are xs; null where there is none. */
  readonly values: readonly (number | null)[];
  /** A CSS colour such as `var(--series-1)`. */
  readonly colour: string;
  readonly isDashed?: boolean;
  readonly isStepped?: boolean;
  /** In pixels; 2 when not given. */
  readonly width?: number;
  /** Filled down to this earlier line, as a band. */
  readonly bandTo?: number;
}

interface LineChartProps {
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly xs: readonly number[];
  readonly lines: readonly Line[];
  /** Whether xs are times in ms; else plain numbers. */
  readonly isTime?: boolean;
  readonly xLabel?: string;
  readonly formatValue?: (value: number) => string;
  readonly formatX?: (value: number) => string;
  readonly height?: number;
}

const AXIS_SIZE = 74;

type Size = Readonly<Record<'width' | 'height', number>>;

export function LineChart(props: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const shape = props.lines.map(({ label, colour }) => `${label} ${colour}`).join('|');
  const dark = isDark.value;
  useEffect(() => {
    const element = frame.current!;
    const size = (): Size => ({ width: element.clientWidth, height: props.height ?? 220 });
    const drawn = new uPlot(optionsOf(props, size()), dataOf(props), element);
    chart.current = drawn;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== drawn.width) drawn.setSize(size());
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
  }, [dark, shape]);
  useEffect(() => chart.current?.setData(dataOf(props)), [props.xs, props.lines]);
  return <div class="line-chart" ref={frame} role="img" aria-label={props.label} />;
}

function dataOf({ xs, lines }: LineChartProps): uPlot.AlignedData {
  return [[...xs], ...lines.map(({ values }) => [...values])];
}

function optionsOf(props: LineChartProps, size: Size): uPlot.Options {
  const { lines, isTime = false, formatValue = String, formatX, xLabel } = props;
  const muted = resolvedColour('var(--muted)');
  const grid = { stroke: resolvedColour('var(--line)'), width: 1 };
  const axis = { stroke: muted, grid, ticks: grid, font: '11px system-ui, sans-serif' };
  const xText = formatX ?? (isTime ? formatClock : String);
  const text = (value: number | null): string => (value === null ? '–' : formatValue(value));
  return {
    ...size,
    ms: 1,
    scales: { x: { time: isTime }, y: { range: (_, min, max) => [Math.min(0, min), max || 1] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map(xText), ...xLabel ? { label: xLabel } : {} },
      { ...axis, size: AXIS_SIZE, values: (_, ticks) => ticks.map(formatValue) },
    ],
    series: [
      { label: xLabel ?? 'Time', value: (_, value) => (value === null ? '–' : xText(value)) },
      ...lines.map((line): uPlot.Series => (
        { ...seriesOf(line), value: (_, value) => text(value) }
      )),
    ],
    bands: lines.flatMap(({ bandTo, colour }, index) => (bandTo === undefined ? [] : [{
      series: [index + 1, bandTo + 1] as uPlot.Band.Bounds,
      fill: resolvedColour(`color-mix(in srgb, ${colour} 18%, transparent)`),
    }])),
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
  };
}

function seriesOf(line: Line): uPlot.Series {
  const { label, colour, values, isDashed = false, isStepped = false, width = 2 } = line;
  return {
    label, stroke: resolvedColour(colour), width,
    // One or two points make no line.
    points: { show: values.length < 3 },
    ...isDashed ? { dash: [6, 4] } : {},
    ...isStepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {},
  };
}
