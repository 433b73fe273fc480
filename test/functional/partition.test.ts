/**
 * Goal: a network that is cut apart and joined again has one chain, gives back every payment that
 * can be given back, says why the others cannot, and no balance is wrong.
 * Method: two halves of two miners in network namespaces of their own; programs find each other by
 * the broadcast addresses that they compute.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { agree, balancesOf, expectMoneyRight, expectSound, statusOf } from './measures.ts';
import { Halves, whyNoNamespaces } from './namespaces.ts';
import { TEST_MS_MAX, timed } from './scale.ts';
import { Network, until } from './support.ts';
import type { Place, Program } from './support.ts';

const whyNot = whyNoNamespaces();
if (whyNot !== undefined) console.log(`SKIPPED: the partition test: ${whyNot}`);

let network: Network | undefined;
let halves: Halves | undefined;

afterEach(async () => {
  await network?.close();
  halves?.close();
  network = halves = undefined;
});

/** Sends, and gives the payment's id. */
async function send(place: Place, from: string, amount: string, to: string): Promise<string> {
  const words = await place.ok('wallet', 'send', from, amount, to, '--json');
  return (JSON.parse(words) as { id: string }).id;
}

async function confirmed(place: Place, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await until(`${id} is in a block`, async () => {
      const { status } = JSON.parse(await place.ok('payment', id, '--json')) as { status: string };
      return status === 'confirmed';
    });
  }
}

async function codeOf(place: Place, id: string): Promise<string> {
  return (JSON.parse(await place.ok('wallet', 'why', id, '--json')) as { code: string }).code;
}

async function newKey(place: Place, name: string): Promise<string> {
  await place.ok('wallet', 'new-address', name);
  return (await place.funds(name)).address;
}

async function startMiner(place: Place, ...more: string[]): Promise<Program> {
  const miner = place.start('miner', ...more);
  await miner.says(/Rewards go to/);
  return miner;
}

interface Sides {
  readonly l1: Place;
  readonly l2: Place;
  readonly r1: Place;
  readonly r2: Place;
  /** What runs in each place. */
  readonly programs: Map<Place, Program>;
  /** Addresses by key. */
  readonly addresses: Readonly<Record<'early' | 'shared' | 'right', string>>;
}

/** Together: keys get money that both halves know of. */
async function found(): Promise<Sides> {
  halves = Halves.create();
  network = await Network.create({
    block_size: 2, difficulty: 20, broadcast_address: '', listen_address: '0.0.0.0',
  });
  const l1 = network.place('l1', halves.host(0, 'l1'));
  const l2 = network.place('l2', halves.host(0, 'l2'));
  const r1 = network.place('r1', halves.host(1, 'r1'));
  const r2 = network.place('r2', halves.host(1, 'r2'));
  const programs = new Map([[l1, await startMiner(l1)]]);
  await until('the first reward', async () => (await statusOf(l1)).height === 1);
  for (const place of [l2, r1, r2]) programs.set(place, await startMiner(place));
  const addresses = {
    early: await newKey(l2, 'early'),
    shared: await newKey(r1, 'shared'),
    right: await newKey(r2, 'right'),
  };
  await newKey(l1, 'late');
  copyFileSync(join(r1.folder, 'shared.pem'), join(l2.folder, 'shared.pem'));
  for (const to of Object.values(addresses)) await send(l1, 'mining_rewards', '2', to);
  await agree([l1, l2, r1, r2], () => send(l1, 'mining_rewards', '0.01', addresses.early));
  return { l1, l2, r1, r2, programs, addresses };
}

interface LeftPayments {
  /** Of keys that have money in both halves, and pay in this one only. */
  readonly again: readonly string[];
  /** Of a key that pays in the other half too. */
  readonly twice: string;
  /** Of money that the other half will not know of. */
  readonly unfunded: string;
}

async function payLeft({ l1, l2, programs, addresses }: Sides): Promise<LeftPayments> {
  expect((await programs.get(l1)!.stop()).code).toBe(0);
  programs.set(l1, await startMiner(l1, '--reward-to', 'late'));
  const again = [await send(l2, 'early', '0.5', addresses.right)];
  const twice = await send(l2, 'shared', '1', addresses.early);
  await confirmed(l2, ...again, twice);
  const nudge = async (): Promise<void> => {
    again.push(await send(l2, 'early', '0.01', addresses.right));
    await confirmed(l2, ...again);
  };
  do {
    await nudge();
    await agree([l1, l2], nudge);
  } while ((await balancesOf(l1)).balances.get('late') === 0n);
  const unfunded = await send(l1, 'late', '4', addresses.early);
  await confirmed(l1, unfunded);
  await agree([l1, l2], nudge);
  return { again, twice, unfunded };
}

/** More work than in the left half; gives the payment of the key that has paid there, too. */
async function payRight({ r1, r2, addresses }: Sides, leftHeight: number): Promise<string> {
  const other = await send(r1, 'shared', '1.5', addresses.right);
  await confirmed(r1, other);
  const nudge = async (): Promise<void> =>
    confirmed(r2, await send(r2, 'right', '0.01', addresses.shared));
  while ((await statusOf(r2)).height < leftHeight + 2) await nudge();
  await agree([r1, r2], nudge);
  return other;
}

test.skipIf(whyNot !== undefined)('two halves become one network again', async () => {
  const sides = await timed('together', found);
  const { l1, l2, r1, r2, programs, addresses } = sides;
  const all = [l1, l2, r1, r2];
  halves!.cut();
  const { again, twice, unfunded } = await timed('left', () => payLeft(sides));
  const left = await statusOf(l1);
  const other = await timed('right', () => payRight(sides, left.height));
  const right = await statusOf(r1);
  expect((await r1.run('block', left.tip)).code, 'the cut is one').not.toBe(0);
  // A miner that is paid to `late` would give it the money after all.
  expect((await programs.get(l1)!.stop()).code).toBe(0);
  programs.set(l1, l1.start('wallet', 'sync'));

  halves!.join();
  await timed('joined', () => until('the left half leaves its branch', async () =>
    (await l2.run('block', right.tip)).code === 0 && (await statusOf(l2)).height >= right.height));
  const nudge = (): Promise<string> => send(r2, 'right', '0.01', addresses.shared);
  const height = await timed('agreed', () => agree(all, nudge, new Map([[l1, 1]])));
  console.log(`partition: left ${left.height}, right ${right.height}, joined ${height}`);

  for (const id of again) expect(['confirmed', 'final']).toContain(await codeOf(l2, id));
  expect(['confirmed', 'final']).toContain(await codeOf(r1, other));
  expect(await codeOf(l2, twice)).toBe('superseded');
  expect(await l2.ok('wallet', 'why', twice)).toContain(`payment ${other.slice(0, 8)}`);
  expect(await codeOf(l1, unfunded)).toBe('not-funded');
  await expectMoneyRight(all, height);
  for (const program of programs.values()) expect((await program.stop()).code).toBe(0);
  for (const place of all) await expectSound(place);
}, TEST_MS_MAX);
