/**
 * Goal: a disk that is full ends the program with a clear error, and loses nothing that was
 * announced.
 * Method: a store on a small file system in memory, which a miner fills; then the same with more
 * room.
 * Needs root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { Air } from './air.ts';
import { expectSound, StoreWindow } from './measures.ts';
import { Payer } from './payer.ts';
import { TEST_MS_MAX } from './scale.ts';
import { Network } from './support.ts';

const isPossible = process.platform === 'linux' && process.getuid?.() === 0;
if (!isPossible) console.log('SKIPPED: the test of a full disk: it needs root on Linux');

const SIZE_BEFORE = '500k';
const SIZE_AFTER = '8m';

let network: Network | undefined;
let air: Air | undefined;
let payer: Payer | undefined;
let window: StoreWindow | undefined;
let mounted: string | undefined;

afterEach(async () => {
  payer?.stop();
  window?.close();
  await air?.close();
  await network?.endAll();
  if (mounted !== undefined) execFileSync('umount', [mounted]);
  await network?.close();
  network = air = payer = window = mounted = undefined;
});

test.skipIf(!isPossible)('a full disk is a clear error that room mends', async () => {
  network = await Network.create({ block_size: 1, difficulty: 14 });
  const place = network.place('small');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BEFORE}`, 'tmpfs', place.folder]);
  mounted = place.folder;
  air = await Air.open(network);
  payer = new Payer(network, air);
  const args = ['miner', 'tag=m', '--reward-to', payer.address];
  const miner = place.start(...args);
  await air.reaches('m', 1);
  window = StoreWindow.open(place)!;
  payer.start(window);
  const { code, stderr } = await miner.finished;
  expect(code).toBe(4);
  expect(stderr).toContain('The disk is full.');
  expect(stderr).toContain('make room');
  expect(stderr).not.toMatch(/\n\s+at /);
  const announced = air.last('m')!.height;
  expect(window.height).toBeGreaterThanOrEqual(announced);
  await expectSound(place);

  const refused = await place.run('miner', '--reward-to', payer.address);
  expect(refused.code).toBe(4);

  execFileSync('mount', ['-o', `remount,size=${SIZE_AFTER}`, place.folder]);
  const again = place.start(...args);
  await air.reaches('m', announced + 2);
  expect((await again.stop()).code).toBe(0);
  await expectSound(place);
}, TEST_MS_MAX);
