/**
 * How large the acceptance tests are: short within `npm test`, at full size for `npm run soak`.
 *
 * Owns: the switch, and seeds. Does not own: what is tested.
 */
import { randomInt } from 'node:crypto';
import { Chance } from '../../src/sim/random.ts';

const isFull = process.env['FUNCTIONAL_SCALE'] === 'full';

/** The size of something in `npm test`, or in the soak. */
export function scaled<Size>(short: Size, full: Size): Size {
  return isFull ? full : short;
}

/** A whole test may take so long; only what hangs does. */
export const TEST_MS_MAX = scaled(400_000, 3_600_000);

/** Chance for one test. Its seed is printed; `FUNCTIONAL_SEED` repeats it. */
export function chanceFor(test: string): Chance {
  const given = process.env['FUNCTIONAL_SEED'];
  const seed = given === undefined ? randomInt(2 ** 32) : Number(given);
  console.log(`${test}: seed ${seed}; again with FUNCTIONAL_SEED=${seed}`);
  return new Chance(seed, test);
}

/** Says how long something took: printed, never asserted. */
export async function timed<Result>(words: string, act: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  try {
    return await act();
  } finally {
    console.log(`${words}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

export async function delay(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
