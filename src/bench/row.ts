/**
 * What a measurement gives: rows of one table.
 *
 * Owns: the form of a row, and of a bench that makes rows.
 * Does not own: what is measured (a file for each part), how rows are shown (`report.ts`).
 */

/** One line of the table; its name is `part/variant`, such as `connect/rsa2048`. */
export interface Row {
  readonly name: string;
  /** What was measured. Finite. */
  readonly value: number;
  /** Such as `payments/s`, `ms`, `MB`; `x` for a ratio of two figures of this run. */
  readonly unit: string;
  /** Which way is good: rates want to be high, times and memory low. */
  readonly better: 'higher' | 'lower';
  /** What the machine or a rival reaches in the same unit and in the same run. */
  readonly limit?: number;
  /** Always `value / limit`, whichever way is good; so a rate wants it near 1 or above. */
  readonly ratio?: number;
  /** The promise: the value itself where there is no limit, the ratio where there is one. */
  readonly target?: number;
  /** How the value grows with the input, such as `1.04 x from 1,000 to 1,000,000 blocks`. */
  readonly grows?: string;
  /** What the limit is, and what the value depends on. */
  readonly note?: string;
}

/** `tiny` proves in seconds that a bench still works; its figures mean nothing. */
export type BenchSize = 'tiny' | 'full';

/** One part of the bench, such as `mining`. */
export interface Bench {
  /** How users ask for it, and the first part of the names of its rows. */
  readonly name: string;
  /** Measures; `say` takes lines about progress. Throws when what it measures goes wrong. */
  run(size: BenchSize, say: (line: string) => void): Promise<readonly Row[]>;
}
