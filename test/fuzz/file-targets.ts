/**
 * Targets for what users write and what lies in files: the command line, parameters, keys, a lock's
 * description, a store, a scenario.
 *
 * Owns: these rows of the list, and the folder that they write to. Does not own: the laws of bytes
 * that travel (`targets.ts`).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/cli/config.ts';
import { readPassphrase, resolveAddress } from '../../src/cli/keys.ts';
import { readRunFile } from '../../src/cli/dashboard/run-file.ts';
import { Output } from '../../src/cli/output.ts';
import { PARAMETER_NAMES, parameterOf, parseValue } from '../../src/cli/parameters.ts';
import { parseAmount } from '../../src/cli/payment-order.ts';
import { planOf } from '../../src/cli/program.ts';
import { readScenarioFile } from '../../src/cli/simulate/scenario-file.ts';
import { UserError } from '../../src/cli/user-error.ts';
import { findFault } from '../../src/platform/lmdb-check.ts';
import { inspectStoreFile } from '../../src/platform/lmdb-file.ts';
import { DATA_FILE } from '../../src/platform/lmdb-pages.ts';
import { salvage } from '../../src/platform/lmdb-salvage.ts';
import { openLmdbStore } from '../../src/platform/lmdb-store.ts';
import { listKeyFiles } from '../../src/platform/key-files.ts';
import { readHolder } from '../../src/platform/owner-lock.ts';
import { formatCoins, parseCoins } from '../../src/wallet/amount.ts';
import { keyNameFault } from '../../src/wallet/key-name.ts';
import { privateKeyOf } from '../support/real-signers.ts';
import type { Target } from './fuzzer.ts';
import { must } from './fuzzer.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let folder: string | undefined;

/** Writes the bytes to a file of this name; gives its folder. */
function written(name: string, bytes: Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'mvb-fuzz-'));
  writeFileSync(join(folder, name), bytes);
  return folder;
}

/** Removes what the targets have written. */
export function removeFiles(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

/** What `read` gives, or undefined when it ends with an error that is meant for users. */
function forUsers<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const CONFIG = `# A network for one class.
network = "class-7b"
difficulty = 20
block_size = 2
block_reward = 12.5
peer = ["10.0.0.7:2607", "10.0.0.8:2607"]
key_type = 'ed25519'
`;

/** Words, with zeros between them. */
const LINES = [
  'wallet\0send\0alice\x0012.5\0bob\0--fee\x000.1', 'miner\0difficulty=20\0--data-dir\0x',
  'status\0--json\0--color=never', 'wallet\0sync\0--once\0peer=127.0.0.1:2607', '--help',
  'block\x0012\0--', 'payment\0abcdef\0--verbose', 'wallet', 'bench\0generate\0--blocks\x003',
];

/** A small store as LMDB writes it, with a record that has pages of its own. */
function storeFile(): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'mvb-fuzz-'));
  const store = openLmdbStore(directory);
  store.commit([1, 2, 3].map((key) => ({ key: Uint8Array.of(key), value: ascii(`value ${key}`) })));
  store.commit([{ key: Uint8Array.of(4), value: new Uint8Array(5_000).fill(4) }]);
  store.close();
  const bytes = new Uint8Array(readFileSync(join(directory, DATA_FILE)));
  rmSync(directory, { recursive: true });
  return bytes;
}

const SCENARIO = `# How often?
nodes = 20
share = [0.1, 0.3]
latency = "uniform:50:150"
attacker = "double-spend"
`;

const keyFile = (name: 'rsa1024' | 'ed25519'): Uint8Array =>
  ascii(privateKeyOf(name).export({ type: 'pkcs8', format: 'pem' }) as string);

export const FILE_TARGETS: readonly Target[] = [
  {
    name: 'amount in coins',
    covers: ['parseCoins'],
    seeds: ['0', '12.5', '9223372036854.775807', '0.000001'].map(ascii),
    check(bytes) {
      const units = parseCoins(textOf(bytes));
      if (units === undefined) return false;
      must(parseCoins(formatCoins(units)) === units, 'another amount when written and read again');
      return true;
    },
  },
  {
    name: 'amount that somebody typed',
    covers: ['parseAmount'],
    seeds: ['12.5', '0', '9223372036854.775808', '007'].map(ascii),
    check(bytes) {
      const text = textOf(bytes);
      const units = forUsers(() => parseAmount(text, 'amount'));
      must(units === undefined || (units > 0n && units === parseCoins(text)), 'another amount');
      return units !== undefined;
    },
  },
  {
    name: 'address or name of a key',
    seeds: ['alice', 'ab'.repeat(32), 'AB'.repeat(32)].map(ascii),
    check(bytes) {
      const text = textOf(bytes);
      const address = forUsers(() => resolveAddress(text, []));
      must(address === undefined || /^[0-9a-f]{64}$/.test(address), 'no address');
      must(address === undefined || keyNameFault(text) !== undefined, 'an address and a name');
      return address !== undefined;
    },
  },
  {
    name: 'value of a parameter',
    covers: ['parseValue'],
    seeds: PARAMETER_NAMES.map((name) => ascii(parameterOf(name).initial)),
    weight: 0.5,
    check(bytes) {
      const text = textOf(bytes);
      return PARAMETER_NAMES.filter((name) => parseValue(name, text) !== undefined).length > 0;
    },
  },
  {
    name: 'file of parameters',
    covers: ['loadConfig'],
    seeds: [ascii(CONFIG)],
    weight: 0.05,
    check(bytes) {
      const dataDir = written('mvb.toml', bytes);
      const configFile = join(dataDir, 'mvb.toml');
      return forUsers(() =>
        loadConfig({ dataDir, configFile, environment: {}, given: [] })) !== undefined;
    },
  },
  {
    name: 'command line',
    covers: ['splitArguments', 'planOf'],
    seeds: LINES.map(ascii),
    weight: 0.02,
    check(bytes) {
      const words = textOf(bytes).split('\0');
      const output = new Output({ isJson: false, isVerbose: false, colour: 'never' });
      return forUsers(() => planOf(words, output, '0')) !== undefined;
    },
  },
  {
    name: 'passphrase file',
    covers: ['readPassphrase'],
    seeds: ['secret\n', '\r\nsecret', 'a'].map(ascii),
    weight: 0.02,
    check(bytes) {
      const file = join(written('passphrase', bytes), 'passphrase');
      const passphrase = forUsers(() => readPassphrase(file));
      must(passphrase !== '' && !/[\r\n]$/.test(passphrase ?? ''), 'not a line');
      return passphrase !== undefined;
    },
  },
  {
    name: 'key file',
    covers: ['listKeyFiles'],
    seeds: [keyFile('ed25519'), keyFile('rsa1024')],
    weight: 0.005,
    async check(bytes) {
      const { keys, skipped } = await listKeyFiles(written('alice.pem', bytes));
      must(keys.length + skipped.length === 1, 'neither a key nor none');
      return keys.length === 1;
    },
  },
  {
    name: 'description of a lock',
    covers: ['readHolder'],
    seeds: [ascii('{"pid":7,"role":"miner","since":1700000000000}')],
    weight: 0.02,
    check: (bytes) => readHolder(written('owner.lock', bytes)) !== undefined,
  },
  {
    name: 'where a dashboard is',
    covers: ['readRunFile'],
    seeds: [ascii('{"url":"http://127.0.0.1:2609","pid":7,"read_only":false}')],
    weight: 0.02,
    check: (bytes) => readRunFile(written('dashboard.json', bytes)) !== undefined,
  },
  {
    name: 'file of a store',
    covers: ['inspectStoreFile', 'readNewestMeta', 'readPage', 'readBig'],
    seeds: [storeFile()],
    weight: 0.005,
    check(bytes) {
      const directory = written(DATA_FILE, bytes);
      const isSound = inspectStoreFile(directory).state === 'sound';
      const fault = findFault(directory);
      salvage(directory, new Uint8Array(0));
      return isSound && fault === undefined;
    },
  },
  {
    name: 'file of a scenario',
    covers: ['readScenarioFile', 'readPreset'],
    seeds: [ascii(SCENARIO)],
    weight: 0.05,
    check: (bytes) => forUsers(() =>
      readScenarioFile(join(written('asked.toml', bytes), 'asked.toml'))) !== undefined,
  },
];
