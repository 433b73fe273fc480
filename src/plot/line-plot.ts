/**
 * A picture of values against values: lines, steps, and points with error bars.
 *
 * Owns: the SVG. Does not own: figures, files.
 */
import { scaleFor, tickText } from './scale.ts';
import type { Scale, ScaleKind } from './scale.ts';
import { picture, pixels, seriesClass, text } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Ends of the error bar. */
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly name: string;
  /** `steps` keeps a value until the next point. */
  readonly form: 'line' | 'dashes' | 'steps' | 'points';
  readonly points: readonly Point[];
  /** Series of one colour belong together, such as a theory and its measurement; 0 or more. */
  readonly colour: number;
}

export interface LinePlot {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  readonly series: readonly Series[];
}

/** In pixels. */
const WIDTH = 720;
const PLOT_HEIGHT = 330;
const LEFT = 74;
const RIGHT = 20;
const TOP = 44;
const BELOW = 52;
const LEGEND_LINE = 20;
const LEGEND_COLUMNS = 3;
const MARK = 3.6;
const CAP = 4;
const TICK = 5;

/** Where values lie on the picture. */
interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
}

/** The SVG of a plot; what its scales cannot show is left out. */
export function linePlot(plot: LinePlot): string {
  const frame = frameOf(plot);
  const legendRows = Math.ceil(plot.series.length / LEGEND_COLUMNS);
  const height = TOP + PLOT_HEIGHT + BELOW + legendRows * LEGEND_LINE;
  return picture({ width: WIDTH, height, title: plot.title }, [
    text(plot.title, { x: LEFT, y: 26, size: 15 }),
    ...gridOf(frame),
    text(plot.xName, {
      x: (LEFT + WIDTH - RIGHT) / 2, y: TOP + PLOT_HEIGHT + 40, anchor: 'middle',
    }),
    text(plot.yName, { x: 18, y: TOP + PLOT_HEIGHT / 2, anchor: 'middle', isUpright: true }),
    ...plot.series.map((series) => seriesOf(series, frame)),
    ...plot.series.map(legendOf),
  ]);
}

function frameOf({ series, xScale = 'linear', yScale = 'linear' }: LinePlot): Frame {
  const points = series.flatMap((one) => one.points);
  const x = scaleFor(points.map((point) => point.x), xScale);
  const y = scaleFor(
    points.flatMap(({ y: value, low = value, high = value }) => [value, low, high]), yScale,
  );
  return {
    x, y,
    toX: (value) => LEFT + x.at(value) * (WIDTH - LEFT - RIGHT),
    toY: (value) => TOP + (1 - y.at(value)) * PLOT_HEIGHT,
  };
}

function gridOf({ x, y, toX, toY }: Frame): string[] {
  const [bottom, right] = [TOP + PLOT_HEIGHT, WIDTH - RIGHT];
  return [
    ...y.ticks.flatMap((tick) => [
      `<path class="grid" d="M${LEFT} ${pixels(toY(tick))}H${right}"/>`,
      text(tickText(tick), {
        x: LEFT - 8, y: toY(tick) + 4, anchor: 'end', size: 12, isFaint: true,
      }),
    ]),
    ...x.ticks.flatMap((tick) => [
      `<path class="axis" d="M${pixels(toX(tick))} ${bottom}v${TICK}"/>`,
      text(tickText(tick), {
        x: toX(tick), y: bottom + 19, anchor: 'middle', size: 12, isFaint: true,
      }),
    ]),
    `<path class="axis" d="M${LEFT} ${TOP}V${bottom}H${right}"/>`,
  ];
}

function seriesOf({ form, points, colour }: Series, frame: Frame): string {
  const { x, y, toX, toY } = frame;
  const shown = points.filter((point) => x.shows(point.x) && y.shows(point.y));
  if (form === 'points') return shown.map((point) => markOf(point, colour, frame)).join('\n');
  const path = shown.map((point, index) => {
    const [across, up] = [pixels(toX(point.x)), pixels(toY(point.y))];
    if (index === 0) return `M${across} ${up}`;
    return form === 'steps' ? `H${across}V${up}` : `L${across} ${up}`;
  }).join('');
  const dashes = form === 'dashes' ? ' stroke-dasharray="5 4"' : '';
  return `<path class="line ${seriesClass(colour, 'stroke')}"${dashes} d="${path}"/>`;
}

function markOf(point: Point, colour: number, { y, toX, toY }: Frame): string {
  const at = toX(point.x);
  const dot = `<circle class="${seriesClass(colour, 'fill')}" cx="${pixels(at)}"`
    + ` cy="${pixels(toY(point.y))}" r="${MARK}"/>`;
  if (point.low === undefined || point.high === undefined) return dot;
  // A bar that reaches 0 goes to the end of a logarithmic axis.
  const low = y.shows(point.low) ? toY(point.low) : TOP + PLOT_HEIGHT;
  const high = toY(point.high);
  const [left, width] = [pixels(at - CAP), pixels(2 * CAP)];
  return `<path class="line ${seriesClass(colour, 'stroke')}" d="M${pixels(at)} ${pixels(low)}`
    + `V${pixels(high)}M${left} ${pixels(low)}h${width}M${left} ${pixels(high)}h${width}"/>${dot}`;
}

function legendOf({ name, form, colour }: Series, index: number): string {
  const column = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
  const x = LEFT + (index % LEGEND_COLUMNS) * column;
  const y = TOP + PLOT_HEIGHT + BELOW + Math.floor(index / LEGEND_COLUMNS) * LEGEND_LINE + 4;
  const sample = form === 'points'
    ? `<circle class="${seriesClass(colour, 'fill')}" cx="${pixels(x + 10)}" cy="${y - 4}"`
      + ` r="${MARK}"/>`
    : `<path class="line ${seriesClass(colour, 'stroke')}" d="M${pixels(x)} ${y - 4}h20"${
      form === 'dashes' ? ' stroke-dasharray="5 4"' : ''}/>`;
  return `${sample}${text(name, { x: x + 26, y, size: 12 })}`;
}
