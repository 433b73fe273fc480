/**
 * The pictures of a scenario.
 *
 * Owns: which pictures there are, and what is on them. Does not own: drawing (`plot/`), files.
 */
import { linePlot } from '../../plot/line-plot.ts';
import type { Point as PlotPoint, Series } from '../../plot/line-plot.ts';
import { INTERVAL_BIN, sumOfBins } from '../../sim/research/digest.ts';
import type { Digest } from '../../sim/research/digest.ts';
import type { Measure } from '../../sim/research/measures.ts';
import { wilsonInterval } from '../../sim/theory/statistics.ts';
import type { SettingName } from './options.ts';
import type { Finding } from './report.ts';

/** (policy) Lines that one picture has room for. */
const SERIES_MAX = 6;
/** Error bars are 95 % intervals. */
const DEVIATIONS = 1.96;
const CURVE_POINTS = 80;

/** Pictures by the names of their files. */
export function plotsOf(name: string, findings: readonly Finding[]): ReadonlyMap<string, string> {
  const done = findings.filter(({ digests }) => digests.length > 0);
  const [first] = done;
  const plots = new Map<string, string>();
  if (first === undefined) return plots;
  const [axis, ...others] = Object.keys(first.values) as SettingName[];
  if (axis !== undefined) {
    const shown = first.measures.filter(({ theory }, index) => index === 0 || theory !== undefined);
    for (const measure of shown) {
      plots.set(fileOf(measure.name), measurePlot(name, { measure, axis, others }, done));
    }
  }
  if (first.digests[0]!.attack?.kind === 'payment') return plots;
  plots.set('intervals.svg', intervalPlot(name, done.slice(0, SERIES_MAX)));
  plots.set('arrivals.svg', arrivalPlot(name, done.slice(0, SERIES_MAX)));
  return plots;
}

function fileOf(name: string): string {
  return `${name.replaceAll(/[^a-z0-9]+/g, '-')}.svg`;
}

interface MeasureAxes {
  readonly measure: Measure;
  readonly axis: SettingName;
  readonly others: readonly SettingName[];
}

/** A figure over the first axis, a colour for each value of the others. */
function measurePlot(
  title: string, { measure, axis, others }: MeasureAxes, findings: readonly Finding[],
): string {
  const groupOf = ({ values }: Finding): string =>
    others.map((other) => `${other} ${values[other]}`).join(', ');
  const labels = [...new Set(findings.map(groupOf))].slice(0, SERIES_MAX);
  const series = labels.flatMap((label, colour): Series[] => {
    const group = findings.filter((finding) => groupOf(finding) === label);
    const points = group.flatMap((finding): (PlotPoint & { readonly theory?: number })[] => {
      const own = finding.measures.find(({ name }) => name === measure.name);
      if (own === undefined) return [];
      const [low, high] = intervalOf(own);
      return [{
        x: Number(finding.values[axis]), y: own.estimate.mean, low, high,
        ...(own.theory === undefined ? {} : { theory: own.theory.value }),
      }];
    });
    const theory = points.flatMap(({ x, theory: y }) => (y === undefined ? [] : [{ x, y }]));
    const of = label === '' ? '' : ` ${label}`;
    return [
      ...(theory.length === 0 ? [] : [{
        name: `${measure.theory?.name}${of}`, form: 'line' as const, colour,
        points: theory.sort((a, b) => a.x - b.x),
      }]),
      { name: `simulated${of}`, form: 'points', points, colour },
    ];
  });
  const unit = measure.unit === '' ? '' : ` (${measure.unit})`;
  return linePlot({
    title: `${title}: ${measure.name}, with 95 % intervals`,
    xName: axis.replaceAll('_', ' '), yName: `${measure.name}${unit}`, series,
  });
}

/** Of a proportion Wilson's, which says something where nothing was seen. */
function intervalOf({ name, estimate }: Measure): readonly [number, number] {
  const { mean, standardError, count } = estimate;
  if (name === 'reversed') return wilsonInterval(Math.round(mean * count), count, DEVIATIONS);
  const half = DEVIATIONS * (standardError ?? 0);
  // Nothing that is measured is below 0.
  return [Math.max(0, mean - half), mean + half];
}

/** How many blocks took longer than so long: a straight line on this scale when none were known. */
function intervalPlot(title: string, findings: readonly Finding[]): string {
  const series = findings.flatMap((finding, colour): Series[] => {
    const bins = sumOfBins(finding.digests);
    const total = bins.reduce((sum, count) => sum + count, 0);
    let left = total;
    const points = bins.map((count, index) => {
      const point = { x: index * INTERVAL_BIN, y: left / Math.max(1, total) };
      left -= count;
      return point;
    });
    return [{ name: labelOf(finding), form: 'steps', points, colour }];
  });
  const end = 7;
  const theory: Series = {
    name: 'exp(-t)', form: 'dashes', colour: SERIES_MAX - 1,
    points: [0, end].map((x) => ({ x, y: Math.exp(-x) })),
  };
  return linePlot({
    title: `${title}: intervals between blocks of the main chain`,
    xName: 'mean intervals', yName: 'part that is longer', yScale: 'log',
    series: [...series, theory],
  });
}

function arrivalPlot(title: string, findings: readonly Finding[]): string {
  return linePlot({
    title: `${title}: hash power that knows a block`,
    xName: 'seconds since it was found', yName: 'part of all hash power',
    series: findings.map((finding, colour) => ({
      name: labelOf(finding), form: 'steps', points: meanCoverage(finding.digests), colour,
    })),
  });
}

/** The mean of step functions, at times up to where nearly all is known. */
function meanCoverage(digests: readonly Digest[]): PlotPoint[] {
  const end = Math.max(...digests.map(({ coverage, mostSeconds }) => Math.max(
    1.5 * mostSeconds, coverage.find(({ share }) => share >= 0.9)?.seconds ?? 0,
  )));
  return Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
    const x = (end * index) / CURVE_POINTS;
    const shares = digests.map(({ coverage }) =>
      coverage.findLast(({ seconds }) => seconds <= x)?.share ?? 0);
    return { x, y: shares.reduce((sum, share) => sum + share, 0) / shares.length };
  });
}

function labelOf({ values }: Finding): string {
  const words = Object.entries(values).map(([name, value]) => `${name} ${value}`).join(', ');
  return words === '' ? 'simulated' : words;
}
