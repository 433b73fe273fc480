/**
 * From the texts of a file and of flags to scenarios.
 *
 * Owns: reading values, which settings go together, and the points of a scenario in which a setting
 * has several values. Does not own: the table (`options.ts`), limits of numbers
 * (`sim/scenario/scenario.ts`).
 */
import { DEFAULT_SCENARIO, scenarioFault } from '../../sim/scenario/scenario.ts';
import type {
  Attacker, Latency, Partition, Scenario, Shares, Topology,
} from '../../sim/scenario/scenario.ts';
import { EXIT, UserError } from '../user-error.ts';
import { SETTING_NAMES, SETTINGS, settingRow } from './options.ts';
import type { SettingName } from './options.ts';

/** A setting as it was given; several texts are as many values to try. */
export interface Given {
  readonly name: SettingName;
  readonly texts: readonly string[];
  /** Where: `--share`, or `file.toml, line 7`. */
  readonly origin: string;
  readonly isFile: boolean;
}

/** One thing to run: the values that set it apart from the other points, and all of it. */
export interface Point {
  /** Of the settings with several values, in order. */
  readonly values: Readonly<Partial<Record<SettingName, string>>>;
  readonly scenario: Scenario;
}

/** (policy) Points of one scenario. */
const POINTS_MAX = 1_000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const ATTACKER_KINDS = {
  'none': 'none', 'double-spend': 'doubleSpend', 'selfish': 'selfish', 'withholding': 'withholding',
  'eclipse': 'eclipse', 'partition': 'partition', 'timestamp': 'timestamp', 'majority': 'majority',
} as const satisfies Readonly<Record<string, Attacker['kind']>>;
type AttackerName = keyof typeof ATTACKER_KINDS;

/** Settings with several values, in the order in which they were given. */
export function axesOf(given: readonly Given[]): readonly Given[] {
  return given.filter(({ texts }) => texts.length > 1);
}

/** All points, the last axis fastest. Throws a `UserError` for what cannot be. */
export function pointsOf(given: readonly Given[]): readonly Point[] {
  const axes = axesOf(given);
  for (const one of axes) {
    if (settingRow(one.name).isNumber === true) continue;
    throw settingError(one, `${one.name} takes one value, not ${one.texts.length}`);
  }
  const count = axes.reduce((product, { texts }) => product * texts.length, 1);
  if (count > POINTS_MAX) {
    throw settingError(
      axes[0]!, `These values make ${count} points, and ${POINTS_MAX} is the most`,
    );
  }
  let values: Point['values'][] = [{}];
  for (const { name, texts } of axes) {
    values = values.flatMap((before) => texts.map((text) => ({ ...before, [name]: text })));
  }
  return values.map((own) => ({ values: own, scenario: scenarioOf(given, own) }));
}

/** One setting's value, read by its name. */
class Reader {
  readonly #given: ReadonlyMap<SettingName, Given>;
  readonly #own: Point['values'];

  constructor(given: readonly Given[], own: Point['values']) {
    this.#given = new Map(given.map((one) => [one.name, one]));
    this.#own = own;
  }

  has(name: SettingName): boolean {
    return this.#given.has(name);
  }

  given(name: SettingName): Given | undefined {
    return this.#given.get(name);
  }

  text(name: SettingName): string {
    return this.#own[name] ?? this.#given.get(name)?.texts[0] ?? SETTINGS[name].usual;
  }

  number(name: SettingName): number {
    const text = this.text(name);
    return NUMBER.test(text) ? Number(text) : this.wrong(name);
  }

  /** One of these words, as what it stands for. */
  word<Value>(name: SettingName, words: Readonly<Record<string, Value>>): Value {
    const text = this.text(name);
    return Object.hasOwn(words, text) ? words[text]! : this.wrong(name);
  }

  /** The numbers behind the colons, when the text is `kind` with so many of them. */
  numbersOf(name: SettingName, kind: string, count: number): readonly number[] | undefined {
    const [first, ...rest] = this.text(name).split(':');
    if (first !== kind || rest.length !== count) return undefined;
    return rest.every((text) => NUMBER.test(text)) ? rest.map(Number) : undefined;
  }

  wrong(name: SettingName): never {
    const given = this.#given.get(name);
    const what = `${name} must be ${SETTINGS[name].form}, not "${this.text(name)}"`;
    throw settingError(given ?? { name, texts: [], origin: 'default', isFile: false }, what);
  }
}

function scenarioOf(given: readonly Given[], own: Point['values']): Scenario {
  const read = new Reader(given, own);
  checkTogether(read);
  const nodes = read.number('nodes');
  const cut = cutOf(read);
  const attacker = attackerOf(read, cut);
  const scenario: Scenario = {
    nodes,
    miners: read.has('miners') ? read.number('miners') : nodes,
    shares: sharesOf(read),
    topology: topologyOf(read),
    latency: latencyOf(read),
    bandwidthMbits: read.text('bandwidth_mbits') === 'none'
      ? undefined : read.number('bandwidth_mbits'),
    blockSeconds: read.number('block_seconds'),
    blockSize: read.number('block_size'),
    blockWaitSeconds: read.number('block_wait_seconds'),
    paymentsPerHour: read.number('payments_per_hour'),
    faults: {
      partition: attacker.kind === 'partition' ? undefined : cut,
      churn: read.has('up_minutes')
        ? { meanUpMinutes: read.number('up_minutes'), meanDownMinutes: read.number('down_minutes') }
        : DEFAULT_SCENARIO.faults.churn,
    },
    attacker,
    duration: read.has('hours') ? { kind: 'hours', hours: read.number('hours') }
      : { kind: 'blocks', blocks: read.number('blocks') },
    seed: read.number('seed'),
    repetitions: read.number('repetitions'),
  };
  const fault = scenarioFault(scenario);
  if (fault === undefined) return scenario;
  const place = Object.entries(own).map(([name, text]) => ` at ${name} ${text}`).join('');
  const isFile = given.some((one) => one.isFile);
  throw new UserError({
    exitCode: isFile && given.every((one) => one.isFile) ? EXIT.files : EXIT.usage,
    code: 'impossible-scenario',
    what: `This scenario cannot be run${place}: ${fault}.`,
    next: 'mvb simulate --help',
  });
}

/** Settings that need, or exclude, each other. */
function checkTogether(read: Reader): void {
  const attacker = read.text('attacker');
  for (const name of SETTING_NAMES) {
    const { attackers } = settingRow(name);
    const given = read.given(name);
    if (given === undefined || attackers === undefined || attackers.includes(attacker)) continue;
    const whose = attackers.length === 1 ? `the attacker ${attackers[0]}`
      : `attackers such as ${attackers[0]}`;
    const here = attacker === 'none' ? 'there is none here' : `here it is ${attacker}`;
    throw settingError(given, `${name} is of ${whose}, and ${here}`);
  }
  const groups = [
    ['up_minutes', 'down_minutes'], ['cut_from_hours', 'cut_to_hours', 'cut_share'],
  ] as const;
  for (const group of groups) {
    const some = group.flatMap((name) => read.given(name) ?? []);
    const missing = group.find((name) => !read.has(name));
    if (some.length === 0 || missing === undefined) continue;
    throw settingError(some[0]!, `${some[0]!.name} needs ${missing} too`);
  }
  const hours = read.given('hours');
  if (hours !== undefined && read.has('blocks')) {
    throw settingError(hours, 'A run ends by hours or by blocks, not by both');
  }
}

function cutOf(read: Reader): Partition | undefined {
  if (!read.has('cut_from_hours')) return undefined;
  return {
    fromHours: read.number('cut_from_hours'),
    toHours: read.number('cut_to_hours'),
    share: read.number('cut_share'),
  };
}

function sharesOf(read: Reader): Shares {
  const text = read.text('shares');
  if (text === 'equal') return { kind: 'equal' };
  const zipf = read.numbersOf('shares', 'zipf', 1);
  if (zipf !== undefined) return { kind: 'zipf', exponent: zipf[0]! };
  const weights = text.split(',').map((part) => part.trim());
  if (!weights.every((part) => NUMBER.test(part))) return read.wrong('shares');
  return { kind: 'list', weights: weights.map(Number) };
}

function topologyOf(read: Reader): Topology {
  const text = read.text('topology');
  if (text === 'complete' || text === 'ring') return { kind: text };
  const random = read.numbersOf('topology', 'random', 1);
  if (random !== undefined) return { kind: 'random', degree: random[0]! };
  const small = read.numbersOf('topology', 'small-world', 2);
  if (small !== undefined) return { kind: 'smallWorld', degree: small[0]!, rewired: small[1]! };
  const pairs = text.split(',').map((pair) => /^\s*(\d+)-(\d+)\s*$/.exec(pair));
  const edges = pairs.flatMap((pair) =>
    (pair === null ? [] : [[Number(pair[1]), Number(pair[2])] as const]));
  return edges.length === pairs.length ? { kind: 'edges', edges } : read.wrong('topology');
}

function latencyOf(read: Reader): Latency {
  if (NUMBER.test(read.text('latency'))) return { kind: 'constant', ms: read.number('latency') };
  const [uniform, exponential, lognormal] = [
    read.numbersOf('latency', 'uniform', 2), read.numbersOf('latency', 'exponential', 1),
    read.numbersOf('latency', 'lognormal', 2),
  ];
  if (uniform !== undefined) return { kind: 'uniform', minMs: uniform[0]!, maxMs: uniform[1]! };
  if (exponential !== undefined) return { kind: 'exponential', meanMs: exponential[0]! };
  if (lognormal === undefined) return read.wrong('latency');
  return { kind: 'lognormal', medianMs: lognormal[0]!, sigma: lognormal[1]! };
}

function attackerOf(read: Reader, cut: Partition | undefined): Attacker {
  const kind = ATTACKER_KINDS[read.word('attacker', WORDS_OF_ATTACKERS)];
  const share = (): number => read.number('share');
  const confirmations = (): number => read.number('confirmations');
  switch (kind) {
    case 'none':
      return { kind };
    case 'doubleSpend':
      return {
        kind, share: share(), confirmations: confirmations(),
        giveUp: { behind: read.number('give_up_behind') },
        headStart: read.word('head_start', { 'level': 'level', 'pre-mined': 'preMined' } as const),
      };
    case 'selfish':
      return { kind, share: share(), gamma: read.number('gamma') };
    case 'withholding':
      return { kind, share: share(), holdSeconds: read.number('hold_seconds') };
    case 'eclipse':
      return { kind, share: share(), confirmations: confirmations() };
    case 'timestamp':
      return { kind, share: share(), aheadSeconds: read.number('ahead_seconds') };
    case 'majority':
      return { kind, share: share(), depth: read.number('depth') };
    case 'partition':
      if (cut !== undefined) return { kind, cut };
      throw settingError(
        read.given('attacker')!,
        'The attacker partition needs cut_from_hours and what goes with it',
      );
  }
}

const WORDS_OF_ATTACKERS = Object.fromEntries(
  Object.keys(ATTACKER_KINDS).map((name) => [name, name as AttackerName]),
);

/** What is wrong with a setting, and where it stands. */
export function settingError({ origin, isFile }: Given, what: string): UserError {
  return new UserError({
    exitCode: isFile ? EXIT.files : EXIT.usage,
    code: 'bad-setting',
    what: `${what} (${origin}).`,
    next: isFile ? `mend ${origin}` : 'mvb simulate --help',
  });
}
