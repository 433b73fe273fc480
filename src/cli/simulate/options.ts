/**
 * Every setting of a scenario: its name, its form, what it means.
 *
 * Owns: the table, from which flags, help, the file's keys and `docs/simulator.md` are checked.
 * Does not own: values (`settings.ts`), or what is possible (`sim/scenario/scenario.ts`). It
 * imports nothing, for every command loads it to know the flags.
 */

/** One setting; `snake_case` in a file, `--kebab-case` on the command line. */
export interface SettingRow {
  /** What a value must look like, in the place of the dots: "must be ...". */
  readonly form: string;
  /** When it is not given. */
  readonly usual: string;
  readonly meaning: string;
  /** A number, of which several may be given: each is tried with each of the others. */
  readonly isNumber?: true;
  /** The attackers that it belongs to; undefined for any scenario. */
  readonly attackers?: readonly string[];
}

const WITH_SHARE = [
  'double-spend', 'selfish', 'withholding', 'eclipse', 'timestamp', 'majority',
] as const;

export const SETTINGS = {
  nodes: {
    form: 'a whole number', usual: '10', isNumber: true, meaning: 'nodes, the attacker counted',
  },
  miners: {
    form: 'a whole number', usual: 'all nodes', isNumber: true,
    meaning: 'those of the nodes that mine, the attacker counted',
  },
  shares: {
    form: 'equal, zipf:EXPONENT, or weights such as 5,3,2', usual: 'equal',
    meaning: 'how hash power is spread over the miners',
  },
  topology: {
    form: 'complete, ring, random:DEGREE, small-world:DEGREE:REWIRED, or links such as 0-1,1-2',
    usual: 'random:8', meaning: 'who is linked to whom',
  },
  latency: {
    form: 'ms, uniform:MIN:MAX, exponential:MEAN, or lognormal:MEDIAN:SIGMA',
    usual: '100', isNumber: true,
    meaning: 'one-way delay of a link, drawn once for each link, in ms',
  },
  bandwidth_mbits: {
    form: 'Mbit/s, or none', usual: 'none', isNumber: true,
    meaning: 'what a link carries each way; none is as fast as can be',
  },
  block_seconds: {
    form: 'a number of seconds', usual: '60', isNumber: true,
    meaning: 'what all hash power together needs for a block, on average',
  },
  block_size: {
    form: 'a whole number', usual: '1', isNumber: true,
    meaning: 'transactions that a block must have, the reward counted',
  },
  block_wait_seconds: {
    form: 'a whole number', usual: '0', isNumber: true,
    meaning: 'after so long a block may have fewer; 0 is never',
  },
  payments_per_hour: {
    form: 'a number', usual: '0', isNumber: true,
    meaning: 'of the whole network, from miners to each other',
  },
  blocks: {
    form: 'a whole number', usual: '1000', isNumber: true,
    meaning: 'length of the chain at which a run ends',
  },
  hours: {
    form: 'a number of hours', usual: '', isNumber: true,
    meaning: 'virtual time after which a run ends, in the place of blocks',
  },
  cut_from_hours: {
    form: 'a number of hours', usual: '', isNumber: true,
    meaning: 'virtual time at which the network falls into two parts',
  },
  cut_to_hours: {
    form: 'a number of hours', usual: '', isNumber: true, meaning: 'when they meet again',
  },
  cut_share: {
    form: 'a number, 0 to 0.5', usual: '', isNumber: true,
    meaning: 'share of the hash power in the smaller part',
  },
  up_minutes: {
    form: 'a number of minutes', usual: '', isNumber: true,
    meaning: 'how long nodes stay on, on average; with down_minutes',
  },
  down_minutes: {
    form: 'a number of minutes', usual: '', isNumber: true,
    meaning: 'how long they are off then',
  },
  attacker: {
    form: 'none, double-spend, selfish, withholding, eclipse, partition, timestamp or majority',
    usual: 'none', meaning: 'what node 0 is up to',
  },
  share: {
    form: 'a number, 0 to 1', usual: '0.3', isNumber: true, attackers: WITH_SHARE,
    meaning: 'the attacker\'s share of all hash power',
  },
  confirmations: {
    form: 'a whole number', usual: '6', isNumber: true, attackers: ['double-spend', 'eclipse'],
    meaning: 'blocks that the merchant waits for',
  },
  give_up_behind: {
    form: 'a whole number', usual: '30', isNumber: true, attackers: ['double-spend'],
    meaning: 'blocks behind at which the attacker gives up',
  },
  head_start: {
    form: 'level or pre-mined', usual: 'level', attackers: ['double-spend'],
    meaning: 'pre-mined: the attacker has a block of its own before it pays (Rosenfeld)',
  },
  gamma: {
    form: 'a number, 0 to 1', usual: '0.5', isNumber: true, attackers: ['selfish'],
    meaning: 'share of the others that hears the attacker\'s block first in a tie',
  },
  hold_seconds: {
    form: 'a number of seconds', usual: '60', isNumber: true, attackers: ['withholding'],
    meaning: 'how long each block is kept back',
  },
  ahead_seconds: {
    form: 'a number of seconds', usual: '100', isNumber: true, attackers: ['timestamp'],
    meaning: 'how far the attacker\'s clock is ahead; below 0 it is behind',
  },
  depth: {
    form: 'a whole number', usual: '6', isNumber: true, attackers: ['majority'],
    meaning: 'blocks that the attacker rewrites',
  },
  seed: {
    form: 'a whole number', usual: '1', meaning: 'of the first repetition; the next has the next',
  },
  repetitions: {
    form: 'a whole number', usual: '1', meaning: 'runs of each point, each with its own seed',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The row of a setting, seen as such. */
export function settingRow(name: SettingName): SettingRow {
  return SETTINGS[name];
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** `--give-up-behind` of `give_up_behind`. */
export function flagOf(name: SettingName): string {
  return `--${name.replaceAll('_', '-')}`;
}

/** Parameters of the chain that a scenario has too: the command line takes them by itself. */
export const PARAMETER_SETTINGS: readonly SettingName[] = ['block_size', 'block_wait_seconds'];

/** Of `mvb simulate` without a scenario, which have a meaning of their own there. */
const ALSO_OF_SEEDS: readonly string[] = ['seed', 'nodes', 'hours'];

/** The flags, as commander writes them, and what they do. */
export const SIMULATE_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ['--list', 'list the scenarios that come with the program'],
  ['--scenario <file>', 'a scenario in a file of your own'],
  ['--out <folder>', 'write the table, CSV, JSON and plots there'],
  ['--replay <seed>', 'run one repetition and show its event log'],
  ['--threads <count>', 'runs at once, one for each core when not given'],
  ['--print', 'print the scenario as a file, and run nothing'],
  ['--seed <number>', 'decides everything, 1 when not given'],
  ['--nodes <count>', 'nodes of the network; 8, or what the scenario says'],
  ['--hours <hours>', 'virtual time; without a scenario, 1 hour with faults'],
  ['--seeds <count>', 'without a scenario: run so many seeds, from that one on'],
  ['--without <faults>', 'without a scenario: leave out faults that the seed has'],
  ['--trace', 'without a scenario: show what happens, line by line'],
  ...SETTING_NAMES
    .filter((name) => !ALSO_OF_SEEDS.includes(name) && !PARAMETER_SETTINGS.includes(name))
    .map((name) => [`${flagOf(name)} <value>`, helpOf(name)] as const),
];

function helpOf(name: SettingName): string {
  const { form, usual, meaning } = settingRow(name);
  return `${meaning}: ${form}${usual === '' ? '' : ` (${usual})`}`;
}
