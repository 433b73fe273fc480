/**
 * What a process takes of the machine, read from /proc: Linux only.
 *
 * Owns: reading. Does not own: how much is too much.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './support.ts';
import type { Network, Place, Program } from './support.ts';

export const isLoadKnown = process.platform === 'linux';

/** What may still come and go in a process that rests: a timer's file, a thread's pipe. */
const DESCRIPTORS_SPARE = 4;

/** Anonymous memory of the process, in bytes. */
export function memoryOf({ pid }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

const COUNTED_MEMORY = fileURLToPath(new URL('fixtures/counted-memory.mjs', import.meta.url));

/** A place whose program tells what it holds, without what is only not collected yet. */
export class CountedPlace {
  readonly place: Place;
  readonly #file: string;

  constructor(network: Network, name: string) {
    this.#file = join(network.folder, `${name}-memory`);
    this.place = network.place(name, [
      'env', `NODE_OPTIONS=--import=${COUNTED_MEMORY}`, `COUNTED_MEMORY_FILE=${this.#file}`,
    ]);
  }

  /** Bytes that the program of this place holds. */
  async heldBy(program: Program): Promise<number> {
    rmSync(this.#file, { force: true });
    program.signal('SIGUSR2');
    await until('it counts its memory', () => existsSync(this.#file));
    return Number(readFileSync(this.#file, 'utf8'));
  }
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
