/**
 * Goal: a small network does what the README promises: rewards, payments, one tip, and no coin too
 * many or too few on any node; also when one of them sleeps for a while.
 * Method: real processes with data directories of their own on loopback; chance picks who pays
 * whom.
 */
import { afterEach, expect, test } from 'vitest';
import type { Chance } from '../../src/sim/random.ts';
import { Air } from './air.ts';
import { agree, balancesOf, expectMoneyRight, expectSound, statusOf } from './measures.ts';
import { chanceFor, delay, scaled, TEST_MS_MAX, timed } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const PAYMENTS = scaled(16, 40);
const LANES = 2;

let network: Network;
let air: Air | undefined;

afterEach(async () => {
  await air?.close();
  air = undefined;
  await network.close();
});

interface Person {
  readonly place: Place;
  readonly key: string;
  readonly address: string;
}

/** The address of the key, in the place where it is. */
async function personAt(place: Place, key: string): Promise<Person> {
  return { place, key, address: (await place.funds(key)).address };
}

/** One payment between two of them; false when the payer has not enough. */
async function pay(people: readonly Person[], chance: Chance): Promise<boolean> {
  const [from, to] = chance.shuffle(people) as [Person, Person];
  const amount = (chance.between(1, 1_000_000) / 1_000_000).toFixed(6);
  const args = ['wallet', 'send', from.key, amount, to.address, '--json'];
  const { code, stdout, stderr } = await from.place.run(...args);
  if (code === 0) return true;
  expect(stdout + stderr).toContain('INSUFFICIENT_FUNDS');
  return false;
}

async function payTimes(count: number, people: readonly Person[], chance: Chance): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left--;
      if (await pay(people, chance)) continue;
      left++;
      await delay(100);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

test('three miners and two wallets agree on every payment and every balance', async () => {
  const chance = chanceFor('network');
  network = await Network.create({ block_size: 5, block_wait_seconds: 1, difficulty: 20 });
  const minerPlaces = ['m1', 'm2', 'm3'].map((name) => network.place(name));
  const walletPlaces = ['w1', 'w2'].map((name) => network.place(name));
  const miners = minerPlaces.map((place, index) => place.start('miner', `tag=m${index + 1}`));
  for (const miner of miners) await miner.says(/Rewards go to key \[mining_rewards\]/);
  await Promise.all([
    walletPlaces[0]!.ok('wallet', 'new-address', 'alice'),
    walletPlaces[1]!.ok('wallet', 'new-address', 'bob', 'key_type=rsa'),
  ]);
  const syncs = walletPlaces.map((place) => place.start('wallet', 'sync'));
  for (const sync of syncs) await sync.says(/Sync writes the blockchain here/);
  const people = await Promise.all([
    ...minerPlaces.map((place) => personAt(place, 'mining_rewards')),
    personAt(walletPlaces[0]!, 'alice'), personAt(walletPlaces[1]!, 'bob'),
  ]);
  await until('somebody has a reward', async () => {
    const states = await Promise.all(people.map(({ place }) => statusOf(place)));
    return states.every(({ height }) => height > 0);
  });

  await timed(`${PAYMENTS} payments`, () => payTimes(PAYMENTS, people, chance));
  const places = people.map(({ place }) => place);
  const height = await timed('agreement', () => agree(places, () => payTimes(1, people, chance)));
  console.log(`network: height ${height}`);
  expect(height).toBeGreaterThan(PAYMENTS / 5 / 2);
  await expectMoneyRight(places, height);

  const ends = await Promise.all([...miners, ...syncs].map((program) => program.stop()));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  for (const { place } of people) await expectSound(place);
}, TEST_MS_MAX);

test('who slept for a while catches up, and a reader works beside a miner', async () => {
  network = await Network.create({ block_size: 1, difficulty: 17 });
  air = await Air.open(network);
  const [first, second] = [network.place('a'), network.place('b')];
  const awake = first.start('miner', 'tag=awake');
  await air.reaches('awake', 1);
  const sleeper: Program = second.start('miner', 'tag=sleeper');
  await air.reaches('sleeper', 3);
  sleeper.signal('SIGSTOP');
  const before = air.last('awake')!.height;
  // It is the other's blocks that count, and the time in which timers did not run.
  await delay(scaled(3_000, 60_000));
  await air.reaches('awake', before + 3);
  const missed = air.last('awake')!.height;
  for (let round = 0; round < 3; round++) {
    expect((await balancesOf(first)).height).toBeGreaterThanOrEqual(before);
  }
  sleeper.signal('SIGCONT');
  await air.reaches('sleeper', missed + 1);
  // Together again: each knows blocks of the other's work.
  await sleeper.says(/Received (?:new )?blocks?\b|REORG/);
  for (const program of [sleeper, awake]) {
    const { code, stdout } = await program.stop();
    expect(code).toBe(0);
    // Silence of a while is nobody's fault.
    expect(stdout).not.toMatch(/peer refused/);
  }
  await expectSound(first);
  await expectSound(second);
}, TEST_MS_MAX);
