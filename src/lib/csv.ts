/**
 * Tables as text for other programs: comma-separated values.
 *
 * Owns: the form of RFC 4180.
 * Does not own: what the columns are.
 */

/** What a cell may hold; undefined and null are empty. */
export type Cell = string | number | boolean | null | undefined;

/**
 * A heading and rows. Lines end in CRLF; what has a comma, a quotation mark or an end is quoted.
 */
export function csv(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    const text = value === undefined || value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [heading, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
