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
import { expectSound, statusOf } from './measures.ts';
import { TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place } from './support.ts';

const isPossible = process.platform === 'linux' && process.getuid?.() === 0;
if (!isPossible) console.log('SKIPPED: the test of a full disk: it needs root on Linux');

const SIZE_BEFORE = '300k';
const SIZE_AFTER = '8m';
const RECEIVER = 'ab'.repeat(32);

let network: Network | undefined;
let air: Air | undefined;
let mounted: string | undefined;

afterEach(async () => {
  await air?.close();
  await network?.endAll();
  if (mounted !== undefined) execFileSync('umount', [mounted]);
  await network?.close();
  network = air = mounted = undefined;
});

/** The store is sound, and has all that was announced; gives its height. */
async function expectKept(place: Place): Promise<number> {
  const { height } = await statusOf(place);
  expect(height).toBeGreaterThanOrEqual(air!.last('m')!.height);
  await expectSound(place);
  return height;
}

test.skipIf(!isPossible)('a full disk is a clear error that room mends', async () => {
  network = await Network.create({ block_size: 1, difficulty: 14 });
  const place = network.place('small');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BEFORE}`, 'tmpfs', place.folder]);
  mounted = place.folder;
  air = await Air.open(network);
  const { code, stderr } = await place.start('miner', 'tag=m').finished;
  expect(code).toBe(4);
  expect(stderr).toContain('The disk is full.');
  expect(stderr).toContain('make room');
  expect(stderr).not.toMatch(/\n\s+at /);
  await expectKept(place);

  // A payment may find room in a page that is free; then it is as good as any.
  const send = await place.run('wallet', 'send', 'mining_rewards', '1', RECEIVER, '--json');
  const again = await place.run('miner', 'tag=m');
  for (const one of [send, again]) {
    if (one !== send || one.code !== 0) {
      expect(one.code).toBe(4);
      expect(one.stdout + one.stderr).toContain('full');
    }
  }

  const height = await expectKept(place);

  execFileSync('mount', ['-o', `remount,size=${SIZE_AFTER}`, place.folder]);
  const miner = place.start('miner', 'tag=m');
  await air.reaches('m', height + 2);
  if (send.code === 0) {
    const { id } = JSON.parse(send.stdout) as { id: string };
    await until('the payment is in a block', async () =>
      (await place.ok('payment', id, '--json')).includes('"confirmed"'));
  }
  expect((await miner.stop()).code).toBe(0);
  await expectSound(place);
}, TEST_MS_MAX);
