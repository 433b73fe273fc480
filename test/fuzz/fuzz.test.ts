/**
 * Goal: no bytes of a stranger, a user or a disk make a decoder throw, and none has two readings
 * (threats rows 14, 67, 73). Method: 100,000 random and bent inputs over all decoders, from a new
 * seed each time; `FUZZ_RUNS` asks for more, `FUZZ_SEED` replays. `node test/fuzz/run.mjs --runs N
 * --seed S` sets them.
 */
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Dice, fuzz } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';
import { TARGETS, temporaryFolder } from './targets.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
/** A long run on purpose may take its time: an hour. */
const TIMEOUT_MS = 3_600_000;

afterAll(() => {
  const folder = temporaryFolder();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const weights = TARGETS.reduce((sum, target) => sum + (target.weight ?? 1), 0);

describe(`every decoder, with seed ${SEED}`, () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
    const inputs = Math.ceil((RUNS * (target.weight ?? 1)) / weights);
    const report = fuzz(target, SEED, inputs);
    // Inputs that are all refused would show nothing.
    expect(report.decoded).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

describe('the fuzzer', () => {
  const seeds = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)];

  it('finds a decoder that reads past the end', () => {
    const target: Target = {
      name: 'planted', seeds,
      check: (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0) > 0,
    };
    const report = /planted: .*\n.*input \d+: [0-9a-f]*\n.*FUZZ_SEED=/;
    expect(() => fuzz(target, SEED, 1_000)).toThrow(report);
  });

  it('finds a decoder that ignores what follows', () => {
    const target: Target = {
      name: 'planted', seeds,
      check: (bytes) => {
        if (bytes.length > 8 && bytes[0] === 1) throw new Error('two encodings');
        return true;
      },
    };
    expect(() => fuzz(target, SEED, 1_000)).toThrow('two encodings');
  });

  it('makes the same inputs of the same seed', () => {
    const inputsOf = (seed: number): string[] => {
      const made: string[] = [];
      const check = (bytes: Uint8Array): boolean => made.push(String(bytes)) > 0;
      fuzz({ name: 'recorder', seeds, check }, seed, 200);
      return made;
    };
    expect(inputsOf(7)).toEqual(inputsOf(7));
    expect(inputsOf(7)).not.toEqual(inputsOf(8));
  });

  it('has fair dice', () => {
    const dice = new Dice(SEED);
    const counts = Array<number>(10).fill(0);
    for (let throws = 0; throws < 10_000; throws++) counts[dice.below(10)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});
