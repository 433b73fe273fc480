/**
 * How fast a new node fetches a chain: two processes of the program, loopback TCP between them.
 *
 * Owns: rows `sync/*`. The clock starts when the miner says that the wallet is linked, so headers
 * count, and stops when the last block is in the wallet's store; finding each other does not count.
 * Does not own: the limit (`raw-verify.ts`).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Chain } from '../consensus/chain.ts';
import { networkIdOf } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { readMeta } from '../consensus/records.ts';
import { Signatures } from '../consensus/signatures.ts';
import { isStoreFileThere } from '../platform/lmdb-file.ts';
import { openLmdbStore } from '../platform/lmdb-store.ts';
import { createOpensslVerifier } from '../platform/openssl-verifier.ts';
import { KEY_KINDS } from './keys.ts';
import {
  blockBytesOf, LARGE_BLOCK, paymentChain, paymentsIn, sampleOf,
} from './payment-chains.ts';
import { environmentOf, newFolder, placeOf, storeDirOf } from './places.ts';
import type { ChainPlace } from './places.ts';
import { freeUdpPort, RunningProgram } from './program.ts';
import { RawVerify } from './raw-verify.ts';
import type { Bench, BenchSize, Row } from './row.ts';

const ROUNDS = { tiny: 1, full: 2 } as const;
const LIMIT_MS = { tiny: 20, full: 1_000 } as const;
const TARGET = 0.6;
/** How often the wallet's store is looked at. */
const LOOK_MS = 10;
const HANG_MS = 600_000;

export const syncBench: Bench = {
  name: 'sync',
  async run(size, say) {
    const rows: Row[] = [];
    for (const key of KEY_KINDS) {
      const spec = paymentChain(key, LARGE_BLOCK, size);
      const place = await placeOf(spec, say);
      say(`sync/${key}`);
      const { rate, limit } = await measure(place, paymentsIn(spec), size);
      rows.push({
        name: `sync/${key}`, value: rate, unit: 'payments/s', better: 'higher',
        limit, ratio: rate / limit, target: TARGET,
        note: `${paymentsIn(spec)} payments, two processes; limit: bare crypto.verify`,
      });
    }
    return rows;
  },
};

async function measure(
  place: ChainPlace, payments: number, size: BenchSize,
): Promise<{ rate: number; limit: number }> {
  const blocks = blockBytesOf(place);
  const sample = sampleOf(place, blocks);
  let [rate, limit] = [0, 0];
  for (let round = 0; round < ROUNDS[size]; round++) {
    const raw = new RawVerify(sample);
    limit = Math.max(limit, await raw.measure(LIMIT_MS[size]).finally(() => raw.close()));
    rate = Math.max(rate, (1_000 * payments) / await sync(place, blocks.length));
  }
  return { rate, limit };
}

/** Milliseconds from the link to the last block. */
async function sync(place: ChainPlace, height: number): Promise<number> {
  const [status, payment] = [await freeUdpPort(), await freeUdpPort()];
  const environment = environmentOf(place.params, {
    status_broadcast_port: status,
    transaction_port: payment,
    status_broadcast_interval_seconds: 0.5,
    key_type: 'ed25519',
  });
  const dataDir = newFolder();
  const miner = new RunningProgram(place.dataDir, ['miner', '--verbose'], environment);
  let wallet: RunningProgram | undefined;
  try {
    await miner.says(/Block server/);
    wallet = new RunningProgram(dataDir, ['wallet', 'sync'], environment);
    await miner.says(/Wallet joined/);
    const startedAt = performance.now();
    await hasHeight(storeDirOf(dataDir), place.params, height);
    const elapsedMs = performance.now() - startedAt;
    await wallet.stop();
    await miner.stop();
    return elapsedMs;
  } finally {
    wallet?.kill();
    miner.kill();
  }
}

/** Waits until the store, which another process writes, has a chain of this height. */
async function hasHeight(storeDir: string, params: ChainParams, height: number): Promise<void> {
  const until = performance.now() + HANG_MS;
  const isLate = (): boolean => performance.now() > until;
  while (!isStoreFileThere(storeDir) && !isLate()) await delay(LOOK_MS);
  const store = openLmdbStore(storeDir, { readOnly: true });
  try {
    while (readMeta(store) === undefined && !isLate()) {
      await delay(LOOK_MS);
      store.refresh();
    }
    const signatures = new Signatures(createOpensslVerifier(), networkIdOf(params));
    const chain = new Chain(params, store, signatures);
    while (chain.refresh().header.height < height) {
      if (isLate()) throw new Error(`sync hangs below block ${height}`);
      await delay(LOOK_MS);
      store.refresh();
    }
  } finally {
    store.close();
  }
}
