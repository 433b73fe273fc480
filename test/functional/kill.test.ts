/**
 * Goal: `kill -9` at any moment loses nothing that was announced, confirmed to a user, or saved.
 * Method: real processes under load, killed at moments that chance picks; what they had announced
 * is heard on the network.
 */
import { afterEach, expect, test } from 'vitest';
import type { Chance } from '../../src/sim/random.ts';
import type { Status } from '../../src/protocol/messages.ts';
import { Air } from './air.ts';
import { balancesOf, expectSound, statusOf, StoreWindow } from './measures.ts';
import { Payer } from './payer.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place } from './support.ts';

const MINER_KILLS = scaled(10, 200);
const SEND_KILLS = scaled(8, 60);
const TAG = 'killed';

let network: Network;
let air: Air;
let payer: Payer | undefined;
let window: StoreWindow | undefined;

afterEach(async () => {
  payer?.stop();
  window?.close();
  payer = window = undefined;
  await air.close();
  await network.close();
});

/** Starts the miner, kills it at some moment, and gives the heights that it announced meanwhile. */
async function liveAndDie(place: Place, chance: Chance): Promise<number[]> {
  const heights: number[] = [];
  const end = air.onStatus((status: Status) => {
    if (status.tag === TAG) heights.push(status.height);
  });
  const miner = place.start('miner', '--reward-to', payer!.address, `tag=${TAG}`);
  const over = miner.finished;
  if (chance.happens(0.2)) {
    // While it starts, looks around, or begins.
    await delay(chance.between(0, 3_500));
  } else {
    await until('it mines', () => (heights.at(-1) ?? 0) > (heights[0] ?? Infinity), 5);
    await delay(chance.between(0, 800));
  }
  miner.signal('SIGKILL');
  const { code, stderr } = await over;
  expect({ code, stderr }).toEqual({ code: null, stderr: '' });
  // What was sent before it died is still to be read.
  await delay(50);
  end();
  return heights;
}

test(`a miner, killed ${MINER_KILLS} times, is never behind what it announced`, async () => {
  const chance = chanceFor('kill miner');
  network = await Network.create({ block_size: 1, difficulty: 17 });
  air = await Air.open(network);
  payer = new Payer(network, air);
  const place = network.place('a');
  let announced = 0;
  let payments = 0;
  for (let round = 0; round < MINER_KILLS; round++) {
    const heights = await liveAndDie(place, chance);
    for (const height of heights) {
      expect(height, `announced in round ${round}`).toBeGreaterThanOrEqual(announced);
      announced = height;
    }
    window ??= StoreWindow.open(place);
    if (window === undefined) continue;
    expect(window.height).toBeGreaterThanOrEqual(announced);
    payer.start(window);
    const sound = await expectSound(place);
    expect(sound.payments).toBeGreaterThanOrEqual(payments);
    payments = sound.payments;
  }
  console.log(`kill miner: height ${announced}, ${payments} payments`);
  expect(announced).toBeGreaterThan(MINER_KILLS);
  expect(payments).toBeGreaterThan(MINER_KILLS);
}, TEST_MS_MAX);

test(`send, killed ${SEND_KILLS} times, pays what it said`, async () => {
  const chance = chanceFor('kill send');
  network = await Network.create({ block_size: 2, block_wait_seconds: 1, difficulty: 14 });
  air = await Air.open(network);
  const [mining, wallet] = [network.place('miner'), network.place('wallet')];
  await wallet.ok('wallet', 'new-address', 'alice');
  await wallet.ok('wallet', 'new-address', 'bob');
  const { address } = await wallet.funds('alice');
  const miner = mining.start('miner', '--reward-to', address, 'tag=m');
  await air.reaches('m', 1);
  const startedAt = performance.now();
  const confirmed: string[] = [];
  const said = (stdout: string): void => {
    // Cut off in the middle of its only line, it has said nothing.
    if (stdout.endsWith('\n')) confirmed.push((JSON.parse(stdout) as { id: string }).id);
  };
  said(await wallet.ok('wallet', 'send', 'alice', '0.1', 'bob', '--json'));
  const tookMs = performance.now() - startedAt;
  for (let round = 1; round < SEND_KILLS; round++) {
    const send = wallet.start('wallet', 'send', 'alice', '0.1', 'bob', '--json');
    const livesMs = chance.between(Math.floor(tookMs / 2), Math.ceil(1.5 * tookMs));
    await Promise.race([send.finished, delay(livesMs)]);
    const { code, stdout } = await send.stop('SIGKILL');
    if (code === 0) expect(stdout).toMatch(/\n$/);
    said(stdout);
  }
  const sync = wallet.start('wallet', 'sync');
  await until('nothing waits', async () => (await statusOf(wallet)).pending === 0);
  for (const id of confirmed) {
    const payment: unknown = JSON.parse(await wallet.ok('payment', id, '--json'));
    expect(payment).toMatchObject({ status: 'confirmed' });
  }
  const paid = (await balancesOf(wallet)).balances.get('bob')! / 100_000n;
  console.log(`kill send: ${confirmed.length} confirmed, ${paid} paid, of ${SEND_KILLS}`);
  expect(paid).toBeGreaterThanOrEqual(BigInt(confirmed.length));
  expect(paid).toBeLessThanOrEqual(BigInt(SEND_KILLS));
  expect((await sync.stop()).code).toBe(0);
  expect((await miner.stop()).code).toBe(0);
  expect((await expectSound(wallet)).payments).toBe(Number(paid));
}, TEST_MS_MAX);
