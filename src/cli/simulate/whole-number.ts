/**
 * Options that are whole numbers. Owns: reading one within its limits, and the words when it fails.
 * Does not own: which options there are, and what they mean.
 */
import type { CommandContext } from '../context.ts';
import { usageError } from '../user-error.ts';

export interface WholeNumber {
  /** When the option is not given. */
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** The number that `--name` gives. Throws a usage error. */
export function wholeNumberOf(
  options: CommandContext['options'], name: string, { usual, min, max }: WholeNumber,
): number {
  const given = String(options[name] ?? usual);
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`--${name} is a whole number, ${min} to ${max}.`);
}
