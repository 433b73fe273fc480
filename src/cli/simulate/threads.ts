/**
 * How many runs there are at once. Owns: `--threads`. Does not own: the threads (`runner.ts`).
 */
import { availableParallelism } from 'node:os';
import type { CommandContext } from '../context.ts';
import { wholeNumberOf } from './whole-number.ts';

/** (policy) More than any machine has cores for. */
const THREADS_MAX = 1_024;

export function threadsOf(options: CommandContext['options']): number {
  const usual = availableParallelism();
  return wholeNumberOf(options, 'threads', { usual, min: 1, max: THREADS_MAX });
}
