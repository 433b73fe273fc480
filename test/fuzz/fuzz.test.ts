/**
 * Goal: no bytes of a stranger, a user or a disk make a decoder throw, and none has two readings
 * (threats rows 14, 67, 73). Method: the inputs that are kept in `corpus/`, then 100,000 random and
 * bent ones over all decoders, from a new seed each time. `npm run fuzz` tries more, and lets the
 * corpus grow; it sets `FUZZ_RUNS`, `FUZZ_SEED` (replays), `FUZZ_TARGET` and `FUZZ_GROW`.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { corpusFile, corpusOf, growCorpus } from './corpus.ts';
import { removeFiles } from './file-targets.ts';
import { Dice, fuzz, tryInput } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';
import { endServer } from './http-targets.ts';
import { TARGETS } from './targets.ts';

const { FUZZ_RUNS, FUZZ_SEED, FUZZ_TARGET, FUZZ_GROW } = process.env;
const RUNS = Number(FUZZ_RUNS ?? 100_000);
const SEED = Number(FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
/** A long run on purpose may take its time: an hour. */
const TIMEOUT_MS = 3_600_000;
const CORPUS_BYTES_MAX = 200_000;

afterAll(removeFiles);
afterAll(endServer);

const chosen = TARGETS.filter(({ name }) => FUZZ_TARGET === undefined || name === FUZZ_TARGET);
const weights = chosen.reduce((sum, target) => sum + (target.weight ?? 1), 0);

describe(`every decoder, with seed ${SEED}`, () => {
  it.each(chosen.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    const inputs = Math.ceil((RUNS * (target.weight ?? 1)) / weights);
    if (FUZZ_GROW !== undefined) await growCorpus(target, SEED, inputs);
    const kept = corpusOf(target);
    for (const bytes of kept) await tryInput(target, bytes, corpusFile(target));
    const report = await fuzz(target, SEED, inputs, kept);
    // Inputs that are all refused would show nothing.
    expect(report.decoded).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

describe('the corpus', () => {
  it('is small, and of targets that there are', () => {
    const names = new Set(TARGETS.map((target) => basename(corpusFile(target))));
    const folder = dirname(corpusFile(TARGETS[0]!));
    const files = readdirSync(folder);
    expect(files.filter((file) => !names.has(file))).toEqual([]);
    const bytes = files.reduce((sum, file) => sum + statSync(`${folder}/${file}`).size, 0);
    expect(bytes).toBeLessThan(CORPUS_BYTES_MAX);
    expect(names.size, 'two targets share a file').toBe(TARGETS.length);
  });
});

describe('the fuzzer', () => {
  const seeds = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)];

  it('finds a decoder that reads past the end', async () => {
    const target: Target = {
      name: 'planted', seeds,
      check: (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0) > 0,
    };
    const report = /planted: .*\n.*FUZZ_SEED=\d+\n.*input \d+: [0-9a-f]*/;
    await expect(fuzz(target, SEED, 1_000)).rejects.toThrow(report);
  });

  it('finds a decoder that ignores what follows', async () => {
    const target: Target = {
      name: 'planted', seeds,
      check: (bytes) => {
        if (bytes.length > 8 && bytes[0] === 1) throw new Error('two encodings');
        return true;
      },
    };
    await expect(fuzz(target, SEED, 1_000)).rejects.toThrow('two encodings');
  });

  it('makes the same inputs of the same seed', async () => {
    const inputsOf = async (seed: number): Promise<string[]> => {
      const made: string[] = [];
      const check = (bytes: Uint8Array): boolean => made.push(String(bytes)) > 0;
      await fuzz({ name: 'recorder', seeds, check }, seed, 200);
      return made;
    };
    expect(await inputsOf(7)).toEqual(await inputsOf(7));
    expect(await inputsOf(7)).not.toEqual(await inputsOf(8));
  });

  it('has fair dice', () => {
    const dice = new Dice(SEED);
    const counts = Array<number>(10).fill(0);
    for (let throws = 0; throws < 10_000; throws++) counts[dice.below(10)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});
