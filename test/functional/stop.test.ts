/**
 * Goal: a signal ends every lasting program in the middle of its work with exit code 0, and leaves
 * a store that verifies.
 * Method: a miner, a `sync` that follows it, and a `start` that mines beside it, all busy. How long
 * the end takes is printed, not asserted.
 */
import { afterEach, expect, test } from 'vitest';
import { Air } from './air.ts';
import { expectSound, statusOf } from './measures.ts';
import { scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network, Place, until } from './support.ts';

const ROUNDS = scaled(1, 10);

let network: Network;
let air: Air;

afterEach(async () => {
  await air.close();
  await network.close();
});

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends miner, sync and start in good order', async (signal) => {
    network = await Network.create({ block_size: 1, difficulty: 17 });
    air = await Air.open(network);
    const mining = network.place('miner');
    const syncing = network.place('sync');
    const looking = network.place('start');
    const started = new Place(network, `${looking.folder}/data`);
    for (let round = 1; round <= ROUNDS; round++) {
      const before = air.last('m')?.height ?? 0;
      const miner = mining.start('miner', 'tag=m');
      const sync = syncing.start('wallet', 'sync');
      const start = looking.start('start', 'tag=s');
      await Promise.all(['m', 's'].map((tag) => air.reaches(tag, before + 5)));
      await until('sync follows', async () => {
        const { code, stdout } = await syncing.run('status', '--json');
        return code === 0 && (JSON.parse(stdout) as { height: number }).height >= before + 3;
      });
      const programs = { miner, sync, start };
      for (const [name, program] of Object.entries(programs)) {
        const { code, stderr } = await timed(`${signal} ends ${name}`, () => program.stop(signal));
        expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' });
      }
      for (const place of [mining, syncing, started]) await expectSound(place);
    }
    expect((await statusOf(mining)).height).toBeGreaterThan(0);
  }, TEST_MS_MAX);
