/**
 * What a scenario came to, as a table, as JSON and as CSV.
 *
 * Owns: their form. Does not own: figures (`sim/research/`), pictures (`plots.ts`), files.
 */
import { csv } from '../../lib/csv.ts';
import type { Cell } from '../../lib/csv.ts';
import type { Digest } from '../../sim/research/digest.ts';
import type { Measure } from '../../sim/research/measures.ts';
import type { Estimate } from '../../sim/theory/statistics.ts';
import type { Json } from '../output.ts';
import { table } from '../words.ts';
import type { SettingName } from './options.ts';
import type { Point } from './settings.ts';

/** A point and what its repetitions came to. */
export interface Finding {
  readonly values: Point['values'];
  readonly scenario: Point['scenario'];
  /** In the order of their seeds. */
  readonly digests: readonly Digest[];
  readonly measures: readonly Measure[];
}

/** Figures that a table of many points has room for. */
const COLUMNS_MAX = 3;
const DIGITS = 4;

/** For people: a line for each figure of a point, or a line for each of many points. */
export function findingsTable(findings: readonly Finding[]): string {
  const shown = findings.filter(({ measures }) => measures.length > 0);
  const [only] = shown;
  if (only === undefined) return 'No repetition is done.';
  return shown.length === 1 ? tableOfOne(only) : tableOfMany(shown);
}

function tableOfOne({ measures }: Finding): string {
  const rows = measures.map(({ name, unit, estimate, theory, deviation }) => [
    `${name}${unit === '' ? '' : ` (${unit})`}`, ...cellsOf(estimate),
    theory === undefined ? '' : numberText(theory.value), deviationText(deviation),
    theory?.name ?? '',
  ]);
  const heading = ['figure', 'simulated', 'standard error', 'theory', 'off by', ''];
  return table([heading, ...rows], [1, 2, 3, 4]);
}

/** `off by` counts standard errors. */
function tableOfMany(findings: readonly Finding[]): string {
  const axes = Object.keys(findings[0]!.values) as SettingName[];
  const columns = columnsOf(findings[0]!.measures);
  const heading = [...axes, 'runs', ...columns.flatMap(({ name, unit, theory }) => [
    `${name}${unit === '' ? '' : ` (${unit})`}`, '+-',
    ...(theory === undefined ? [] : [theory.name, 'off by']),
  ])];
  const rows = findings.map(({ values, digests, measures }) => [
    ...axes.map((axis) => values[axis] ?? ''), String(digests.length),
    ...columns.flatMap(({ name, theory }) => {
      const own = measures.find((one) => one.name === name);
      if (own === undefined) return ['', '', ...(theory === undefined ? [] : ['', ''])];
      const compared = theory === undefined ? []
        : [numberText(own.theory?.value), deviationText(own.deviation)];
      return [...cellsOf(own.estimate), ...compared];
    }),
  ]);
  return table([heading, ...rows], heading.map((_, column) => column));
}

/** Those with a theory; with none, the first ones. */
function columnsOf(measures: readonly Measure[]): readonly Measure[] {
  const compared = measures.filter(({ theory }) => theory !== undefined);
  return (compared.length > 0 ? compared : measures).slice(0, COLUMNS_MAX);
}

/** Mean and standard error, with the digits that mean something. */
function cellsOf({ mean, standardError }: Estimate): [string, string] {
  if (standardError === undefined || standardError === 0) return [numberText(mean), '-'];
  const decimals = Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(standardError))));
  return [mean.toFixed(decimals), standardError.toFixed(decimals)];
}

function numberText(value: number | undefined): string {
  if (value === undefined) return '';
  if (value === 0 || Math.abs(value) >= 1_000) return String(Math.round(value));
  if (Math.abs(value) < 0.001) return value.toExponential(2);
  return String(Number(value.toPrecision(DIGITS)));
}

function deviationText(deviation: number | undefined): string {
  if (deviation === undefined) return '';
  return `${deviation < 0 ? '' : '+'}${deviation.toFixed(1)}`;
}

/** For programs. */
export function findingsJson(findings: readonly Finding[]): Json {
  return findings.map(({ values, digests, measures }) => ({
    values,
    repetitions: digests.length,
    figures: measures.map(({ name, unit, estimate, theory, deviation }) => ({
      name, unit, mean: estimate.mean, standard_error: estimate.standardError ?? null,
      ...(theory === undefined ? {} : { theory: theory.value, theory_of: theory.name }),
      ...(deviation === undefined ? {} : { deviation }),
    })),
  }));
}

/** A line for each figure of each point. */
export function figuresCsv(findings: readonly Finding[]): string {
  const axes = Object.keys(findings[0]?.values ?? {}) as SettingName[];
  return csv(
    [...axes, 'figure', 'unit', 'mean', 'standard_error', 'repetitions', 'theory', 'theory_of',
      'deviation'],
    findings.flatMap(({ values, measures }) => measures.map((one) => [
      ...axes.map((axis) => values[axis]), one.name, one.unit, one.estimate.mean,
      one.estimate.standardError, one.estimate.count, one.theory?.value, one.theory?.name,
      one.deviation,
    ])),
  );
}

/** A line for each repetition of each point. */
export function repetitionsCsv(findings: readonly Finding[]): string {
  const axes = Object.keys(findings[0]?.values ?? {}) as SettingName[];
  const first = findings.flatMap(({ digests }) => digests)[0];
  if (first === undefined) return csv(axes, []);
  const names = Object.keys(plainOf(first));
  return csv([...axes, ...names], findings.flatMap(({ values, digests }) =>
    digests.map((digest) => {
      const plain = plainOf(digest);
      return [...axes.map((axis) => values[axis]), ...names.map((name) => plain[name])];
    })));
}

/** The numbers and texts of a digest, by names for programs; lists have no place in a line. */
function plainOf({ attack, ...digest }: Digest): Readonly<Record<string, Cell>> {
  const entries = [
    ...Object.entries(digest),
    ...Object.entries(attack ?? {}).map(([name, value]) => [`attack_${name}`, value] as const),
  ].flatMap(([name, value]) =>
    (Array.isArray(value) ? [] : [[snake(name), value as Cell] as const]));
  return Object.fromEntries(entries);
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
