/**
 * Lists as CSV, for spreadsheets.
 *
 * Owns: which fields become columns, and that no text of a stranger becomes a formula.
 */
import type { z } from '@hono/zod-openapi';
import { csv } from '../lib/csv.ts';
import type { Cell } from '../lib/csv.ts';

/** A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** The items as a table with the columns of their schema; lists and objects have no place in it. */
export function csvOf(item: z.ZodObject, items: readonly object[]): string {
  const names = Object.keys(item.shape);
  const values = items as readonly Readonly<Record<string, unknown>>[];
  const isPlain = (name: string): boolean =>
    values.every((one) => one[name] === null || typeof one[name] !== 'object');
  const columns = names.filter(isPlain);
  return csv(columns, values.map((one) => columns.map((name) => cellOf(one[name]))));
}

function cellOf(value: unknown): Cell {
  if (typeof value !== 'string') return value as Cell;
  return FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
}
