/**
 * Goal: a fresh wallet downloads a long chain, whatever is killed on the way, and what it has then
 * is sound.
 * Method: a generated chain in the store of a real miner; `kill -9` at heights that chance picks.
 */
import { afterEach, expect, test } from 'vitest';
import { expectSound, statusOf, StoreWindow } from './measures.ts';
import { chanceFor, scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const BLOCKS = scaled(4_000, 20_000);
const PAYMENTS_OF_BLOCK = 5;
const POLL_MS = 2;

let network: Network;
let window: StoreWindow | undefined;

afterEach(async () => {
  window?.close();
  window = undefined;
  await network.close();
});

/** Waits until the store has this height; the program that writes it is still at work then. */
async function reaches(place: Place, height: number): Promise<void> {
  await until('the store is there', () => {
    window ??= StoreWindow.open(place);
    return window !== undefined;
  }, POLL_MS);
  await until(`height ${height}`, () => window!.height >= height, POLL_MS);
}

async function cutAt(place: Place, height: number, program: Program): Promise<number> {
  await reaches(place, height);
  await program.stop('SIGKILL');
  const reached = window!.height;
  expect(reached, 'a cut in the middle').toBeLessThan(BLOCKS);
  return reached;
}

test('a fresh wallet downloads a long chain through cuts of both sides', async () => {
  const chance = chanceFor('download');
  network = await Network.create({ block_size: PAYMENTS_OF_BLOCK + 1, difficulty: 2 });
  const server = network.place('miner');
  const wallet = network.place('wallet');
  await timed(`generating ${BLOCKS} blocks`, async () => {
    const numbers = ['--blocks', String(BLOCKS), '--payments-per-block', String(PAYMENTS_OF_BLOCK)];
    await server.ok('bench', 'generate', ...numbers);
  });
  const startMiner = async (): Promise<Program> => {
    const miner = server.start('miner');
    await miner.says(/Rewards go to key/);
    return miner;
  };
  let miner = await startMiner();
  const part = (from: number, to: number): number =>
    chance.between(Math.floor(BLOCKS * from), Math.floor(BLOCKS * to));

  const first = await cutAt(wallet, part(0.05, 0.2), wallet.start('wallet', 'sync'));
  const later = Math.max(first + 1, part(0.3, 0.4));
  const second = await cutAt(wallet, later, wallet.start('wallet', 'sync'));
  expect(second).toBeGreaterThan(first);
  await expectSound(wallet);
  const sync = wallet.start('wallet', 'sync');
  const third = await cutAt(wallet, part(0.5, 0.7), miner);
  console.log(`download: cut at ${first}, ${second} and ${third} of ${BLOCKS}`);
  miner = await startMiner();
  await timed('the rest', () => reaches(wallet, BLOCKS));

  const tips = await Promise.all([statusOf(server), statusOf(wallet)]);
  expect(tips[1]!.tip).toBe(tips[0]!.tip);
  expect((await sync.stop()).code).toBe(0);
  expect((await miner.stop()).code).toBe(0);
  const { blocks, payments } = await timed('verify', () => expectSound(wallet));
  expect(blocks).toBe(BLOCKS + 1);
  expect(payments).toBe((BLOCKS - 1) * PAYMENTS_OF_BLOCK);
}, TEST_MS_MAX);
