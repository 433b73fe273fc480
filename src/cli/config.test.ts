/**
 * Goal: each parameter comes from the latest source that names it, and nothing wrong is taken
 * silently. Method: real files in a temporary folder; tables of wrong names and values.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_PARAMS, DIFFICULTY_BIT } from '../consensus/params.ts';
import { writeChainParams } from './chain-file.ts';
import { chainParamsOf, loadConfig, settingsWithStore } from './config.ts';
import type { Config, ConfigSources } from './config.ts';
import { nearest } from './nearest.ts';
import { environmentName, PARAMETER_NAMES, parameterOf, parseValue } from './parameters.ts';
import { UserError } from './user-error.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mvb-config-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function load(sources: Partial<ConfigSources> & { readonly toml?: string } = {}): Config {
  const { toml, ...rest } = sources;
  if (toml !== undefined) writeFileSync(join(dataDir, 'mvb.toml'), toml);
  return loadConfig({ dataDir, environment: {}, given: [], ...rest });
}

function failure(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the table', () => {
  test('has a default of the right form for each parameter', () => {
    for (const name of PARAMETER_NAMES) {
      expect(parseValue(name, parameterOf(name).initial), name).toBeDefined();
    }
    expect(chainParamsOf(load(), undefined)).toEqual(DEFAULT_PARAMS);
  });

  test.each([
    ['difficulty', '20', 20 * DIFFICULTY_BIT],
    ['block_reward', '12.5', 12_500_000n],
    ['block_reward', '0', 0n],
    ['status_broadcast_interval_seconds', '0.25', 250],
    ['key_size', '4096', 4096],
    ['peer', 'a.example:2607, [::1]:80', ['a.example:2607', '[::1]:80']],
    ['broadcast_address', '', []],
    ['broadcast_address', '127.255.255.255,10.0.0.255', ['127.255.255.255', '10.0.0.255']],
    ['mining_threads', '0', 0],
    ['log', 'json', 'json'],
    ['tag', 'a lab', 'a lab'],
  ] as const)('%s reads %j', (name, text, value) => {
    expect(parseValue(name, text)).toEqual(value);
  });

  test.each([
    ['difficulty', '-1'], ['difficulty', '256'], ['difficulty', '20.5'], ['difficulty', '1e1'],
    ['difficulty', '0x10'], ['difficulty', ''], ['difficulty', ' 20'], ['difficulty', '020'],
    ['block_size', '0'], ['block_size', '10001'], ['block_reward', '-1'], ['block_reward', '1e3'],
    ['block_reward', '0.0000001'], ['network', ''], ['network', 'two words'],
    ['network', 'n'.repeat(33)], ['network', 'ä'], ['key_size', '512'], ['key_type', 'RSA'],
    ['block_server_port', '65536'], ['block_server_port', 'http'],
    ['status_broadcast_interval_seconds', '0'], ['broadcast_address', 'example.org'],
    ['broadcast_address', '1.2.3.256'], ['peer', 'host'], ['peer', 'host:0x1'],
    ['mining_load', '0'],
    ['tag', 't'.repeat(21)], ['tag', 'line\nbreak'], ['log', 'xml'],
    ['peer', Array.from({ length: 65 }, () => 'h:1').join(',')],
  ] as const)('%s refuses %j', (name, text) => {
    expect(parseValue(name, text)).toBeUndefined();
  });
});

describe('sources', () => {
  const given = [['key_size', '4096']] as const;
  const environment = { MVB_KEY_SIZE: '3072' };
  const toml = 'key_size = 1024\n';

  test('win in the order default, file, environment, command line', () => {
    expect(load().values.key_size).toBe(2048);
    expect(load({ toml }).values.key_size).toBe(1024);
    expect(load({ toml, environment }).values.key_size).toBe(3072);
    const config = load({ toml, environment, given });
    expect(config.values.key_size).toBe(4096);
    expect(config.settings.find((setting) => setting.name === 'key_size')).toEqual({
      name: 'key_size', text: '4096', source: 'command line', origin: 'command line',
    });
  });

  test('may be said twice on the command line, and the later counts', () => {
    expect(load({ given: [['block_size', '2'], ['block_size', '3']] }).values.block_size).toBe(3);
  });

  test('of TOML types are read as their text', () => {
    const { values } = load({
      toml: 'block_reward = 12.5\nnetwork = "lab"\nbroadcast_address = ["127.255.255.255"]\n',
    });
    expect(values.block_reward).toBe(12_500_000n);
    expect(values.network).toBe('lab');
    expect(values.broadcast_address).toEqual(['127.255.255.255']);
  });

  test('every parameter has a variable', () => {
    for (const name of PARAMETER_NAMES) {
      const text = parameterOf(name).initial;
      const config = load({ environment: { [environmentName(name)]: text } });
      const setting = config.settings.find((one) => one.name === name);
      expect(setting).toMatchObject({ text, source: 'environment' });
    }
  });

  test('a folder in the file is relative to the file, another one to where we are', () => {
    expect(load().keyDir).toBe(dataDir);
    expect(load().storeDir).toBe(join(dataDir, 'blockchain'));
    expect(load({ toml: 'key_store_dir = "keys"' }).keyDir).toBe(join(dataDir, 'keys'));
    expect(load({ given: [['key_store_dir', 'keys']] }).keyDir).toBe('keys');
  });
});

describe('what is wrong', () => {
  test.each([
    [{ given: [['dificulty', '3']] as const }, 'Did you mean difficulty?'],
    [{ environment: { MVB_BLOCKSIZE: '3' } }, 'Did you mean MVB_BLOCK_SIZE?'],
    [
      { given: [['key_size', '512']] as const },
      'key_size must be 1024, 2048, 3072 or 4096, not "512"',
    ],
    [{ configFile: 'nowhere.toml' }, 'There is no file nowhere.toml'],
  ])('%j is a usage error that says so', (sources, words) => {
    const error = failure(() => load(sources));
    expect(error.exitCode).toBe(2);
    expect(error.what).toContain(words);
  });

  test.each([
    ['block-reward = 3', 'Did you mean block_reward?'],
    ['[network]\nname = "x"', 'network must be'],
    ['__proto__ = 1', 'Unknown parameter "__proto__"'],
    ['difficulty = 20.5', 'difficulty must be a whole number'],
    ['block_size = 5000\nmax_block_bytes = 1000', 'No network can have these parameters'],
  ])('in the file, %j is an error of that file', (toml, words) => {
    const error = failure(() => chainParamsOf(load({ toml }), undefined));
    expect(error.exitCode).toBe(4);
    expect(error.what).toContain(words);
    expect(error.next).toBe(`mend ${join(dataDir, 'mvb.toml')}`);
  });

  test('an unknown variable is to be unset', () => {
    expect(failure(() => load({ environment: { MVB_X: '1' } })).next).toBe('unset MVB_X');
  });

  test('a data directory that is a file is called that', () => {
    const file = join(dataDir, 'afile');
    writeFileSync(file, '');
    const error = failure(() => load({ dataDir: file }));
    expect(error.what).toBe(`${file} is a file, not a folder.`);
    expect(error.next).toBe('--data-dir FOLDER');
  });

  test('a file of parameters that is a folder is not blamed on --config', () => {
    mkdirSync(join(dataDir, 'mvb.toml'));
    expect(failure(() => load()).next).not.toContain('--config');
    const configFile = join(dataDir, 'mvb.toml');
    expect(failure(() => load({ configFile })).next).toContain('--config');
  });

  test('a file that is no TOML is named with its line', () => {
    const error = failure(() => load({ toml: 'key_size = 2048\nnetwork = lab\n' }));
    expect(error.exitCode).toBe(4);
    expect(error.what).toContain('mvb.toml is not valid TOML at line 2');
  });

  test('a name that is near nothing gets no guess', () => {
    expect(nearest('colour', PARAMETER_NAMES)).toBeUndefined();
    expect(failure(() => load({ given: [['colour', 'red']] })).what).not.toContain('Did you mean');
    expect(nearest('x'.repeat(100_000), PARAMETER_NAMES)).toBeUndefined();
  });
});

describe('chain parameters', () => {
  const stored = { ...DEFAULT_PARAMS, network: 'lab', blockSize: 2 };

  test('come from the store when nobody gives them', () => {
    expect(chainParamsOf(load(), stored)).toEqual(stored);
    const shown = settingsWithStore(load(), stored);
    expect(shown.find((setting) => setting.name === 'block_size'))
      .toMatchObject({ text: '2', source: 'store' });
    expect(shown.find((setting) => setting.name === 'key_size')?.source).toBe('default');
  });

  test('may be given again as they are', () => {
    const given = [['block_size', '2'], ['block_reward', '10.0']] as const;
    expect(chainParamsOf(load({ given }), stored)).toEqual(stored);
  });

  test('that differ from the store are an error with the difference', () => {
    const typed = failure(() => chainParamsOf(load({ given: [['block_size', '3']] }), stored));
    expect(typed.exitCode).toBe(2);
    expect(typed.what).toContain('block_size 3 (command line), in the store 2');
    expect(typed.next).toContain('mvb miner --data-dir NEW-FOLDER');
    const inStatus = load({ command: 'status', given: [['block_size', '3']] });
    expect(failure(() => chainParamsOf(inStatus, stored)).next)
      .toContain('mvb status --data-dir NEW-FOLDER');
    const written = failure(() => chainParamsOf(load({ toml: 'network = "x"' }), stored));
    expect(written.exitCode).toBe(4);
    expect(written.what).toContain('network x (');
    expect(written.next).toContain('take the chain parameters out of ');
    expect(written.details).toMatchObject({ network: 'x', network_of_store: 'lab' });
  });

  test('that found no network together are refused', () => {
    const given = [['block_size', '5000'], ['max_block_bytes', '1000']] as const;
    const error = failure(() => chainParamsOf(load({ given }), undefined));
    expect(error.what).toContain('max_block_bytes');
  });
});

describe('the file of chain parameters', () => {
  const params = { ...DEFAULT_PARAMS, network: 'a"b\\c', blockReward: 12_500_000n };

  test('is read back as it was written', () => {
    expect(writeChainParams(join(dataDir, 'mvb.toml'), params)).toBe(true);
    expect(chainParamsOf(load(), undefined)).toEqual(params);
    expect(writeChainParams(join(dataDir, 'mvb.toml'), params)).toBe(false);
  });

  test('keeps what stands there and adds what is missing', () => {
    const before = '# mine\nkey_size = 4096\ndifficulty = 26 # as always';
    writeFileSync(join(dataDir, 'mvb.toml'), before);
    writeChainParams(join(dataDir, 'mvb.toml'), params);
    const after = readFileSync(join(dataDir, 'mvb.toml'), 'utf8');
    expect(after.startsWith(`${before}\n`)).toBe(true);
    expect(after.match(/difficulty/g)).toHaveLength(1);
    expect(chainParamsOf(load(), params)).toEqual(params);
    expect(load().values.key_size).toBe(4096);
  });
});
