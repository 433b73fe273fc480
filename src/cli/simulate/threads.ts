/**
 * How many runs there are at once. Owns: `--threads`. Does not own: the threads (`runner.ts`).
 */
import { availableParallelism } from 'node:os';
import type { CommandContext } from '../context.ts';
import { usageError } from '../user-error.ts';

/** (policy) More than any machine has cores for. */
const THREADS_MAX = 1_024;

export function threadsOf(options: CommandContext['options']): number {
  const given = options['threads'];
  const threads = given === undefined ? availableParallelism() : Number(given);
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) return threads;
  throw usageError(`--threads is a whole number, 1 to ${THREADS_MAX}.`);
}
