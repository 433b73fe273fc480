/**
 * Goal: a network that is cut apart and joined again has one chain, gives back every payment that can be given
 * back, says why the others cannot, and no balance is wrong.
 * Method: two halves of two miners in network namespaces of their own; programs find each other by the
 * broadcast addresses that they compute.
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

test.skipIf(whyNot !== undefined)('two halves that were cut apart become one network again', async () => {
  halves = Halves.create();
  network = await Network.create({
    block_size: 2, difficulty: 18, broadcast_address: '', listen_address: '0.0.0.0',
  });
  const net = network;
  const [l1, l2] = ['l1', 'l2'].map((name) => net.place(name, halves!.host(0, name))) as [Place, Place];
  const [r1, r2] = ['r1', 'r2'].map((name) => net.place(name, halves!.host(1, name))) as [Place, Place];
  const all = [l1, l2, r1, r2];

  // Together: keys get money that both halves know of.
  const miners = new Map([[l1, await startMiner(l1)]]);
  await until('the first reward', async () => (await statusOf(l1)).height === 1);
  for (const place of [l2, r1, r2]) miners.set(place, await startMiner(place));
  const early = await newKey(l2, 'early');
  const shared = await newKey(r1, 'shared');
  const right = await newKey(r2, 'right');
  await newKey(l1, 'late');
  copyFileSync(join(r1.folder, 'shared.pem'), join(l2.folder, 'shared.pem'));
  for (const address of [early, shared, right]) await send(l1, 'mining_rewards', '2', address);
  await timed('agreement before the cut', () => agree(all, () => send(l1, 'mining_rewards', '0.01', early)));

  halves.cut();
  // Left: `late` earns what the other half will not know of.
  expect((await miners.get(l1)!.stop()).code).toBe(0);
  miners.set(l1, await startMiner(l1, '--reward-to', 'late'));
  const again = await send(l2, 'early', '0.5', right);
  const twice = await send(l2, 'shared', '1', early);
  await confirmed(l2, again, twice);
  const nudgeLeft = (): Promise<string> => send(l2, 'early', '0.01', right);
  const more: string[] = [];
  while ((await balancesOf(l1)).balances.get('late') === 0n) {
    more.push(await nudgeLeft());
    await confirmed(l2, ...more);
    await agree([l1, l2], nudgeLeft);
  }
  const unfunded = await send(l1, 'late', '4', early);
  await confirmed(l1, unfunded);
  await agree([l1, l2], nudgeLeft);
  const leftHeight = (await statusOf(l1)).height;

  // Right: the same key pays somebody else, and there is more work.
  const other = await send(r1, 'shared', '1.5', right);
  await confirmed(r1, other);
  while ((await statusOf(r2)).height < leftHeight + 2) {
    await confirmed(r2, await send(r2, 'right', '0.01', shared));
  }
  await agree([r1, r2], () => send(r2, 'right', '0.01', shared));
  const rightTip = await statusOf(r1);
  // A miner that is paid to `late` would give it the money after all.
  expect((await miners.get(l1)!.stop()).code).toBe(0);
  miners.set(l1, l1.start('wallet', 'sync'));

  halves.join();
  await timed('the left half leaves its branch', () => until('left follows right', async () =>
    (await l2.run('block', rightTip.tip, '--json')).code === 0
    && (await statusOf(l2)).height >= rightTip.height));
  const height = await timed('agreement after the cut', () =>
    agree(all, () => send(r2, 'right', '0.01', shared), new Map([[l1, 1]])));
  console.log(`partition: left ${leftHeight}, right ${rightTip.height}, joined ${height}`);

  for (const id of [again, ...more]) expect(['confirmed', 'final']).toContain(await codeOf(l2, id));
  expect(['confirmed', 'final']).toContain(await codeOf(r1, other));
  expect(await codeOf(l2, twice)).toBe('superseded');
  expect(await codeOf(l1, unfunded)).toBe('not-funded');
  const shown = await l2.ok('wallet', 'why', twice);
  expect(shown).toContain(`payment ${other.slice(0, 8)}`);
  await expectMoneyRight(all, height);
  for (const program of miners.values()) expect((await program.stop()).code).toBe(0);
  for (const place of all) await expectSound(place);
}, TEST_MS_MAX);
