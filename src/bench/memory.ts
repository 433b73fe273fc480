/**
 * How much memory a miner takes on a long chain with as many accounts, at rest and while it serves
 * all of it, and how much whoever fetches it.
 *
 * Owns: rows `memory/*`: the most that was seen of the anonymous memory (RssAnon); mapped pages of
 * the store do not count, for the system takes them back when it needs them. Linux only.
 * Does not own: the chain (`long-chain.ts`).
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { longChain } from './long-chain.ts';
import { environmentOf, newFolder, placeOf } from './places.ts';
import { freeUdpPort, RunningProgram } from './program.ts';
import type { Bench, Row } from './row.ts';

/** A miner at rest is watched for so long. */
const REST_MS = { tiny: 300, full: 15_000 } as const;
/** And one that serves, until all is served or for so long. */
const SERVE_MS = 120_000;
/** How often its memory is read. */
const LOOK_MS = 50;
const TARGET_MB = 200;
const KILOBYTE = 1_024;
const MEGABYTE = 1_000_000;

export const memoryBench: Bench = {
  name: 'memory',
  async run(size, say) {
    if (process.platform !== 'linux') {
      say('memory: skipped, only Linux tells anonymous memory apart');
      return [];
    }
    const spec = longChain(size);
    const place = await placeOf(spec, say);
    const environment = environmentOf(place.params, {
      key_store_dir: newFolder(),
      key_type: 'ed25519',
      status_broadcast_interval_seconds: 0.5,
      status_broadcast_port: await freeUdpPort(),
      transaction_port: await freeUdpPort(),
    });
    say('memory: a miner at rest');
    const miner = new RunningProgram(place.dataDir, ['miner', '--verbose'], environment);
    try {
      await miner.says(/Block server/);
      const atRest = await greatest(miner, delay(REST_MS[size]));
      say('memory: serving the whole chain');
      const wallet = new RunningProgram(newFolder(), ['wallet', 'sync', '--once'], {
        ...environment, MVB_KEY_STORE_DIR: newFolder(),
      });
      const served = wallet.says(new RegExp(`Stopped at block ${spec.blocks}\\.`));
      // It is killed at the end, and then never says it.
      served.catch(() => {});
      const isEnough = Promise.race([served, delay(SERVE_MS, undefined, { ref: false })]);
      const [serving, fetching] = await Promise.all([
        greatest(miner, isEnough), greatest(wallet, isEnough),
      ]).finally(() => wallet.kill());
      await miner.stop();
      return [
        rowOf('miner-1m', atRest, `a miner at rest on ${spec.blocks} blocks`),
        rowOf('miner-1m-serving', serving, 'while a wallet fetches them, up to two minutes'),
        rowOf('sync-1m', fetching, 'of that wallet'),
      ];
    } finally {
      miner.kill();
    }
  },
};

function rowOf(name: string, bytes: number, note: string): Row {
  return {
    name: `memory/${name}`, value: bytes / MEGABYTE, unit: 'MB', better: 'lower',
    target: TARGET_MB, note,
  };
}

/** The most memory that was seen until something has happened, in bytes. */
async function greatest(program: RunningProgram, end: Promise<unknown>): Promise<number> {
  let isOver = false;
  const ended = end.finally(() => {
    isOver = true;
  });
  let most = anonymousBytesOf(program.pid);
  while (!isOver) {
    await Promise.race([ended, delay(LOOK_MS)]);
    most = Math.max(most, anonymousBytesOf(program.pid));
  }
  await ended;
  return most;
}

function anonymousBytesOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(text);
  if (match === null) throw new Error('this system does not tell anonymous memory apart');
  return Number(match[1]) * KILOBYTE;
}
