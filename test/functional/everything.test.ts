/**
 * Goal: ten minutes of everything at once, and afterwards a miner has the memory and the
 * descriptors that it had before, no block or payment is lost, and all are of one chain.
 * Method: three miners and a `sync` under steady payments. One miner is killed and started again,
 * another stopped and continued; strangers send noise, lie, open connections, leave requests half
 * done, and do not read. The third, which nobody kills, is measured. Only in `npm run soak`.
 */
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { BlockId } from '../../src/consensus/types.ts';
import type { Chance } from '../../src/sim/random.ts';
import { Air } from './air.ts';
import { dismiss, frame, hello, knock } from './guest.ts';
import {
  CountedPlace, descriptorsOf, inMegabytes, isAtBaseline, isLoadKnown, memoryOf,
} from './load.ts';
import { expectSound, statusOf, StoreWindow } from './measures.ts';
import { Payer } from './payer.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const MINUTES = scaled(0, Number(process.env['FUNCTIONAL_MINUTES'] ?? 10));
const isWanted = MINUTES > 0 && isLoadKnown;
/** What caches of a bounded size may hold more: payments, headers, verdicts. */
const HELD_GROWTH_BYTES_MAX = 24 * 2 ** 20;
/** Besides, what is not collected yet: V8 lets 64 MB of buffers wait, and as much of a heap. */
const MEMORY_GROWTH_BYTES_MAX = 256 * 2 ** 20;
const ZERO_ID = '00'.repeat(32) as BlockId;
const GUESTS_MAX = 200;

let network: Network | undefined;
let air: Air | undefined;
let payer: Payer | undefined;
let window: StoreWindow | undefined;

afterEach(async () => {
  payer?.stop();
  window?.close();
  dismiss();
  await air?.close();
  await network?.close();
  network = air = payer = window = undefined;
});

async function noise(chance: Chance): Promise<void> {
  const honest = air!.last('steady')!;
  const status = frame({ kind: 'status', ...honest });
  const lie = frame({
    kind: 'status', ...honest, session: randomBytes(8).toString('hex'), work: 1n << 200n,
    height: 999_999, tipId: ZERO_ID, blockServerPort: chance.between(1_024, 65_535), tag: 'liar',
  });
  const kinds = [
    chance.bytes(chance.between(0, 1_200)), status.subarray(0, chance.between(0, status.length)),
    lie, payer!.frame(payer!.payment(chance.between(0, 500))),
  ];
  await air!.send(chance.happens(0.5) ? 'status' : 'payment', chance.pick(kinds));
}

/** One connection of a kind that is no use to anybody. */
async function visit(chance: Chance): Promise<void> {
  const like = air!.last('steady')!;
  const socket = await knock(like.blockServerPort);
  const headers = frame({ kind: 'getHeaders', locator: [ZERO_ID] });
  const kinds: readonly (() => void)[] = [
    () => {},
    () => socket.write(hello(like).subarray(0, chance.between(1, 100))),
    () => {
      socket.write(hello(like));
      socket.write(headers.subarray(0, 12));
    },
    () => {
      socket.write(hello(like));
      for (let count = 0; count < 50; count++) socket.write(headers);
    },
    () => socket.write(chance.bytes(500)),
  ];
  chance.pick(kinds)();
  setTimeout(() => socket.destroy(), chance.between(100, 30_000)).unref();
}

/** Kills a miner now and then; gives the last one that runs. */
async function killAgain(place: Place, chance: Chance, isOver: () => boolean): Promise<Program> {
  for (;;) {
    const miner = place.start('miner', 'tag=killed', '--reward-to', payer!.address);
    await delay(chance.between(3_000, 15_000));
    if (isOver()) return miner;
    const { code, stderr } = await miner.stop('SIGKILL');
    expect({ code, stderr }).toEqual({ code: null, stderr: '' });
    await expectSound(place);
  }
}

async function stopAgain(miner: Program, chance: Chance, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await delay(chance.between(1_000, 10_000));
    miner.signal('SIGSTOP');
    await delay(chance.between(100, 8_000));
    miner.signal('SIGCONT');
  }
}

async function trouble(chance: Chance, isOver: () => boolean): Promise<void> {
  let guests = 0;
  while (!isOver()) {
    for (let count = 0; count < 5; count++) await noise(chance);
    if (guests++ % 4 === 0) for (let at = 0; at < GUESTS_MAX / 40; at++) await visit(chance);
    await delay(20);
  }
}

test.skipIf(!isWanted)(`${MINUTES} minutes of everything leave nothing behind`, async () => {
  const chance = chanceFor('everything');
  network = await Network.create({ block_size: 2, block_wait_seconds: 1, difficulty: 20 });
  air = await Air.open(network);
  payer = new Payer(network, air);
  const counted = new CountedPlace(network, 'steady');
  const steadyAt = counted.place;
  const [stoppedAt, killedAt, walletAt] =
    ['stopped', 'killed', 'wallet'].map((name) => network!.place(name));
  const rewards = ['--reward-to', payer.address];
  const steady = steadyAt.start('miner', 'tag=steady', ...rewards);
  await air.reaches('steady', 1);
  const stopped = stoppedAt!.start('miner', 'tag=stopped', ...rewards);
  const sync = walletAt!.start('wallet', 'sync');
  await sync.says(/Sync writes the blockchain here/);
  window = StoreWindow.open(steadyAt)!;
  payer.start(window);
  await air.reaches('stopped', 5);
  // Once all of it has been in use.
  await delay(5_000);
  const before = {
    held: await counted.heldBy(steady), memory: memoryOf(steady),
    descriptors: descriptorsOf(steady),
  };

  const endsAt = performance.now() + 60_000 * MINUTES;
  const isOver = (): boolean => performance.now() > endsAt;
  const [last] = await Promise.all([
    killAgain(killedAt!, chance, isOver), stopAgain(stopped, chance, isOver),
    trouble(chance, isOver),
  ]);
  const during = { memory: memoryOf(steady), descriptors: descriptorsOf(steady) };
  dismiss();
  const { height } = await statusOf(steadyAt);
  for (const tag of ['steady', 'stopped', 'killed']) await air.reaches(tag, height + 3);
  await until('the wallet is there', async () => (await statusOf(walletAt!)).height >= height);
  payer.stop();
  expect((await last.stop()).code).toBe(0);
  await until('descriptors are back', () => isAtBaseline(steady, before.descriptors));
  const after = { memory: memoryOf(steady), held: await counted.heldBy(steady) };
  console.log(`everything: height ${height}, `
    + `held ${[before.held, after.held].map(inMegabytes).join(', ')} MB, memory `
    + `${[before.memory, during.memory, after.memory].map(inMegabytes).join(', ')} MB, descriptors `
    + `${before.descriptors}, ${during.descriptors}, ${descriptorsOf(steady)}`);
  expect(after.held - before.held).toBeLessThan(HELD_GROWTH_BYTES_MAX);
  expect(after.memory - before.memory).toBeLessThan(MEMORY_GROWTH_BYTES_MAX);
  for (const program of [steady, stopped, sync]) {
    const { code, stderr } = await program.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  for (const place of [steadyAt, stoppedAt, killedAt, walletAt]) await expectSound(place!);
}, TEST_MS_MAX);
