/**
 * Every parameter that a user can set, in one table: the loader, `--help`, `mvb config` and the
 * documentation read it.
 *
 * Owns: names, defaults, meanings, and how the text of a value is read.
 * Does not own: where values come from (`config.ts`), the limits of chain parameters together
 * (`consensus/params.ts`).
 */
import {
  BLOCK_BYTES_LIMIT, BLOCK_SIZE_MAX, BLOCK_WAIT_SECONDS_MAX, DEFAULT_PARAMS, DIFFICULTY_BIT,
  NETWORK_NAME_MAX,
} from '../consensus/params.ts';
import { TAG_BYTES } from '../consensus/encoding.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import { RSA_BITS } from '../crypto/keys.ts';
import { AMOUNT_FORM, formatCoins, parseCoins } from '../wallet/amount.ts';

/** A chain parameter is the same on every node of a network; a node option is each node's own. */
export type ParameterKind = 'chain' | 'node';

export interface Parameter<Value> {
  readonly kind: ParameterKind;
  /**
   * What is taken when nobody says otherwise, as text; `config.ts` fills in the empty ones that
   * need it.
   */
  readonly initial: string;
  /** What the value counts, such as `seconds`; empty when it has no unit. */
  readonly unit: string;
  /** One or two sentences for `--help` and the documentation. */
  readonly meaning: string;
  /** What a value must be, to follow "must be". */
  readonly form: string;
  /** The value of a text, or undefined when it has not that form. */
  readonly read: (text: string) => Value | undefined;
}

type Draft<Value> = Pick<Parameter<Value>, 'form' | 'read'>;
type Words = Pick<Parameter<unknown>, 'kind' | 'initial' | 'meaning'> & { readonly unit?: string };

function parameter<Value>(words: Words, draft: Draft<Value>): Parameter<Value> {
  return { unit: '', ...words, ...draft };
}

/** A number in this form and between these, or undefined. */
function numberIn(text: string, form: RegExp, min: number, max: number): number | undefined {
  const value = form.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** A whole number; `scale` turns what people write into what the program counts. */
function whole(min: number, max: number, scale = 1): Draft<number> {
  const read = (text: string): number | undefined => {
    const value = numberIn(text, /^(0|[1-9]\d{0,14})$/, min, max);
    return value === undefined ? undefined : value * scale;
  };
  return { form: `a whole number from ${min} to ${max}`, read };
}

/** Seconds, perhaps with decimals, as whole milliseconds. */
function seconds(min: number, max: number): Draft<number> {
  const read = (text: string): number | undefined => {
    const value = numberIn(text, /^(0|[1-9]\d{0,8})(\.\d{1,3})?$/, min, max);
    return value === undefined ? undefined : Math.round(value * 1000);
  };
  return { form: `seconds from ${min} to ${max}`, read };
}

function oneOf<const Word extends string>(...words: readonly Word[]): Draft<Word> {
  return { form: words.join(' or '), read: (text) => words.find((word) => word === text) };
}

/** A text that matches. */
function textLike(form: string, pattern: RegExp): Draft<string> {
  return { form, read: (text) => (pattern.test(text) ? text : undefined) };
}

/** Texts with commas between them; an empty text is an empty list. */
function listOf(form: string, item: RegExp, countMax: number): Draft<readonly string[]> {
  const read = (text: string): readonly string[] | undefined => {
    const items = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
    return items.length <= countMax && items.every((part) => item.test(part)) ? items : undefined;
  };
  return { form: `${form}, with commas between them, at most ${countMax}`, read };
}

/** 0 lets the system choose a free one. */
const port = whole(0, 65_535);
const path = textLike('a path', /^[^\0]{0,4000}$/);
const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const ipv4 = textLike('an IPv4 address such as 0.0.0.0 or 127.0.0.1', IPV4);
/** What a browser may write in the place of an address. */
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
/** A name or an address, and a port. */
const HOST_PORT = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}$/;
const LIST_MAX = 64;
/** Where only this machine reaches what listens. */
export const LOCAL_ADDRESS = '127.0.0.1';

const TABLE = {
  network: parameter({
    kind: 'chain', initial: DEFAULT_PARAMS.network,
    meaning: 'Name of the network. Networks of another name never mix.',
  }, textLike(
    `1 to ${NETWORK_NAME_MAX} printable characters without spaces`,
    new RegExp(`^[\\x21-\\x7e]{1,${NETWORK_NAME_MAX}}$`),
  )),
  difficulty: parameter({
    kind: 'chain', initial: String(DEFAULT_PARAMS.difficulty / DIFFICULTY_BIT), unit: 'bits',
    meaning: 'Zero bits that the hash of a block begins with. One more doubles the work.',
  }, whole(0, 255, DIFFICULTY_BIT)),
  block_size: parameter({
    kind: 'chain', initial: String(DEFAULT_PARAMS.blockSize), unit: 'transactions',
    meaning: 'Transactions that a block needs, the reward counted.',
  }, whole(1, BLOCK_SIZE_MAX)),
  block_reward: parameter({
    kind: 'chain', initial: formatCoins(DEFAULT_PARAMS.blockReward), unit: 'coins',
    meaning: 'What the miner of a block is paid, besides the fees in it.',
  }, { form: `${AMOUNT_FORM}, up to ${formatCoins(AMOUNT_MAX)}`, read: parseCoins }),
  block_wait_seconds: parameter({
    kind: 'chain', initial: String(DEFAULT_PARAMS.blockWaitSeconds), unit: 'seconds',
    meaning: 'After this time a block with fewer transactions is valid too; 0 means never.',
  }, whole(0, BLOCK_WAIT_SECONDS_MAX)),
  max_block_bytes: parameter({
    kind: 'chain', initial: String(DEFAULT_PARAMS.blockBytesMax), unit: 'bytes',
    meaning: 'The greatest size of a block.',
  }, whole(1, BLOCK_BYTES_LIMIT)),

  key_size: parameter({
    kind: 'node', initial: '2048', unit: 'bits', meaning: 'Size of new RSA keys. 1024 is weak.',
  }, {
    form: RSA_BITS.join(', ').replace(/, (\d+)$/, ' or $1'),
    read: (text) => RSA_BITS.find((bits) => String(bits) === text),
  }),
  key_type: parameter({
    kind: 'node', initial: 'rsa', meaning: 'Kind of new keys.',
  }, oneOf('rsa', 'ed25519')),
  status_broadcast_interval_seconds: parameter({
    kind: 'node', initial: '5', unit: 'seconds',
    meaning: 'Time between the status broadcasts of a miner.',
  }, seconds(0.05, 86_400)),
  transaction_broadcast_interval_seconds: parameter({
    kind: 'node', initial: '5', unit: 'seconds',
    meaning: 'Time between broadcasts of a payment that is not in a block yet.',
  }, seconds(0.05, 86_400)),
  status_broadcast_port: parameter({
    kind: 'node', initial: '2606',
    meaning: 'UDP port of status broadcasts. All members of a network use the same.',
  }, port),
  block_server_port: parameter({
    kind: 'node', initial: '2607',
    meaning: 'TCP port of this node\'s block server. Each miner of a machine has its own; 0: any.',
  }, port),
  transaction_port: parameter({
    kind: 'node', initial: '2608',
    meaning: 'UDP port of payments. All members of a network use the same.',
  }, port),
  broadcast_address: parameter({
    kind: 'node', initial: '',
    meaning: 'Where broadcasts go. Empty: to every network of this machine, and 127.255.255.255.',
  }, listOf('IPv4 addresses', IPV4, LIST_MAX)),
  listen_address: parameter({
    kind: 'node', initial: '0.0.0.0',
    meaning: 'Address that the block server answers on; 127.0.0.1 for this machine only.',
  }, ipv4),
  peer: parameter({
    kind: 'node', initial: '',
    meaning: 'Block servers to ask besides those heard, for networks without broadcast.',
  }, listOf('host:port', HOST_PORT, LIST_MAX)),
  mining_threads: parameter({
    kind: 'node', initial: '0', unit: 'threads',
    meaning: 'Threads that mine. 0: one fewer than the machine has cores, at least one.',
  }, whole(0, 256)),
  mining_load: parameter({
    kind: 'node', initial: '100', unit: 'percent',
    meaning: 'Share of the time in which each mining thread works.',
  }, whole(1, 100)),
  mining_kernel: parameter({
    kind: 'node', initial: 'native',
    meaning: 'The best search to mine with. Where it does not work, the next one takes its place.',
  }, oneOf('native', 'wasm', 'reference')),
  tag: parameter({
    kind: 'node', initial: '',
    meaning: 'Name that this node shows to others, in blocks too. Empty: the name of this machine.',
  }, textLike(
    `at most ${TAG_BYTES} printable characters`, new RegExp(`^[\\x20-\\x7e]{0,${TAG_BYTES}}$`),
  )),
  confirmation_depth: parameter({
    kind: 'node', initial: '6', unit: 'blocks',
    meaning: 'Depth at which a payment counts as final.',
  }, whole(1, 100_000)),
  key_store_dir: parameter({
    kind: 'node', initial: '',
    meaning: 'Folder of the key files. Empty: the data directory.',
  }, path),
  blockchain_store: parameter({
    kind: 'node', initial: '',
    meaning: 'Folder of the blockchain. Empty: `blockchain` in the data directory.',
  }, path),
  dashboard: parameter({
    kind: 'node', initial: 'yes',
    meaning: 'Whether a miner serves its page and the HTTP API.',
  }, oneOf('yes', 'no')),
  dashboard_port: parameter({
    kind: 'node', initial: '2609',
    meaning: 'TCP port of the page and the HTTP API; 0: any.',
  }, port),
  dashboard_address: parameter({
    kind: 'node', initial: LOCAL_ADDRESS,
    meaning: 'Address that the page answers on. At any other than 127.0.0.1 it is read-only.',
  }, ipv4),
  dashboard_host: parameter({
    kind: 'node', initial: '',
    meaning: 'Names that browsers may know the page by besides localhost, such as a proxy\'s.',
  }, listOf('host names', HOST_NAME, LIST_MAX)),
  dashboard_wallet: parameter({
    kind: 'node', initial: 'local',
    meaning: 'Where the page has wallet and control: at 127.0.0.1 only, or wherever it answers.',
  }, oneOf('local', 'everywhere')),
  log: parameter({
    kind: 'node', initial: 'pretty', meaning: 'Form of the log: for people, or for programs.',
  }, oneOf('pretty', 'json')),
} as const satisfies Record<string, Parameter<unknown>>;

export type ParameterName = keyof typeof TABLE;
/** What a parameter's text becomes. */
export type ValueOf<Name extends ParameterName> =
  NonNullable<ReturnType<(typeof TABLE)[Name]['read']>>;
/** All parameters, read. */
export type Values = { readonly [Name in ParameterName]: ValueOf<Name> };

/** In the order of the documentation: chain parameters first. */
export const PARAMETER_NAMES = Object.keys(TABLE) as readonly ParameterName[];

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(TABLE, name);
}

export function parameterOf(name: ParameterName): Parameter<unknown> {
  return TABLE[name];
}

/** Reads a value's text; undefined when it is not of the parameter's form. */
export function parseValue(name: ParameterName, text: string): unknown {
  return TABLE[name].read(text);
}

/** The names that environment variables have: `MVB_KEY_SIZE` for `key_size`. */
export function environmentName(name: ParameterName): string {
  return `MVB_${name.toUpperCase()}`;
}
