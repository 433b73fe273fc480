/**
 * How fast a node validates: bytes of blocks in memory, decoded, checked, connected, on disk.
 *
 * Owns: rows `connect/*`. Does not own: the limit (`raw-verify.ts`), the pipeline (`pipeline.ts`).
 */
import { rmSync } from 'node:fs';
import { KEY_KINDS } from './keys.ts';
import {
  blockBytesOf, LARGE_BLOCK, paymentChain, paymentsIn, sampleOf, SMALL_BLOCK,
} from './payment-chains.ts';
import { connectAll } from './pipeline.ts';
import { newFolder, placeOf } from './places.ts';
import type { ChainPlace } from './places.ts';
import { openChainIn } from './product.ts';
import { RawVerify } from './raw-verify.ts';
import type { Bench, BenchSize, Row } from './row.ts';

/** Both sides take turns so often, and the best of each counts: others disturb now and then. */
const ROUNDS = { tiny: 1, full: 3 } as const;
const LIMIT_MS = { tiny: 20, full: 1_000 } as const;
const TARGET = 0.7;

export const connectBench: Bench = {
  name: 'connect',
  async run(size, say) {
    const rows: Row[] = [];
    for (const key of KEY_KINDS) {
      for (const perBlock of [LARGE_BLOCK, SMALL_BLOCK]) {
        const spec = paymentChain(key, perBlock, size);
        const place = await placeOf(spec, say);
        const name = `connect/${key}${perBlock === SMALL_BLOCK ? '-small-blocks' : ''}`;
        say(name);
        const { rate, limit } = await measure(place, paymentsIn(spec), size);
        rows.push({
          name, value: rate, unit: 'payments/s', better: 'higher', limit, ratio: rate / limit,
          ...(perBlock === LARGE_BLOCK ? { target: TARGET } : {}),
          note: `${perBlock} payments a block; limit: bare crypto.verify on all processors`,
        });
      }
    }
    return rows;
  },
};

async function measure(
  place: ChainPlace, payments: number, size: BenchSize,
): Promise<{ rate: number; limit: number }> {
  const blocks = blockBytesOf(place);
  const raw = new RawVerify(sampleOf(place, blocks));
  let [rate, limit] = [0, 0];
  try {
    for (let round = 0; round < ROUNDS[size]; round++) {
      limit = Math.max(limit, await raw.measure(LIMIT_MS[size]));
      rate = Math.max(rate, (1_000 * payments) / await connect(place, blocks));
    }
  } finally {
    await raw.close();
  }
  return { rate, limit };
}

/** Milliseconds until the last block is on disk. */
async function connect(
  { params }: ChainPlace, blocks: readonly Uint8Array[],
): Promise<number> {
  const folder = newFolder();
  const opened = openChainIn(folder, params);
  const startedAt = performance.now();
  await connectAll(opened, blocks);
  await opened.close();
  const elapsedMs = performance.now() - startedAt;
  rmSync(folder, { recursive: true });
  return elapsedMs;
}
