/**
 * Rows as a table for people, as Markdown, and as files.
 *
 * Owns: their form. Does not own: pictures (`plot.ts`), streams (the command).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { figure } from './figure.ts';
import { plotOf } from './plot.ts';
import type { BenchSize, Row } from './row.ts';

const HEADINGS = ['what', 'this', 'limit or rival', 'ratio', 'target', 'how it grows'] as const;
const RIGHT = [1, 2, 3, 4];

/** What a run was done on: figures of different machines are not compared. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly platform: string;
}

/** This machine. */
export function machineOf(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Columns as wide as their widest cell. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) => cells.map((cell, column) =>
    (RIGHT.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
    .join('  ').trimEnd()).join('\n');
}

/** The table for `docs/performance.md`. */
export function markdownOf(rows: readonly Row[]): string {
  const rule = HEADINGS.map((_, column) => (RIGHT.includes(column) ? '---:' : '---'));
  return [HEADINGS, rule, ...rows.map(cellsOf)]
    .map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf(row: Row): readonly string[] {
  const { name, value, unit, limit, ratio, target, better, grows } = row;
  const bound = better === 'higher' ? '>=' : '<=';
  const missed = isMissed(row) ? ' missed' : '';
  return [
    name,
    `${figure(value)} ${unit}`,
    limit === undefined ? '' : `${figure(limit)} ${unit}`,
    ratio === undefined ? '' : figure(ratio),
    target === undefined ? '' : `${bound} ${figure(target)}${missed}`,
    grows ?? '',
  ];
}

/** Whether a row has a promise, and does not keep it. */
function isMissed({ value, ratio, target, better }: Row): boolean {
  const reached = ratio ?? value;
  return target !== undefined && (better === 'higher' ? reached < target : reached > target);
}

/** Writes `<part>.json` and `<part>.svg` into the folder, which is made; gives the paths. */
export function writeResults(
  folder: string, part: string, { rows, size }: {
    readonly rows: readonly Row[]; readonly size: BenchSize;
  },
): string[] {
  mkdirSync(folder, { recursive: true });
  const result = { part, size, at: new Date().toISOString(), machine: machineOf(), rows };
  const files = [
    [`${part}.json`, `${JSON.stringify(result, undefined, 2)}\n`],
    [`${part}.svg`, plotOf(part, rows)],
  ] as const;
  return files.map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
