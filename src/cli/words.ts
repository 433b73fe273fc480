/**
 * Times and tables as a terminal shows them. Owns: their form, in every command alike.
 * Does not own: money (`wallet/amount.ts`), ages and counts (`lib/words.ts`).
 */
/** The latest time that a `Date` can say. */
const DATE_MS_MAX = 8.64e15;

/** Such as `2026-11-23 13:05:10 UTC`: the same for everybody who compares. */
export function formatTime(timeMs: number): string {
  // A stranger chose the number, and what a Date cannot say it throws at.
  if (timeMs > DATE_MS_MAX) return `${timeMs} ms`;
  return `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Names in one column, values in the next. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join('\n');
}

/**
 * Columns as wide as their widest cell, two spaces between; those in `right` are aligned to the
 * right.
 */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, column: number): string =>
    right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** Lines of whole words, each of so many columns at most unless one word is longer. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)!} ${word}`.trimStart();
    if (longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
