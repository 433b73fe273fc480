/**
 * Goal: a disk that is full ends the program with a clear error, and loses nothing that was
 * announced, nor does a change of the owner on it; a disk that may not be written is said to be so.
 * Method: a store on a small file system in memory, which is filled; then the same with more room.
 * Needs root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Air } from './air.ts';
import { expectSound, statusOf } from './measures.ts';
import { scaled, TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';
import type { Finished, Place } from './support.ts';

const isPossible = process.platform === 'linux' && process.getuid?.() === 0;
if (!isPossible) console.log('SKIPPED: the test of a full disk: it needs root on Linux');

/** The miner fills the smaller one by itself within seconds. */
const SIZE_BEFORE = scaled('300k', '8m');
const SIZE_AFTER = scaled('8m', '24m');
const FILLER = 'filler';
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

/** A data directory on a file system of its own. */
function smallPlace(size: string): Place {
  const place = network!.place('small');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place.folder]);
  mounted = place.folder;
  return place;
}

/** It ended because there is no room, and says so with what to do. */
function expectFull({ code, stdout, stderr }: Finished): void {
  expect(code, stdout + stderr).toBe(4);
  expect(stderr).toMatch(/disk is full/i);
  expect(stderr).toContain('make room');
  expect(stderr).not.toMatch(/\n\s+at /);
}

test.skipIf(!isPossible)('a full disk is a clear error that room mends', async () => {
  network = await Network.create({ block_size: 1, difficulty: 14 });
  const place = smallPlace(SIZE_BEFORE);
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

test.skipIf(!isPossible)(
  'a miner that takes over from sync on a full disk loses nothing', async () => {
    network = await Network.create({ block_size: 1, difficulty: 17 });
    air = await Air.open(network);
    const elsewhere = network.place('elsewhere').start('miner', 'tag=m');
    await air.reaches('m', 3);
    const place = smallPlace('8m');
    const sync = place.start('wallet', 'sync');
    await sync.says(/Sync writes the blockchain here/);
    await until('sync has blocks', async () => (await place.run('status')).code === 0
      && (await statusOf(place)).height >= 3);
    const filler = join(place.folder, FILLER);
    const { bavail, bsize } = statfsSync(place.folder);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    const kept = (await statusOf(place)).height;

    // Sync has no room for the next block, nor the miner for its request, whichever comes first.
    const miner = place.start('miner', 'tag=small');
    for (const end of await Promise.all([miner.finished, sync.finished])) expectFull(end);
    expect((await statusOf(place)).height).toBeGreaterThanOrEqual(kept);
    await expectSound(place);

    rmSync(filler);
    const again = place.start('wallet', 'sync');
    await again.says(/Sync writes the blockchain here/);
    const takingOver = place.start('miner', 'tag=small');
    await takingOver.says(/mined new block!/);
    await again.says(/Sync reads the blockchain that another process writes/);
    for (const program of [takingOver, again, elsewhere]) {
      expect((await program.stop()).code).toBe(0);
    }
    expect((await statusOf(place)).height).toBeGreaterThan(kept);
    await expectSound(place);
  }, TEST_MS_MAX,
);

test.skipIf(!isPossible)(
  'a folder that may not be written is read, and said to be so', async () => {
    network = await Network.create({ block_size: 1, difficulty: 14 });
    const place = smallPlace('8m');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=3 /);
    expect((await miner.stop()).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', place.folder]);
    await expectSound(place);
    expect((await statusOf(place)).height).toBeGreaterThanOrEqual(3);
    expect(Number((await place.funds('mining_rewards')).balance)).toBeGreaterThanOrEqual(30);
    const writers = [
      ['miner'], ['wallet', 'sync', '--once'], ['wallet', 'new-address', 'alice'],
      ['wallet', 'send', 'mining_rewards', '1', RECEIVER],
    ];
    for (const words of writers) {
      const { code, stdout, stderr } = await place.run(...words);
      expect(code, words.join(' ')).toBe(4);
      expect(stdout + stderr).toMatch(/cannot be written|may not be written/);
      expect(stderr, words.join(' ')).toMatch(/Next: .*--data-dir FOLDER/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  }, TEST_MS_MAX,
);
