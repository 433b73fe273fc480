/**
 * Every parameter that a user can set, in one table: the loader, `--help`, `mvb config` and the
 * documentation read it.
 *
 * Owns: names, defaults, meanings, and how the text of a value is read.
 * Does not own: where values come from (`config.ts`), the limits of chain parameters together
 * (`consensus/params.ts`).
 */
import { z } from 'zod';
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
  readonly schema: z.ZodType<Value, string>;
}

type Draft<Value> = Pick<Parameter<Value>, 'form' | 'schema'>;
type Words = Pick<Parameter<unknown>, 'kind' | 'initial' | 'meaning'> & { readonly unit?: string };

function parameter<Value>(words: Words, draft: Draft<Value>): Parameter<Value> {
  return { unit: '', ...words, ...draft };
}

/** A whole number; `scale` turns what people write into what the program counts. */
function whole(min: number, max: number, scale = 1): Draft<number> {
  const schema = z.string().regex(/^(0|[1-9]\d{0,14})$/).transform(Number)
    .refine((value) => value >= min && value <= max).transform((value) => value * scale);
  return { form: `a whole number from ${min} to ${max}`, schema };
}

/** Seconds, perhaps with decimals, as whole milliseconds. */
function seconds(min: number, max: number): Draft<number> {
  const schema = z.string().regex(/^(0|[1-9]\d{0,8})(\.\d{1,3})?$/).transform(Number)
    .refine((value) => value >= min && value <= max)
    .transform((value) => Math.round(value * 1000));
  return { form: `seconds from ${min} to ${max}`, schema };
}

function oneOf<const Word extends string>(...words: readonly Word[]): Draft<Word> {
  return { form: words.join(' or '), schema: z.enum(words) as unknown as z.ZodType<Word, string> };
}

/** Texts with commas between them; an empty text is an empty list. */
function listOf(form: string, item: RegExp, countMax: number): Draft<readonly string[]> {
  const schema = z.string()
    .transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .refine((items) => items.length <= countMax && items.every((part) => item.test(part)));
  return { form: `${form}, with commas between them, at most ${countMax}`, schema };
}

/** 0 lets the system choose a free one. */
const port = whole(0, 65_535);
const path: Draft<string> = {
  form: 'a path', schema: z.string().regex(/^[^\0]{0,4000}$/),
};
const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const ipv4: Draft<string> = {
  form: 'an IPv4 address such as 0.0.0.0 or 127.0.0.1', schema: z.string().regex(IPV4),
};
/** A name or an address, and a port. */
const HOST_PORT = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}$/;
const LIST_MAX = 64;

const TABLE = {
  network: parameter({
    kind: 'chain', initial: DEFAULT_PARAMS.network,
    meaning: 'Name of the network. Networks of another name never mix.',
  }, {
    form: `1 to ${NETWORK_NAME_MAX} printable characters without spaces`,
    schema: z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${NETWORK_NAME_MAX}}$`)),
  }),
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
  }, {
    form: `${AMOUNT_FORM}, up to ${formatCoins(AMOUNT_MAX)}`,
    schema: z.string().transform((text, context) => {
      const units = parseCoins(text);
      if (units !== undefined) return units;
      context.addIssue({ code: 'custom', message: 'no amount' });
      return z.NEVER;
    }),
  }),
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
    schema: z.string().refine((text) => RSA_BITS.some((bits) => String(bits) === text))
      .transform(Number),
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
  tag: parameter({
    kind: 'node', initial: '',
    meaning: 'Name that this node shows to others, in blocks too. Empty: the name of this machine.',
  }, {
    form: `at most ${TAG_BYTES} printable characters`,
    schema: z.string().regex(new RegExp(`^[\\x20-\\x7e]{0,${TAG_BYTES}}$`)),
  }),
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
  log: parameter({
    kind: 'node', initial: 'pretty', meaning: 'Form of the log: for people, or for programs.',
  }, oneOf('pretty', 'json')),
} as const satisfies Record<string, Parameter<unknown>>;

export type ParameterName = keyof typeof TABLE;
/** What a parameter's text becomes. */
export type ValueOf<Name extends ParameterName> = z.output<(typeof TABLE)[Name]['schema']>;
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
  const result = TABLE[name].schema.safeParse(text);
  return result.success ? result.data : undefined;
}

/** The names that environment variables have: `MVB_KEY_SIZE` for `key_size`. */
export function environmentName(name: ParameterName): string {
  return `MVB_${name.toUpperCase()}`;
}
