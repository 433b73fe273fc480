/**
 * `mvb bench generate`: makes a long valid chain in a data directory.
 *
 * Owns: the command's numbers, progress, and the files beside the store.
 * Does not own: the chain (`src/bench/generate-chain.ts`).
 */
import { generateChain, PAYMENTS_MAX, paramsFor } from '../../bench/generate-chain.ts';
import type { ChainSpec } from '../../bench/generate-chain.ts';
import { KEY_KINDS } from '../../bench/keys.ts';
import { addressOf } from '../../consensus/encoding.ts';
import { paramsFault } from '../../consensus/params.ts';
import type { ChainParams } from '../../consensus/params.ts';
import type { Address } from '../../consensus/types.ts';
import { createKeyFile } from '../../platform/key-files.ts';
import type { Config } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { listKeys, withKeyErrors } from '../keys.ts';
import { isNewPlace, openForMiner, writeParams } from '../node-place.ts';
import type { Output } from '../output.ts';
import type { ParameterName } from '../parameters.ts';
import { counted, duration } from '../../lib/words.ts';
import { EXIT, usageError, UserError } from '../user-error.ts';
import { explained } from '../world-errors.ts';

const BLOCKS_MAX = 100_000_000;
/** The key of miners: so `mvb miner` goes on with it, and the wallet has money here. */
const REWARD_KEY = 'mining_rewards';
/** (policy) Between two lines of progress. */
const LINE_MS = 5_000;

export async function run({ options, config, output }: CommandContext): Promise<void> {
  const numbers = numbersOf(options);
  const params = paramsOf(config, numbers.paymentsPerBlock);
  const place = await openForMiner(config);
  const { store, lock } = place;
  const startedAt = performance.now();
  try {
    if (!isNewPlace(place)) throw notNewError(config);
    const rewardTo = await rewardAddress(config, output);
    writeParams(place, params);
    const spec: ChainSpec = { ...numbers, params, rewardTo };
    await generateChain(spec, store, progressOf(numbers.blocks, output));
  } catch (error) {
    throw explained(error);
  } finally {
    store.close();
    lock.release();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { blocks, paymentsPerBlock } = numbers;
  const payments = Math.max(0, blocks - 1) * paymentsPerBlock;
  output.result(
    `Made ${counted(blocks, 'block')} with ${counted(payments, 'payment')} in ${config.storeDir}, `
      + `in ${seconds.toFixed(1)} s.`,
    { blocks, payments, seconds: Math.round(10 * seconds) / 10, store: config.storeDir },
  );
}

type Numbers = Omit<ChainSpec, 'params' | 'rewardTo'>;

function numbersOf(options: CommandContext['options']): Numbers {
  const key = KEY_KINDS.find((kind) => kind === (options['key'] ?? 'ed25519'));
  if (key === undefined) throw usageError(`--key is ${KEY_KINDS.join(' or ')}.`);
  return {
    blocks: numberOf(options, 'blocks', { usual: 1_000, min: 1, max: BLOCKS_MAX }),
    paymentsPerBlock: numberOf(options, 'payments-per-block', {
      usual: 0, min: 0, max: PAYMENTS_MAX,
    }),
    accounts: numberOf(options, 'accounts', { usual: 1_000, min: 1, max: BLOCKS_MAX }),
    seed: numberOf(options, 'seed', { usual: 1, min: 0, max: Number.MAX_SAFE_INTEGER }),
    key,
  };
}

function numberOf(
  options: CommandContext['options'],
  name: string,
  { usual, min, max }: { readonly usual: number; readonly min: number; readonly max: number },
): number {
  const given = options[name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  const value = given === undefined ? usual : Number(given);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw usageError(`--${name} is a whole number, ${min} to ${max}.`);
}

/** Those that were given, and fitting ones for the rest. Throws a `UserError`. */
function paramsOf(config: Config, paymentsPerBlock: number): ChainParams {
  const { values } = config;
  const usual = paramsFor(paymentsPerBlock);
  const isGiven = (name: ParameterName): boolean =>
    config.settings.some((setting) => setting.name === name && setting.source !== 'default');
  const params: ChainParams = {
    network: isGiven('network') ? values.network : usual.network,
    difficulty: isGiven('difficulty') ? values.difficulty : usual.difficulty,
    blockSize: isGiven('block_size') ? values.block_size : usual.blockSize,
    blockReward: isGiven('block_reward') ? values.block_reward : usual.blockReward,
    blockWaitSeconds: values.block_wait_seconds,
    blockBytesMax: isGiven('max_block_bytes') ? values.max_block_bytes : usual.blockBytesMax,
  };
  const fault = paramsFault(params);
  if (fault !== undefined) throw usageError(`No network can have these parameters: ${fault}.`);
  if (params.blockSize > paymentsPerBlock + 1) {
    throw usageError(
      `Blocks with ${counted(paymentsPerBlock, 'payment')} are too small for block_size `
        + `${params.blockSize}.`,
      `--payments-per-block ${params.blockSize - 1}`,
    );
  }
  return params;
}

/** The key that is there already, or a new one. */
async function rewardAddress(config: Config, output: Output): Promise<Address> {
  const known = (await listKeys(config, output)).find(({ name }) => name === REWARD_KEY);
  if (known !== undefined) return known.address;
  const { key_type: type, key_size: bits } = config.values;
  const key = await withKeyErrors(() => createKeyFile(config.keyDir, REWARD_KEY, { type, bits }));
  return addressOf(key.publicKey);
}

function progressOf(blocks: number, output: Output): () => void {
  const startedAt = performance.now();
  let [done, saidAt] = [0, startedAt];
  return () => {
    done++;
    const now = performance.now();
    if (now - saidAt < LINE_MS) return;
    saidAt = now;
    const left = ((now - startedAt) / done) * (blocks - done);
    output.note(`${done}/${blocks} blocks, ${duration(left)} left`);
  };
}

function notNewError(config: Config): UserError {
  return new UserError({
    exitCode: EXIT.usage,
    code: 'store-exists',
    what: `There is a blockchain in ${config.storeDir} already.`,
    next: 'mvb bench generate --data-dir NEW-FOLDER',
  });
}
