/**
 * What a process takes of the machine, read from /proc: Linux only.
 *
 * Owns: reading. Does not own: how much is too much.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Program } from './support.ts';

export const isLoadKnown = process.platform === 'linux';

/** What may still come and go in a process that rests: a timer's file, a thread's pipe. */
const DESCRIPTORS_SPARE = 4;

/** Anonymous memory of the process, in bytes. */
export function memoryOf({ pid }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Files and sockets that the process has open. */
export function descriptorsOf({ pid }: Program): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Whether it has no more open than before, but for what comes and goes. */
export function isAtBaseline(program: Program, descriptorsBefore: number): boolean {
  return descriptorsOf(program) <= descriptorsBefore + DESCRIPTORS_SPARE;
}

export function inMegabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
