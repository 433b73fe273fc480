/**
 * Inputs that are kept: the smallest that reached new code, or once showed a fault. One file for
 * each target, one input in hexadecimal a line; all of them are replayed by each `npm test`.
 *
 * Owns: these files, and making them grow. Does not own: what is new (`coverage.ts`).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesToHex, concatBytes, hexToBytes } from '../../src/lib/bytes.ts';
import { Coverage } from './coverage.ts';
import { Dice, FuzzFailure, nextInput, tryInput } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';

/** Longer inputs find little that shorter ones do not, and the corpus is to be read by people. */
const INPUT_BYTES_MAX = 1_500;
/** Inputs of a target. */
const INPUTS_MAX = 60;
/** Inputs between two looks at what code ran. */
const BATCH = 200;
const SHRINKS_MAX = 40;

export function corpusFile({ name }: Target): string {
  const file = `corpus/${name.replaceAll(' ', '-')}.txt`;
  return fileURLToPath(new URL(file, import.meta.url));
}

/** What is kept for a target. */
export function corpusOf(target: Target): Uint8Array[] {
  const file = corpusFile(target);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => {
    const bytes = hexToBytes(line);
    if (bytes === undefined) throw new Error(`${file} has a line that is not hexadecimal: ${line}`);
    return bytes;
  });
}

function keep(target: Target, inputs: readonly Uint8Array[]): void {
  const file = corpusFile(target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, inputs.map((input) => `${bytesToHex(input)}\n`).join(''));
}

/**
 * Tries so many inputs, and keeps those that reach new code, made small. An input that shows a
 * fault is kept too, and then the promise rejects with its `FuzzFailure`.
 */
export async function growCorpus(target: Target, seed: number, inputs: number): Promise<number> {
  const dice = new Dice(seed);
  const kept = corpusOf(target);
  const coverage = new Coverage();
  const pool = [...target.seeds, ...kept];
  try {
    for (const bytes of pool) await tryInput(target, bytes, 'kept input');
    await coverage.isNew();
    for (let done = 0; done < inputs && kept.length < INPUTS_MAX; done += BATCH) {
      const batch = Array.from({ length: BATCH }, () => nextInput(dice, pool))
        .filter(({ length }) => length <= INPUT_BYTES_MAX);
      for (const bytes of batch) await tryInput(target, bytes, `seed ${seed}`);
      if ((await coverage.fresh()).length === 0) continue;
      for (const bytes of batch) {
        await target.check(bytes);
        const fresh = await coverage.fresh();
        if (fresh.length === 0) continue;
        const small = await shrink(target, bytes, coverage, fresh);
        await target.check(small);
        await coverage.isNew();
        kept.push(small);
        pool.push(small);
      }
    }
  } catch (error) {
    if (error instanceof FuzzFailure) kept.push(error.input);
    throw error;
  } finally {
    coverage.stop();
    if (kept.length > 0) keep(target, kept);
  }
  return kept.length;
}

/** Cuts pieces out as long as the input reaches all the same new code. */
async function shrink(
  target: Target, bytes: Uint8Array, coverage: Coverage, wanted: readonly string[],
): Promise<Uint8Array> {
  let best = bytes;
  let left = SHRINKS_MAX;
  for (let piece = best.length >> 1; piece > 0 && left > 0; piece >>= 1) {
    for (let at = 0; at < best.length && left > 0; left--) {
      const shorter = concatBytes(best.subarray(0, at), best.subarray(at + piece));
      await target.check(shorter);
      const reached = new Set(await coverage.fresh());
      if (wanted.every((block) => reached.has(block))) best = shorter;
      else at += piece;
    }
  }
  return best;
}
