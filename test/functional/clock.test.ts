/**
 * Goal: a computer whose clock jumps, forward or back, hurts nobody: it is not refused by others
 * for its early blocks, refuses nobody, and is of one chain with them soon after its clock is right
 * again.
 * Method: two miners; before one of them a module is loaded that shifts `Date.now`
 * (`fixtures/shifted-clock.mjs`). The simulator has clocks that are wrong all the time, too.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Air } from './air.ts';
import { expectSound, statusOf } from './measures.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place } from './support.ts';

const HOUR_MS = 3_600_000;
const JUMPS_MS = [HOUR_MS, -HOUR_MS, 400 * 24 * HOUR_MS, -400 * 24 * HOUR_MS, 180_000, -180_000];
const JUMPS = scaled(2, 12);
const WRONG_MS = scaled(1_500, 10_000);
const MODULE = fileURLToPath(new URL('fixtures/shifted-clock.mjs', import.meta.url));

let network: Network | undefined;
let air: Air | undefined;

afterEach(async () => {
  await air?.close();
  await network?.close();
  network = air = undefined;
});

async function blockAt(place: Place, height: number): Promise<string | undefined> {
  const { code, stdout } = await place.run('block', String(height), '--json');
  return code === 0 ? (JSON.parse(stdout) as { id: string }).id : undefined;
}

/** Both have one block above this height; the newest may differ for a moment. */
async function expectOneChain(places: readonly [Place, Place], above: number): Promise<void> {
  await until('they are of one chain', async () => {
    const [a, b] = await Promise.all(places.map(statusOf));
    const height = Math.min(a!.height, b!.height) - 1;
    if (height <= above) return false;
    const ids = await Promise.all(places.map((place) => blockAt(place, height)));
    return ids[0] !== undefined && ids[0] === ids[1];
  });
}

test.skipIf(process.platform === 'win32')('a clock that jumps hurts nobody for long', async () => {
  const chance = chanceFor('clock');
  network = await Network.create({ block_size: 1, difficulty: 20 });
  air = await Air.open(network);
  const file = join(network.folder, 'shift');
  const jump = (shiftMs: number): void => {
    writeFileSync(`${file}.new`, String(shiftMs));
    renameSync(`${file}.new`, file); // Nobody reads half of it.
  };
  jump(0);
  const right = network.place('right');
  const wrong = network.place('wrong', [
    'env', `NODE_OPTIONS=--import=${MODULE}`, `SHIFTED_CLOCK_FILE=${file}`,
  ]);
  const miners = [right.start('miner', 'tag=right'), wrong.start('miner', 'tag=wrong')];
  await Promise.all(['right', 'wrong'].map((tag) => air!.reaches(tag, 2)));
  const jumps = chance.shuffle(JUMPS_MS);
  for (let count = 0; count < JUMPS; count++) {
    const shiftMs = jumps[count % jumps.length]!;
    const before = (await statusOf(right)).height;
    jump(shiftMs);
    await delay(WRONG_MS);
    await air.reaches('right', before + 2);
    jump(0);
    await timed(`one chain after a jump of ${shiftMs / 1_000} s`, () =>
      expectOneChain([right, wrong], before + 2));
  }
  for (const miner of miners) {
    const { code, stdout, stderr } = await miner.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/peer refused/);
  }
  await expectSound(right);
  await expectSound(wrong);
}, TEST_MS_MAX);
