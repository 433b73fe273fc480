/**
 * A table of data. It scrolls sideways inside itself, never the page.
 */
import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly name: string;
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the right, sentences may have several lines. */
  readonly look?: 'right' | 'wrap';
}

interface DataTableProps<Row> {
  /** What the rows are; read before the table by a screen reader. */
  readonly caption: string;
  /** For those who see the heading above it. */
  readonly isCaptionUnseen?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string | number;
}

export function DataTable<Row>(
  { caption, isCaptionUnseen = false, columns, rows, keyOf }: DataTableProps<Row>,
) {
  return (
    // Who has no mouse scrolls it with arrow keys, so it takes the focus.
    <div class="table-frame" role="group" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class={isCaptionUnseen ? 'unseen' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, head, look }) => (
              <th key={name} scope="col" class={look}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map(({ name, cell, look }) => <td key={name} class={look}>{cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
