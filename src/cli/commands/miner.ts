/**
 * `mvb miner`: mines until it is stopped.
 *
 * Owns: starting and ending a miner in order, and what it says before and after.
 * Does not own: the node (`running-node.ts`), its log (`node-lines.ts`), its live lines
 * (`miner-screen.ts`).
 */
import { Observed } from '../../api/observed/observed.ts';
import type { Address } from '../../consensus/types.ts';
import type { ChainParams } from '../../consensus/params.ts';
import { paramsInWords } from '../../node/difference.ts';
import type { NodeListener } from '../../node/listener.ts';
import { addressOf } from '../../consensus/encoding.ts';
import { createKeyFile } from '../../platform/key-files.ts';
import { SystemClock } from '../../platform/system-clock.ts';
import { formatCoins } from '../../wallet/amount.ts';
import type { Config } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { Dashboard } from '../dashboard/dashboard.ts';
import { harmless } from '../dashboard/harmless.ts';
import { checkPort } from '../dashboard/listening.ts';
import { listKeys, resolveAddress, shownPath, withKeyErrors } from '../keys.ts';
import { Lifetime } from '../lifetime.ts';
import type { LineLog } from '../line-log.ts';
import { liveOutput } from '../live-output.ts';
import { minerLines, RateMeter } from '../miner-screen.ts';
import { NodeLines } from '../node-lines.ts';
import { isNewPlace, openForMiner, paramsOf, warnSetAside, writeParams } from '../node-place.ts';
import type { OwnedPlace } from '../node-place.ts';
import { dataDirHint } from '../reader.ts';
import { RunningNode } from '../running-node.ts';
import { counted, duration, hashRate } from '../../lib/words.ts';
import type { Screen } from '../screen.ts';
import { explained } from '../world-errors.ts';
import { watchKeys } from '../key-watch.ts';

const REWARD_KEY = 'mining_rewards';
/** (policy) */
const FRAME_MS = 200;
const PAUSE_KEY = 'p';
const DASHBOARD_KEY = 'd';
const SECOND_MS = 1_000;
/**
 * (policy) The rate is logged this often at first, and ever less often, down to each ten minutes.
 */
const RATE_LOG_MS = 10_000;
const RATE_LOG_MS_MAX = 600_000;

export async function run(context: CommandContext): Promise<void> {
  const again = `mvb miner${dataDirHint(context.config)}`;
  await runMiner(context, { program: 'mvb', again, hints: [] });
}

/** How the miner speaks of other commands. */
export interface MinerWords {
  /** How to call this program: `mvb`. */
  readonly program: string;
  /** How to start it again. */
  readonly again: string;
  /** The network was made up just now, in `mvb.toml`. */
  readonly isFounded?: boolean;
  /** Printed once it runs. */
  readonly hints: readonly string[];
}

/** Mines until it is stopped. Rejects with a `UserError`. */
export async function runMiner(context: CommandContext, words: MinerWords): Promise<void> {
  const lifetime = new Lifetime(context.output);
  const wanted = await wantedReward(context);
  if (context.config.values.dashboard === 'yes') await checkPort(context.config);
  const place = await openForMiner(context.config);
  try {
    await mineIn(place, { context, lifetime, words, wanted });
  } catch (error) {
    throw explained(error);
  } finally {
    place.store.close();
    place.lock.release();
  }
}

interface MinerRun {
  readonly context: CommandContext;
  readonly lifetime: Lifetime;
  readonly words: MinerWords;
  readonly wanted: Reward | undefined;
}

async function mineIn(place: OwnedPlace, run: MinerRun): Promise<void> {
  const { context, lifetime, words } = run;
  const { config, output } = context;
  const params = paramsOf(place);
  const isNew = isNewPlace(place);
  const { screen, log, say } = liveOutput(context);
  warnSetAside(place, output);
  const { text: rewardText, address: rewardTo } = run.wanted ?? await newReward(config);
  const begin = isNew ? newNetworkText(config, { params, words })
    : `Blockchain "${params.network}" in ${config.storeDir}`;
  const sendCommand = `${words.program} wallet send ${REWARD_KEY} 1 <to>${dataDirHint(config)}`;

  let running: RunningNode | undefined;
  let dashboard: Dashboard | undefined;
  const observed = config.values.dashboard === 'yes' ? new Observed(new SystemClock()) : undefined;
  const lines = new NodeLines({
    log, node: () => running?.node, rewardTo, sendCommand, saysWaiting: screen === undefined,
  });
  const startedAt = performance.now();
  try {
    running = await RunningNode.start({
      config, params, store: place.store, log, rewardTo,
      listeners: listenersOf(lines, observed, log), onJob: (job) => lines.onJob(job),
    }).catch((error: unknown) => {
      // The key is there now, whatever else is not.
      if (run.wanted === undefined) say(rewardText);
      throw error;
    });
    if (isNew) writeParams(place, params);
    say(begin);
    say(rewardText);
    const port = running.network.blockServerPort;
    log.debug('Block server', { port, kernel: running.kernel.name });
    if (words.hints.length > 0) say(['', ...words.hints, ''].join('\n'));
    if (observed !== undefined) {
      dashboard = new Dashboard({
        context, running, store: place.store, observed, rewardTo, log,
        isTerminal: screen !== undefined, say,
      });
    }
    const colours = output.outColours;
    const stopShowing = show({ running, lines, dashboard, screen, log, sendCommand, colours });
    await lifetime.ended.finally(stopShowing);
  } finally {
    screen?.close();
    await running?.stop(() => dashboard?.stop() ?? Promise.resolve());
  }
  const { amount } = lines.earned;
  const { height } = running.node.view.chain.tip.header;
  say(`Stopped. ${counted(height, 'block')} saved in ${config.storeDir}. `
    + `Earned ${formatCoins(amount)} in ${duration(performance.now() - startedAt)}. `
    + `Start again: ${words.again}`);
}

/** Who is told what the node does. */
function listenersOf(
  lines: NodeLines, observed: Observed | undefined, log: LineLog,
): NodeListener[] {
  if (observed === undefined) return [lines];
  return [lines, harmless(observed, (error) => {
    log.error('The dashboard failed, and mining goes on', { reason: String(error) });
  })];
}

interface Shown {
  readonly running: RunningNode;
  readonly lines: NodeLines;
  readonly dashboard: Dashboard | undefined;
  readonly screen: Screen | undefined;
  readonly log: LineLog;
  readonly sendCommand: string;
  readonly colours: CommandContext['output']['outColours'];
}

/** Keeps the screen, or the log of what no event tells; gives what ends that. */
function show(shown: Shown): () => void {
  const { running, lines, dashboard, screen, log, sendCommand, colours } = shown;
  const meter = new RateMeter();
  const startedAt = performance.now();
  let [rateLogMs, rateLoggedAt, flushedAt] = [RATE_LOG_MS, startedAt, startedAt];
  const look = (): void => {
    const [now, hashes, { view }] = [performance.now(), running.kernel.hashCount(), running.node];
    if (view.miner?.state !== 'mining' || running.kernel.isPaused) meter.clear();
    const rate = meter.sample(now, hashes);
    if (view.miner !== undefined) lines.onMiner(view.miner, Date.now());
    if (now - flushedAt >= SECOND_MS) {
      flushedAt = now;
      lines.flush();
    }
    if (screen !== undefined) {
      const { name, isPaused } = running.kernel;
      screen.show(minerLines(
        { view, kernel: name, isPaused, hashes, rate, now: Date.now(), sendCommand }, colours,
      ));
    } else if (now - rateLoggedAt >= rateLogMs && view.miner?.state === 'mining') {
      rateLoggedAt = now;
      rateLogMs = Math.min(2 * rateLogMs, RATE_LOG_MS_MAX);
      log.event('Hash rate', { rate: hashRate(rate), height: view.miner.height });
    }
  };
  const timer = setInterval(look, FRAME_MS);
  look();
  const stopKeys = screen === undefined ? () => {} : watchKeys(process.stdin, (key) => {
    if (key === DASHBOARD_KEY) dashboard?.tell();
    if (key !== PAUSE_KEY) return;
    running.kernel.setPaused(!running.kernel.isPaused);
    look();
  });
  return () => {
    stopKeys();
    clearInterval(timer);
  };
}

function newNetworkText(
  config: Config, { params, words }: { params: ChainParams; words: MinerWords },
): string {
  const values = paramsInWords(params);
  const shown = values.slice(1, 4).map(([name, value]) => `${name} ${value}`);
  const names = new Map(values);
  // Who was given a file of parameters most likely joins others.
  const isFromFile = words.isFounded !== true
    && config.settings.some(({ name, source }) => source === 'file' && names.has(name));
  const begin = isFromFile ? 'No blockchain here yet: founding or joining'
    : 'No blockchain found, started a new one:';
  return `${begin} "${params.network}"   (${config.storeDir})\n`
    + `  ${shown.join('  ')}     all parameters: mvb config${dataDirHint(config)}`;
}

interface Reward {
  readonly address: Address;
  /** What to say of it. */
  readonly text: string;
}

/**
 * Where rewards go when that is known: `--reward-to`, or the key of that name. Rejects with a
 * `UserError`.
 */
async function wantedReward(
  { config, options, output }: CommandContext,
): Promise<Reward | undefined> {
  const keys = await listKeys(config, output);
  const wanted = options['rewardTo'];
  const name = typeof wanted === 'string' ? wanted : REWARD_KEY;
  const isKnown = keys.some((key) => key.name === name);
  if (!isKnown && typeof wanted !== 'string') return undefined;
  const address = resolveAddress(name, keys);
  return {
    address,
    text: isKnown ? `Rewards go to key [${name}] ${address}` : `Rewards go to ${address}`,
  };
}

/** A new key for rewards. Rejects with a `UserError`. */
async function newReward(config: Config): Promise<Reward> {
  const { key_type: type, key_size: bits } = config.values;
  const key = await withKeyErrors(() => createKeyFile(config.keyDir, REWARD_KEY, { type, bits }));
  const address = addressOf(key.publicKey);
  return {
    address,
    text: `Rewards go to key [${REWARD_KEY}] ${address}\n`
      + `Key saved in ${shownPath(config, REWARD_KEY)} - back this file up, it is your money.`,
  };
}
