/**
 * Measures the page in Chromium on a long chain: `node bench/page.mjs [blocks]`, 1,000,000 when not
 * given. Prints the first picture, the frames while the tree is dragged and zoomed, and what was
 * fetched meanwhile. It needs a built program and the packages for development.
 *
 * Owns: these figures, each beside its limit; `docs/performance.md` tells what they were.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const BROWSER = '/usr/bin/chromium';
const FRAME_MS = 1000 / 60;
const FIRST_PICTURE_MS_MAX = 1_000;
const ROUNDS = 5;

const blocks = process.argv[2] ?? '1000000';
const folder = mkdtempSync(join(tmpdir(), 'mvb-page-'));

function generate() {
  const made = spawnSync(process.execPath, [
    PROGRAM, 'bench', 'generate', '--blocks', blocks, '--data-dir', folder,
  ], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error('the chain could not be made');
}

async function startExplorer() {
  const child = spawn(process.execPath, [
    PROGRAM, 'explorer', '--data-dir', folder, 'dashboard_port=0',
  ], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const found = /http:\/\/[\d.]+:\d+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    child.on('close', () => reject(new Error('the explorer ended')));
  });
  return { url, stop: () => child.kill('SIGINT') };
}

/** When the browser painted the first block of the strip, from the request on. */
async function firstPicture(browser, url) {
  const page = await (await browser.newContext()).newPage();
  const startedAt = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  // Whatever stands between the thousands.
  const height = new RegExp(Number(blocks).toLocaleString('en-US').replaceAll(',', '\\s?'));
  await page.locator('main').getByText(height).first().waitFor();
  const shownAt = performance.now();
  await page.context().close();
  return shownAt - startedAt;
}

/** Frame times while the tree is dragged and zoomed, and the requests that it made. */
async function frames(browser, url) {
  const viewport = { width: 1280, height: 800 };
  const page = await (await browser.newContext({ viewport })).newPage();
  await page.goto(`${url}/chain?at=500000`);
  const tree = page.locator('main svg').first();
  await tree.waitFor();
  await page.waitForLoadState('networkidle').catch(() => {});
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await page.evaluate(`globalThis.frameTimes = []; {
    let last = performance.now();
    const look = (now) => { frameTimes.push(now - last); last = now; requestAnimationFrame(look); };
    requestAnimationFrame(look);
  }`);
  const box = await tree.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (let round = 0; round < ROUNDS; round++) {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 300, y, { steps: 30 });
    await page.mouse.move(x + 300, y, { steps: 60 });
    await page.mouse.up();
    await page.keyboard.down('Control');
    for (let step = 0; step < 20; step++) await page.mouse.wheel(0, round % 2 === 0 ? 120 : -120);
    await page.keyboard.up('Control');
  }
  const times = (await page.evaluate('frameTimes')).sort((a, b) => a - b);
  await page.context().close();
  return { times, requests };
}

function row(name, value, limit) {
  const beside = limit === undefined ? ''
    : `   limit ${limit}   ratio ${(value / limit).toFixed(2)}`;
  console.log(`${name.padEnd(28)} ${value.toFixed(1).padStart(8)}${beside}`);
}

generate();
const explorer = await startExplorer();
const browser = await chromium.launch({
  executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const pictures = [];
  for (let round = 0; round < ROUNDS; round++) {
    pictures.push(await firstPicture(browser, explorer.url));
  }
  row('page/first-picture ms', pictures.sort((a, b) => a - b)[ROUNDS >> 1], FIRST_PICTURE_MS_MAX);
  const { times, requests } = await frames(browser, explorer.url);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  row('page/frame-p50 ms', at(0.5), Number(FRAME_MS.toFixed(1)));
  row('page/frame-p95 ms', at(0.95), Number(FRAME_MS.toFixed(1)));
  row('page/frame-max ms', times.at(-1));
  row('page/requests', requests);
} finally {
  await browser.close();
  explorer.stop();
  rmSync(folder, { recursive: true, force: true });
}
