/**
 * Goal: a list as a table is RFC 4180, has the same columns whatever is in it, and no text of a
 * stranger is a formula in a spreadsheet.
 * Method: the tables are read back by a small reader of our own.
 */
import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv-answer.ts';
import { Payment, Reorg } from './schema/chain.ts';
import { Peer } from './schema/network.ts';

const Row = z.object({
  name: z.string(), count: z.int().nullable(), isOpen: z.boolean(), list: z.array(z.string()),
  inner: z.object({ a: z.int() }).nullable(),
});

/** Reads RFC 4180: quoted cells, doubled quotation marks, CRLF. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

describe('a table', () => {
  const row = { name: 'a', count: 1, isOpen: true, list: ['x'], inner: null };

  it('has a heading, a line for each item, and no place for lists and objects', () => {
    expect(csvOf(Row, [row, { ...row, count: null }]))
      .toBe('name,count,isOpen\r\na,1,true\r\na,,true\r\n');
  });

  it('has the same columns with no items, and whatever they hold', () => {
    for (const items of [[], [{ ...row, inner: { a: 1 } }], [row]]) {
      expect(csvOf(Row, items).split('\r\n')[0]).toBe('name,count,isOpen');
    }
  });

  it.each([[Payment], [Reorg], [Peer]])('of our own has no object as a column', (schema) => {
    const names = csvOf(schema, []).trim().split(',');
    for (const name of ['reason', 'connected', 'disconnected', 'differences']) {
      expect(names).not.toContain(name);
    }
  });

  it('gives every text back as it was', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (names) => {
      const texts = names.map((name) => `x${name}`);
      const table = cellsOf(csvOf(Row, texts.map((name) => ({ ...row, name }))));
      expect(table.slice(1).map(([name]) => name)).toEqual(texts);
    }));
  });
});

describe('a text of a stranger', () => {
  const cellOf = (name: string): string =>
    cellsOf(csvOf(z.object({ name: z.string() }), [{ name }]))[1]![0]!;

  it.each(['=1+1', '=HYPERLINK("http://evil.example")', '+1+1', '-1+1', '-2+3+cmd|\' /C calc\'!A0',
    '@SUM(1)', '\t=1', '\r=1', '\n=1', '--5', '-', '+', '-1.5.2', '1-', '-.5'])(
    '%j is no formula', (text) => {
      const isFormula = /^[=+\-@\t\r\n]/.test(text);
      expect(cellOf(text)).toBe(isFormula ? `'${text}` : text);
    });

  it.each(['-1.500000', '+0.000000', '12.5', '-7', 'alice', '0'])('%s stays as it is', (text) => {
    expect(cellOf(text)).toBe(text);
  });
});
