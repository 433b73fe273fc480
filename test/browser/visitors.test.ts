/**
 * Goal: whoever has only a keyboard can pay; whoever names a key or a miner cannot run a line of
 * code in the page of others; who opens the page does not wait for what is not shown; and a page
 * outlives its miner.
 * Method: Chromium and one miner whose tag is markup.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectQuiet, settled, tabTo, Visitor, whyNoBrowser } from './browser.ts';
import { Scene, signInAddress } from './scene.ts';
import type { Side } from './scene.ts';

/** (policy) All JavaScript that the first page fetches, as it travels. */
const FIRST_PAGE_BYTES_MAX = 150_000;
const HOSTILE_TAG = '<img onerror=evil()>';
const HOSTILE_NAME = '<img src=x onerror=globalThis.evil=1>';

const whyNot = whyNoBrowser();
if (whyNot !== undefined) console.log(`SKIPPED: the visitors in a browser: ${whyNot}`);

describe.skipIf(whyNot !== undefined)('visitors of the page', () => {
  let [scene, visitor]: [Scene, Visitor] = [] as never;
  let miner: Side = undefined as never;
  beforeAll(async () => {
    [scene, visitor] = await Promise.all([Scene.open(), Visitor.arrive()]);
    miner = await scene.start('a', `tag=${HOSTILE_TAG}`);
    await miner.miner.says(/mined new block! height=1 /);
  });
  afterAll(async () => {
    await visitor?.leave();
    await scene?.close();
  });

  test('with a keyboard alone an address is made and paid', async () => {
    const visit = await visitor.signIn(await signInAddress(miner));
    const { page } = visit;
    await settled(page);
    await page.locator('body').press('Tab');
    const first = page.locator(':focus');
    expect(await first.textContent()).toBe('Skip to the page');
    await tabTo(page, 'Wallet');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    // A new page begins at its heading, or a reader would hear the menu again.
    await page.locator('h1:focus').waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('carol');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'carol', exact: true }).waitFor();

    await page.reload();
    await settled(page);
    await tabTo(page, 'From');
    await page.keyboard.type('mining');
    await tabTo(page, 'To');
    await page.keyboard.type('carol');
    await tabTo(page, 'Amount');
    await page.keyboard.type('1.25');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Is this right?' }).waitFor();
    await tabTo(page, 'Sign and send');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /^carol 1\.25 / }).waitFor();
    await expectQuiet(visit);
    await visit.context.close();
  });

  test('names that are markup are only text', async () => {
    const visit = await visitor.signIn(await signInAddress(miner));
    const { page } = visit;
    const expectText = async (text: string): Promise<void> => {
      await page.getByText(text).filter({ visible: true }).first().waitFor();
      expect(await page.locator('img:not([src="/icon.svg"])').count(), page.url()).toBe(0);
    };
    for (const path of ['/', '/chain', '/block/1', '/mining']) {
      await page.goto(`${miner.url}${path}`);
      await settled(page);
      await expectText(HOSTILE_TAG);
    }
    // No key can have such a name; whoever is asked to pay to one reads it in the answer.
    await page.goto(`${miner.url}/wallet`);
    await page.getByLabel('To', { exact: true }).fill(HOSTILE_NAME);
    await page.getByLabel('Amount').fill('1');
    await page.getByRole('button', { name: 'Look at it first' }).click();
    await expectText(HOSTILE_NAME);
    expect(await page.evaluate('globalThis.evil')).toBeUndefined();
    await visit.context.close();
  });

  test('the first page fetches no more than it shows', async () => {
    const visit = await visitor.open('about:blank');
    const sizes = new Map<string, number>();
    visit.page.on('response', (response) => {
      if (!/\.js$/.test(new URL(response.url()).pathname)) return;
      sizes.set(response.url(), Number(response.headers()['content-length']));
    });
    await visit.page.goto(`${miner.url}/`);
    await settled(visit.page);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    console.log(`the first page fetches ${sizes.size} scripts, ${total} bytes compressed`);
    expect(sizes.size).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
    await visit.context.close();
  });

  test('when the miner goes the page says so, and heals when it is back', async () => {
    const visit = await visitor.open(`${miner.url}/`);
    const { page } = visit;
    await settled(page);
    const { port } = new URL(miner.url);
    await miner.miner.stop();
    await page.getByText('The miner does not answer').waitFor();
    miner = await scene.start('a', `tag=${HOSTILE_TAG}`, `dashboard_port=${port}`);
    await page.getByText('The miner does not answer').waitFor({ state: 'detached' });
    await visit.context.close();
  });
});
