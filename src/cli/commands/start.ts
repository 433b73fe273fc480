/**
 * `mvb start`, which is `npm start`: a miner on a network of its own on this machine, to look
 * around.
 *
 * Owns: founding that network: its name, its difficulty, loopback only.
 * Does not own: mining (`commands/miner.ts`).
 */
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PARAMS, DIFFICULTY_BIT } from '../../consensus/params.ts';
import type { ChainParams } from '../../consensus/params.ts';
import { DATA_FILE } from '../../platform/lmdb-pages.ts';
import { measureHashRate } from '../../platform/kernels/hash-rate.ts';
import { defaultMiningThreads } from '../../platform/kernels/worker-kernel.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { writeChainParams } from '../chain-file.ts';
import { errorLog } from '../live-output.ts';
import { hashRate } from '../../lib/words.ts';
import { explained } from '../world-errors.ts';
import { runMiner } from './miner.ts';

const DATA_DIR = 'data';
const BLOCK_SIZE = 2;
/** (policy) What a block shall take here, on average. */
const BLOCK_SECONDS = 5;
const BENCHMARK_MS = 1_000;
const DIFFICULTY_MIN = 1;
const DIFFICULTY_MAX = 60;

const HEADING = `# Made by npm start: a network of its own, on this machine only.
broadcast_address = "127.255.255.255"
listen_address = "127.0.0.1"
# Any free port: others hear which one.
block_server_port = 0

`;

export async function run(context: CommandContext): Promise<void> {
  const { dataDir } = context.config;
  const config = configAt(dataDir === '.' ? DATA_DIR : dataDir, context);
  const isNew = !existsSync(join(config.storeDir, DATA_FILE)) && !existsSync(config.file);
  context.output.dataDir = config.dataDir;
  if (isNew) await found(config, context);
  const inPlace = { ...context, config: configAt(config.dataDir, context) };
  const wallet = (words: string): string =>
    `  npx mvb wallet ${words} --data-dir ${config.dataDir}`;
  await runMiner(inPlace, {
    program: 'npx mvb',
    isFounded: isNew,
    again: `npx mvb start${dataDir === '.' ? '' : ` --data-dir ${dataDir}`}`,
    hints: [
      'Try this in another terminal, in this folder:',
      ...(existsSync(join(config.keyDir, 'alice.pem')) ? [] : [wallet('new-address alice')]),
      wallet('list-addresses'),
      wallet('send mining_rewards 2 alice'),
    ],
  });
}

/** The configuration with another data directory; what the command line says still comes first. */
function configAt(dataDir: string, { config }: CommandContext): Config {
  const given = config.settings.filter(({ source }) => source === 'command line');
  return loadConfig({
    dataDir,
    command: config.command,
    environment: process.env,
    given: given.map(({ name, text }) => [name, text] as const),
  });
}

/** Writes the parameters of a new network: those that were given, and fitting ones for the rest. */
async function found(config: Config, context: CommandContext): Promise<void> {
  const { values } = config;
  const isGiven = (name: string): boolean =>
    config.settings.some((setting) => setting.name === name && setting.source !== 'default');
  const difficulty = isGiven('difficulty')
    ? values.difficulty : await fittingDifficulty(config, context);
  const params: ChainParams = {
    ...DEFAULT_PARAMS,
    network: isGiven('network') ? values.network : randomName(),
    difficulty,
    blockSize: isGiven('block_size') ? values.block_size : BLOCK_SIZE,
    blockReward: values.block_reward,
    blockWaitSeconds: values.block_wait_seconds,
    blockBytesMax: values.max_block_bytes,
  };
  try {
    mkdirSync(config.dataDir, { recursive: true });
    // All of it or nothing: half a file would found the main network.
    const draft = `${config.file}.${process.pid}.draft`;
    writeFileSync(draft, HEADING);
    writeChainParams(draft, params);
    renameSync(draft, config.file);
  } catch (error) {
    throw explained(error);
  }
}

async function fittingDifficulty(config: Config, context: CommandContext): Promise<number> {
  const { output } = context;
  output.note('Measuring how fast this machine mines, once ...');
  const threads = config.values.mining_threads === 0
    ? defaultMiningThreads() : config.values.mining_threads;
  const ofOne = await measureHashRate(
    BENCHMARK_MS, config.values.mining_kernel, errorLog(context),
  );
  const rate = ofOne * threads * (config.values.mining_load / 100);
  const bits = Math.round(Math.log2(rate * BLOCK_SECONDS));
  const whole = Math.min(DIFFICULTY_MAX, Math.max(DIFFICULTY_MIN, bits));
  output.note(`About ${hashRate(rate)}: difficulty ${whole}, a block in about `
    + `${Math.max(1, Math.round(2 ** whole / rate))} s.`);
  return whole * DIFFICULTY_BIT;
}

const FIRST_WORDS = [
  'brave', 'calm', 'clever', 'gentle', 'happy', 'quick', 'quiet', 'shiny', 'silver', 'swift',
  'warm', 'wise',
];
const SECOND_WORDS = [
  'badger', 'falcon', 'fox', 'heron', 'koala', 'lynx', 'otter', 'owl', 'panda', 'raven', 'seal',
  'wren',
];

/** Such as `brave-otter-1a2b`: nobody else's. */
function randomName(): string {
  const pick = (words: readonly string[]): string => words[randomInt(words.length)]!;
  return `${pick(FIRST_WORDS)}-${pick(SECOND_WORDS)}-${randomBytes(2).toString('hex')}`;
}
