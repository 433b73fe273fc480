/**
 * How soon a command answers, and a miner is at work, whatever the length of the chain.
 *
 * Owns: rows `start/*`: the best of some rounds, each of which runs everything once, a bare Node
 * too. Does not own: the chain (`long-chain.ts`).
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createKeyFile } from '../platform/key-files.ts';
import { longChain } from './long-chain.ts';
import { environmentOf, newFolder, placeOf } from './places.ts';
import type { ChainPlace } from './places.ts';
import { freeUdpPort, RunningProgram } from './program.ts';
import type { Bench, Row } from './row.ts';

const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const ROUNDS = { tiny: 1, full: 15 } as const;
/** What a command may take besides a bare Node, for the limit. */
const ALLOWED_MS = 100;
const TARGET = 1.6;
const MINER_TARGET_MS = 1_000;
const KEYS = ['alice', 'bob', 'carol'] as const;

interface Times {
  bare: number;
  version: number;
  help: number;
  list: number;
  miner: number;
}

export const startBench: Bench = {
  name: 'start',
  async run(size, say) {
    const spec = longChain(size);
    const place = await placeOf(spec, say);
    const keyDir = newFolder();
    for (const name of KEYS) await createKeyFile(keyDir, name, { type: 'rsa', bits: 2048 });
    say('start');
    const best: Times = {
      bare: Infinity, version: Infinity, help: Infinity, list: Infinity, miner: Infinity,
    };
    for (let round = 0; round < ROUNDS[size]; round++) {
      const times = await measure(place, keyDir);
      for (const name of Object.keys(best) as (keyof Times)[]) {
        best[name] = Math.min(best[name], times[name]);
      }
    }
    return rowsOf(best, spec.blocks);
  },
};

function rowsOf(best: Times, blocks: number): Row[] {
  const limit = best.bare + ALLOWED_MS;
  const ofCommand = (name: string, value: number, note: string): Row => ({
    name: `start/${name}`, value, unit: 'ms', better: 'lower', limit, ratio: value / limit,
    target: TARGET, note: `${note}; limit: a bare Node and ${ALLOWED_MS} ms`,
  });
  return [
    {
      name: 'start/version', value: best.version, unit: 'ms', better: 'lower', limit: best.bare,
      ratio: best.version / best.bare, note: 'mvb --version; limit: a bare Node',
    },
    ofCommand('help', best.help, 'mvb --help'),
    ofCommand('list-addresses-1m', best.list, `${KEYS.length} keys, ${blocks} blocks`),
    {
      name: 'start/miner-1m', value: best.miner, unit: 'ms', better: 'lower',
      target: MINER_TARGET_MS, note: `until it serves ${blocks} blocks`,
    },
  ];
}

/** Everything once, in milliseconds. */
async function measure(place: ChainPlace, keyDir: string): Promise<Times> {
  const environment = environmentOf(place.params, {
    key_store_dir: keyDir,
    key_type: 'ed25519',
    status_broadcast_port: await freeUdpPort(),
    transaction_port: await freeUdpPort(),
  });
  const program = async (...words: string[]): Promise<number> =>
    await timed([PROGRAM, ...words], place.dataDir, environment);
  return {
    bare: await timed(['-e', '0'], place.dataDir, environment),
    version: await program('--version'),
    help: await program('--help'),
    list: await program('wallet', 'list-addresses'),
    miner: await minerTime(place.dataDir, environment),
  };
}

/** Milliseconds from the start of a Node with these words to its end. */
async function timed(
  words: readonly string[], cwd: string, env: NodeJS.ProcessEnv,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'ignore', 'ignore'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${code}`);
  return performance.now() - startedAt;
}

async function minerTime(dataDir: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now();
  const miner = new RunningProgram(dataDir, ['miner', '--verbose'], environment);
  try {
    await miner.says(/Block server/);
    const elapsedMs = performance.now() - startedAt;
    await miner.stop();
    return elapsedMs;
  } finally {
    miner.kill();
  }
}
