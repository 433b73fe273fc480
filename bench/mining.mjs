/**
 * How fast the kernels search, and how long the event loop waits meanwhile.
 *
 * `npm run build && node bench/mining.mjs [seconds]`. Ratios compare runs of one moment, so they
 * say more than the figures, which depend on what else the machine does.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { searchReference } from '../dist/crypto/sha256-search.js';
import { createWasmSearch } from '../dist/platform/kernels/wasm-search.js';
import { createWorkerKernel } from '../dist/platform/kernels/worker-kernel.js';

const seconds = Number(process.argv[2] ?? 3);
const header = new Uint8Array(116).fill(7);
const target = new Uint8Array(32); // No hash is below zero.
const log = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** Hashes per second of a search on this thread; the first half warms up. */
function rateOf(search, count) {
  let [hashes, startedMs] = [0, performance.now()];
  for (const isWarm of [false, true]) {
    [hashes, startedMs] = [0, performance.now()];
    while (performance.now() - startedMs < 500 * seconds) {
      search(header, target, BigInt(hashes), count);
      hashes += count;
    }
    if (isWarm) return (1000 * hashes) / (performance.now() - startedMs);
  }
}

/** Hashes per second of mining threads, and how late timers are while they mine. */
async function threadsOf(threads) {
  const kernel = createWorkerKernel({ threads, log });
  kernel.start({ header, target }, () => {});
  while (kernel.hashCount() === 0n) await delay(1);
  await delay(500 * seconds);
  const [before, startedMs, lateMs] = [kernel.hashCount(), performance.now(), []];
  while (performance.now() - startedMs < 500 * seconds) {
    const setMs = performance.now();
    await delay(1);
    lateMs.push(performance.now() - setMs - 1);
  }
  const rate = (1000 * Number(kernel.hashCount() - before)) / (performance.now() - startedMs);
  await kernel.close();
  lateMs.sort((a, b) => a - b);
  return { rate, lateP99Ms: lateMs[Math.floor(0.99 * lateMs.length)] };
}

const wasmFile = new URL('../dist/kernels/search.wasm', import.meta.url);
const wasm = createWasmSearch(readFileSync(wasmFile));
const reference = rateOf(searchReference, 10_000);
const rates = [
  ['reference', { rate: reference }],
  ['wasm', { rate: rateOf(wasm, 200_000) }],
  ['wasm, 1 mining thread', await threadsOf(1)],
  ['wasm, 2 mining threads', await threadsOf(2)],
];
for (const [name, { rate, lateP99Ms }] of rates) {
  const mega = (rate / 1e6).toFixed(2).padStart(8);
  const ratio = (rate / reference).toFixed(1).padStart(5);
  const late = lateP99Ms === undefined ? '' : `  timers late, p99: ${lateP99Ms.toFixed(1)} ms`;
  console.log(`${name.padEnd(24)}${mega} MH/s  x ${ratio}${late}`);
}
