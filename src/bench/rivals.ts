/**
 * What mining is measured against: the same search from C, built on the spot where a compiler is.
 *
 * Owns: building and running `bench/rivals`. Does not own: our side (`mining.ts`).
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rivals = join(root, 'bench/rivals');
const native = join(root, 'kernels/native');

/** A compiler that takes longer hangs. */
const COMPILER_MS_MAX = 60_000;
/** The priority that mining threads give themselves: both sides wait for others alike. */
const MINING_NICE = 10;

/** What the program wrote; undefined when it could not be run, or failed. */
async function outputOf(
  program: string, args: readonly string[], nice?: number,
): Promise<string | undefined> {
  try {
    const running = promisify(execFile)(program, [...args], { timeout: COMPILER_MS_MAX });
    const { pid } = running.child;
    if (nice !== undefined && pid !== undefined) setPriority(pid, nice);
    return (await running).stdout;
  } catch {
    return undefined; // No compiler, or one that does not know this processor: no limit then.
  }
}

/** Scan loops in C, each a program run of its own. */
export class ScanLoops {
  readonly names: readonly string[];
  readonly #program: string;

  private constructor(program: string, names: readonly string[]) {
    this.#program = program;
    this.names = names;
  }

  /** Builds them in this folder; undefined where that is not possible. */
  static async build(folder: string): Promise<ScanLoops | undefined> {
    const program = join(folder, 'scan');
    const sources = ['tables.c', 'sha-ni.c', 'avx512.c', 'avx2.c'];
    const built = await outputOf('cc', [
      '-O3', '-march=native', '-o', program, join(rivals, 'scan.c'),
      ...sources.map((name) => join(native, name)),
    ]);
    const list = built === undefined ? undefined : await outputOf(program, ['list']);
    const lines = list?.trim().split('\n').map((line) => line.split(' ')) ?? [];
    // A loop that finds another nonce than the others does not hash what they hash.
    const isSound = lines.length > 0 && lines.every(([, found]) => found === lines[0]![1]);
    return isSound ? new ScanLoops(program, lines.map(([name]) => name!)) : undefined;
  }

  /** Hashes per second of this loop on one processor. */
  async rateOf(name: string, durationMs: number): Promise<number> {
    const rate = Number(await outputOf(this.#program, [name, String(durationMs)], MINING_NICE));
    if (!(rate > 0)) throw new Error(`the scan loop ${name} failed`);
    return rate;
  }
}

/**
 * Builds the WebAssembly kernel from C by clang; undefined where that is not possible. It has the
 * exports of our own.
 */
export async function buildWasmFromC(folder: string): Promise<URL | undefined> {
  const file = join(folder, 'scan.wasm');
  await outputOf('clang', [
    '--target=wasm32', '-O3', '-msimd128', '-mbulk-memory', '-nostdlib', '-fvisibility=hidden',
    '-I', join(rivals, 'freestanding'), '-Wl,--no-entry', '-Wl,--export-dynamic', '-o', file,
    join(rivals, 'scan-wasm.c'), join(native, 'tables.c'),
  ]);
  return existsSync(file) ? pathToFileURL(file) : undefined;
}
