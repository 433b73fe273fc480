/**
 * Lists as CSV, for spreadsheets.
 *
 * Owns: which fields become columns, and that no text of a stranger becomes a formula.
 */
import { z } from '@hono/zod-openapi';
import { csv } from '../lib/csv.ts';
import type { Cell } from '../lib/csv.ts';

/** A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/**
 * The items as a table with the columns of their schema; lists and objects have no place in it. The
 * columns of every page are the same, so that pages can be joined.
 */
export function csvOf(item: z.ZodObject, items: readonly object[]): string {
  const values = items as readonly Readonly<Record<string, unknown>>[];
  const columns = Object.keys(item.shape).filter((name) => isPlain(item.shape[name]!));
  return csv(columns, values.map((one) => columns.map((name) => cellOf(one[name]))));
}

function isPlain(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodNullable) return isPlain(schema.unwrap());
  return !(schema instanceof z.ZodObject) && !(schema instanceof z.ZodArray);
}

function cellOf(value: unknown): Cell {
  if (typeof value !== 'string') return value as Cell;
  return FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
}
