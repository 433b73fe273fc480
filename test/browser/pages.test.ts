/**
 * Goal: the page shows what happens while it happens, works by keyboard and on a telephone, and no
 * page of it has a fault that a browser or axe can see.
 * Method: Chromium, two miners whose chains the test lets grow and meet; every page in light and
 * dark, wide and narrow. `MVB_PICTURES=write` keeps the pictures of `docs/img`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectQuiet, expectWell, NARROW, settled, Visitor, whyNoBrowser, WIDE,
} from './browser.ts';
import type { Visit } from './browser.ts';
import { Scene, signInAddress } from './scene.ts';
import type { Side } from './scene.ts';
import { until } from '../functional/support.ts';

const PICTURES = fileURLToPath(new URL('../../docs/img/', import.meta.url));
/** Blocks that both find by turns. */
const TURNS = 10;
const keepsPictures = process.env['MVB_PICTURES'] === 'write';

const whyNot = whyNoBrowser();
if (whyNot !== undefined) console.log(`SKIPPED: the tests in a browser: ${whyNot}`);

/** By the wallet's form. */
async function makeAddress({ page }: Visit, name: string): Promise<void> {
  const card = page.getByRole('region', { name: 'New address' });
  await card.getByLabel('Name').fill(name);
  await card.getByRole('button', { name: 'Make the address' }).click();
  await page.getByRole('cell', { name, exact: true }).waitFor();
}

interface Order {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

/** By the wallet's form, with a look at it before it is signed. */
async function pay({ page }: Visit, { from, to, amount }: Order): Promise<void> {
  const card = page.getByRole('region', { name: 'Pay somebody' });
  await card.getByLabel('From').selectOption(from);
  await card.getByLabel('To', { exact: true }).fill(to);
  await card.getByLabel('Amount').fill(amount);
  await card.getByRole('button', { name: 'Look at it first' }).click();
  await card.getByRole('heading', { name: 'Is this right?' }).waitFor();
  await card.getByRole('button', { name: 'Sign and send' }).click();
  await card.getByText('The payment is signed').waitFor();
}

describe.skipIf(whyNot !== undefined)('the page', () => {
  let [scene, visitor]: [Scene, Visitor] = [] as never;
  let [ann, bob]: [Side, Side] = [] as never;
  beforeAll(async () => {
    [scene, visitor] = await Promise.all([Scene.open(), Visitor.arrive()]);
    ann = await scene.start('ann');
  });
  afterAll(async () => {
    await visitor?.leave();
    await scene?.close();
  });

  test('a newcomer makes an address, pays, and sees it confirmed without reloading', async () => {
    await ann.miner.says(/mined new block! height=1 /);
    const visit = await visitor.signIn(await signInAddress(ann));
    const { page } = visit;
    expect(page.url(), 'the code is gone from the address').not.toContain('sign-in');
    await page.getByRole('link', { name: 'Wallet' }).click();
    await makeAddress(visit, 'alice');
    await pay(visit, { from: 'mining_rewards', to: 'alice', amount: '2.5' });
    const payments = page.getByRole('region', { name: 'Your payments' });
    await payments.getByText('confirmed', { exact: true }).waitFor();
    await page.getByRole('row', { name: /^alice 2\.5 / }).waitFor();
    await expectWell(visit);
    await visit.context.close();
  });

  test('a fork and the reorganisation that ends it are shown as they happen', async () => {
    bob = await scene.startAlone('bob');
    await bob.miner.says(/mined new block! height=1 /);
    const order = { from: 'mining_rewards', to: 'mining_rewards', amount: '1' };
    for (const height of [2, 3, 4]) {
      await bob.client.send(order, `block ${height}`);
      await bob.miner.says(new RegExp(`mined new block! height=${height} `));
    }
    const visit = await visitor.open(`${ann.url}/chain`);
    await settled(visit.page);
    await bob.miner.stop();
    bob = await scene.start('bob');
    await ann.miner.says(/reorg/i);
    await visit.page.getByText(/left 2 blocks|2 blocks/i).first().waitFor();
    await until('all of it is there', async () => (await ann.client.status()).height === 4);
    expect((await ann.client.reorgs()).items).toMatchObject([
      // As soon as three blocks outweigh two; the fourth follows.
      { fork_height: 0, disconnected_count: 2, connected_count: 3 },
    ]);
    await expectWell(visit);
    await visit.context.close();
  });

  test('when each of the two had a block is seen, whoever found it', async () => {
    const order = { from: 'mining_rewards', to: 'mining_rewards', amount: '1' };
    const heights = async (): Promise<number[]> => await Promise.all(
      [ann, bob].map(async ({ client }) => (await client.status()).height),
    );
    for (let turn = 0; turn < TURNS; turn++) {
      // One at a time, or both would find a block with the same payment.
      const [finder, other] = turn % 2 === 0 ? [ann, bob] : [bob, ann];
      await other.client.controlMining({ paused: true });
      await finder.client.controlMining({ paused: false });
      const [before = 0] = await heights();
      await bob.client.send({ ...order, fee: `0.${turn + 1}` }, `together ${turn}`);
      // Perhaps two blocks: what Ann's lost branch paid is paid again once she has earned enough.
      await until(`both are beyond ${before}`, async () => {
        const [first = 0, second = 0] = await heights();
        return first > before && first === second;
      });
    }
    for (const { client } of [ann, bob]) {
      await client.controlMining({ paused: false });
      await until('each has heard of the other for each block', async () => {
        const { items } = await client.propagation({ limit: TURNS });
        return items.every(({ arrivals }) => arrivals.length === 1);
      });
      expect((await client.mining()).shares.map(({ tag }) => tag).sort()).toEqual(['ann', 'bob']);
    }
    const visit = await visitor.open(`${ann.url}/propagation`);
    await settled(visit.page);
    await visit.page.getByText(/bob/).first().waitFor();
    await expectWell(visit);
    await visit.context.close();
  });

  const pages = [
    ['live', '/'], ['chain', '/chain'], ['block', '/block/2'], ['payment', '/payment/:payment'],
    ['address', '/address/:address'], ['pending', '/pending'], ['mining', '/mining'],
    ['peers', '/peers'], ['propagation', '/propagation'], ['wallet', '/wallet'],
    ['screen', '/screen'], ['learn', '/learn'], ['api', '/api'],
  ] as const;
  const looks = [
    { name: 'light', colorScheme: 'light', viewport: WIDE },
    { name: 'dark', colorScheme: 'dark', viewport: WIDE },
    { name: 'narrow', colorScheme: 'light', viewport: NARROW },
  ] as const;

  for (const { name: look, ...options } of looks) {
    test(`every page is well: ${look}`, async () => {
      const visit = await visitor.signIn(await signInAddress(ann), options);
      const { keys } = await ann.client.wallet();
      const [payment] = (await bob.client.payments()).items;
      for (const [name, path] of pages) {
        const at = path.replace(':payment', payment!.id).replace(':address', keys[0]!.address);
        await visit.page.goto(`${ann.url}${at}`);
        await settled(visit.page);
        // Names do not depend on the colours, and neither on the width.
        if (look === 'narrow') await expectQuiet(visit);
        else await expectWell(visit, look === 'dark' ? ['color-contrast'] : undefined);
        if (!keepsPictures || look === 'narrow') continue;
        mkdirSync(PICTURES, { recursive: true });
        await visit.page.screenshot({ path: join(PICTURES, `${name}-${look}.png`) });
      }
      await visit.context.close();
    });
  }
});
