/**
 * What a seed stands for: the network that is founded, and the faults it has to live with.
 *
 * Owns: the draw. Each fault is on in some seeds and off in others, weak or strong, because faults
 * hide each other: a network that loses everything never gets far enough to fail in another way
 * ("swarm testing", Groce et al., 2012). Does not own: making the faults happen (`faults.ts`,
 * `liar.ts`).
 */
import type { AccountsPolicy } from '../consensus/chain-memory.ts';
import { DIFFICULTY_BIT } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { DiskSpeed } from './disk.ts';
import { FAIR_WEATHER } from './network.ts';
import type { Weather } from './network.ts';
import { Chance } from './random.ts';

/** The ways in which a peer can be faulty on purpose; `liar.ts` says what each does. */
export const LIAR_KINDS = [
  'boaster', 'withholder', 'mutator', 'counterfeiter', 'vandal', 'flooder',
  'trickster', 'spammer', 'tarpit', 'replayer', 'quitter', 'besieger',
] as const;
export type LiarKind = (typeof LIAR_KINDS)[number];

/** What a run may do without; each is one thing that a smaller failing run need not have. */
export const FAULT_NAMES = [
  'partition', 'crash', 'clog', 'reset', 'clock-jump', 'clock-skew',
  'disk-failure', 'disk-full', 'disk-stall', 'disk-damage', 'slow-disk',
  'loss', 'doubles', 'strays', 'cuts', 'slow-link', 'clumsy-payers', 'little-memory',
  ...LIAR_KINDS.map((kind) => `liar:${kind}` as const),
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Mean times between faults of a kind, in ms; undefined for never. */
export interface FaultTimes {
  readonly partition: number | undefined;
  /** Of any computer, by losing power, being killed, or being stopped. */
  readonly crash: number | undefined;
  /** Of the stream between two computers, which then stands still for a while. */
  readonly clog: number | undefined;
  /** Of any link, which then breaks. */
  readonly reset: number | undefined;
  /** Of any computer's clock, which then jumps. */
  readonly clockJump: number | undefined;
  /** Of any disk, of which one of the next calls then fails. */
  readonly diskFailure: number | undefined;
  /** Of any disk, which then has no room for a while. */
  readonly diskFull: number | undefined;
  /** Of any disk, which then flushes nothing for a while. */
  readonly diskStall: number | undefined;
  /** Of any disk, of which a stored record then has a flipped bit. */
  readonly diskDamage: number | undefined;
}

export interface Plan {
  readonly params: ChainParams;
  /** Of the whole network, in ms. */
  readonly meanBlockMs: number;
  /** Each node's part of the hash rate; they sum to 1, and wallets that do not mine have 0. */
  readonly hashShares: readonly number[];
  /** Between two payments of the whole network, in ms. */
  readonly meanPaymentMs: number;
  readonly statusIntervalMs: number;
  readonly paymentIntervalMs: number;
  /** Whether nodes are told of each other, besides hearing each other on the LAN. */
  readonly hasConfiguredPeers: boolean;
  readonly weather: Weather;
  readonly disk: DiskSpeed;
  /** What nodes keep of accounts, and when they take commits for parts of a download. */
  readonly accounts: Partial<AccountsPolicy>;
  readonly faults: FaultTimes;
  /** How far clocks are wrong from the start, and how far they jump, in ms. */
  readonly clockSkewMaxMs: number;
  readonly clockJumpMaxMs: number;
  /** Whether payers pay themselves, spend what they have not, and sign the same money twice. */
  readonly hasClumsyPayers: boolean;
  readonly liars: readonly LiarKind[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * The plan of a seed for so many nodes. What it shall be `without` is drawn, and then left out: so
 * all the rest is as it was.
 */
export function drawPlan(
  seed: number, nodeCount: number, without: readonly FaultName[] = [],
): Plan {
  return reduced(drawFull(seed, nodeCount), new Set(without));
}

function drawFull(seed: number, nodeCount: number): Plan {
  const chance = new Chance(seed, 'plan');
  const meanBlockMs = chance.between(20, 60) * SECOND_MS;
  const params = drawParams(chance, seed);
  return {
    params,
    meanBlockMs,
    // From a stream of its own: fewer nodes have the same faults.
    hashShares: drawShares(new Chance(seed, 'shares'), nodeCount),
    // Blocks that need payments get enough of them.
    meanPaymentMs: Math.max(24 * SECOND_MS, Math.round(meanBlockMs / (params.blockSize + 0.5))),
    statusIntervalMs: chance.between(40, 80) * SECOND_MS,
    paymentIntervalMs: chance.between(30, 90) * SECOND_MS,
    hasConfiguredPeers: chance.happens(0.3),
    weather: drawWeather(chance),
    disk: { flushMinMs: 1, flushMaxMs: chance.pick([5, 50, 500, 3_000]) },
    accounts: drawAccounts(new Chance(seed, 'accounts')),
    faults: {
      partition: often(chance, 0.5, 5 * MINUTE_MS, 20 * MINUTE_MS),
      crash: often(chance, 0.5, 2 * MINUTE_MS, 10 * MINUTE_MS),
      clog: often(chance, 0.4, 20 * SECOND_MS, 3 * MINUTE_MS),
      reset: often(chance, 0.4, 10 * SECOND_MS, 2 * MINUTE_MS),
      clockJump: often(chance, 0.3, 3 * MINUTE_MS, 15 * MINUTE_MS),
      diskFailure: often(chance, 0.3, 2 * MINUTE_MS, 10 * MINUTE_MS),
      diskFull: often(chance, 0.25, 4 * MINUTE_MS, 15 * MINUTE_MS),
      diskStall: often(chance, 0.3, 2 * MINUTE_MS, 10 * MINUTE_MS),
      diskDamage: often(chance, 0.25, 4 * MINUTE_MS, 15 * MINUTE_MS),
    },
    clockSkewMaxMs: chance.pick([0, 500, 5_000, 50_000, 130_000]),
    clockJumpMaxMs: chance.pick([1_000, 60_000, 300_000]),
    hasClumsyPayers: chance.happens(0.8),
    liars: drawLiars(chance),
  };
}

/** In half of the seeds so little that there are always deltas and sweeps of them. */
function drawAccounts(chance: Chance): Partial<AccountsPolicy> {
  if (chance.happens(0.5)) return {};
  return {
    countMax: chance.pick([1, 4, 100]),
    blockBytesMax: chance.pick([0, 3_000]),
    recordsMax: chance.pick([0, 3, 100]),
    deltaChangesMin: chance.pick([1, 500]),
    sweepRecords: chance.pick([1, 5]),
  };
}

function drawParams(chance: Chance, seed: number): ChainParams {
  return {
    network: `sim-${seed}`,
    difficulty: chance.between(4 * DIFFICULTY_BIT, 7 * DIFFICULTY_BIT),
    blockSize: chance.pick([1, 1, 2, 3]),
    blockReward: chance.pick([1_000n, 50_000n, 10_000_000n]),
    blockWaitSeconds: chance.pick([0, 15, 60]),
    blockBytesMax: chance.pick([5_000, 100_000, 1_000_000]),
  };
}

/** Few mine most, and in a third of all seeds the last node is a wallet that does not mine. */
function drawShares(chance: Chance, nodeCount: number): number[] {
  const hasWallet = chance.happens(1 / 3) && nodeCount > 2;
  const rates = Array.from({ length: nodeCount }, (_, index) => {
    const rate = 0.2 + chance.waitMs(100) / 100;
    return hasWallet && index === nodeCount - 1 ? 0 : rate;
  });
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return rates.map((rate) => rate / total);
}

function drawWeather(chance: Chance): Weather {
  const latencyMaxMs = chance.pick([2, 20, 100, 400]);
  const isStormy = chance.happens(0.7);
  const share = (max: number): number => (chance.happens(0.6) ? chance.fraction() * max : 0);
  const drawn: Weather = {
    latencyMinMs: 1,
    latencyMaxMs,
    lossShare: share(0.4),
    doubleShare: share(0.3),
    strayShare: share(0.3),
    strayMs: chance.between(50, 3_000),
    cutShare: share(0.8),
    bytesPerMs: chance.pick([20, 200, 10_000]),
  };
  return isStormy ? drawn : { ...FAIR_WEATHER, latencyMaxMs };
}

/** None to four kinds; the one that the rules of money are there for is the most frequent. */
function drawLiars(chance: Chance): LiarKind[] {
  const kinds = new Set(chance.shuffle(LIAR_KINDS).slice(0, chance.pick([0, 1, 2, 3])));
  if (chance.happens(0.4)) kinds.add('counterfeiter');
  return [...kinds];
}

/** What of all that can be left out a plan has. */
export function faultsOf(plan: Plan): FaultName[] {
  const before = JSON.stringify(plan, textOfBigint);
  return FAULT_NAMES.filter(
    (name) => JSON.stringify(reduced(plan, new Set([name])), textOfBigint) !== before,
  );
}

function textOfBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** The plan, less some of what was drawn. */
function reduced(plan: Plan, without: ReadonlySet<FaultName>): Plan {
  if (without.size === 0) return plan;
  const { faults, weather } = plan;
  const unless = <Value, Mild>(name: FaultName, value: Value, mild: Mild): Value | Mild =>
    (without.has(name) ? mild : value);
  const { latencyMaxMs, bytesPerMs } = unless('slow-link', weather, FAIR_WEATHER);
  return {
    ...plan,
    weather: {
      ...weather,
      latencyMaxMs,
      bytesPerMs,
      lossShare: unless('loss', weather.lossShare, 0),
      doubleShare: unless('doubles', weather.doubleShare, 0),
      strayShare: unless('strays', weather.strayShare, 0),
      cutShare: unless('cuts', weather.cutShare, 0),
    },
    disk: unless('slow-disk', plan.disk, { flushMinMs: 1, flushMaxMs: 5 }),
    accounts: unless('little-memory', plan.accounts, {}),
    faults: {
      partition: unless('partition', faults.partition, undefined),
      crash: unless('crash', faults.crash, undefined),
      clog: unless('clog', faults.clog, undefined),
      reset: unless('reset', faults.reset, undefined),
      clockJump: unless('clock-jump', faults.clockJump, undefined),
      diskFailure: unless('disk-failure', faults.diskFailure, undefined),
      diskFull: unless('disk-full', faults.diskFull, undefined),
      diskStall: unless('disk-stall', faults.diskStall, undefined),
      diskDamage: unless('disk-damage', faults.diskDamage, undefined),
    },
    clockSkewMaxMs: unless('clock-skew', plan.clockSkewMaxMs, 0),
    hasClumsyPayers: unless('clumsy-payers', plan.hasClumsyPayers, false),
    liars: plan.liars.filter((kind) => !without.has(`liar:${kind}`)),
  };
}

/** In this share of the seeds a mean time within the range. */
function often(chance: Chance, share: number, minMs: number, maxMs: number): number | undefined {
  const meanMs = chance.between(minMs, maxMs);
  return chance.happens(share) ? meanMs : undefined;
}
