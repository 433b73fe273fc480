/**
 * The parameters of this run: each with its value and where it came from.
 *
 * Owns: the order of sources (defaults, the store, `mvb.toml`, environment, command line; later
 * wins), and refusing unknown names and wrong values.
 * Does not own: the table of parameters (`parameters.ts`), or writing chain parameters down
 * (`chain-file.ts`).
 */
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { paramsFault } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { TAG_BYTES } from '../consensus/encoding.ts';
import { paramsInWords } from '../node/difference.ts';
import {
  environmentName, isParameterName, PARAMETER_NAMES, parameterOf, parseValue,
} from './parameters.ts';
import type { ParameterName, Values } from './parameters.ts';
import { suggestion } from './nearest.ts';
import { EXIT, usageError, UserError } from './user-error.ts';
import type { ExitCode } from './user-error.ts';

export type Source = 'default' | 'store' | 'file' | 'environment' | 'command line';

export interface Setting {
  readonly name: ParameterName;
  /** As it was written, or the default. */
  readonly text: string;
  readonly source: Source;
  /** Where exactly, to show: a path, a variable, or the source's name. */
  readonly origin: string;
}

export interface ConfigSources {
  /** As the user gave it; relative to the current folder. */
  readonly dataDir: string;
  /** Instead of `mvb.toml` in the data directory; then it must be there. */
  readonly configFile?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `name`, `value` of the command line, in order. */
  readonly given: readonly (readonly [string, string])[];
  /** What runs, for hints, without the program's name: `wallet sync`. */
  readonly command?: string;
}

export interface Config {
  readonly command: string;
  readonly dataDir: string;
  /** Where `mvb.toml` is, or would be. */
  readonly file: string;
  /** In the order of the table; without a store, chain parameters have their defaults. */
  readonly settings: readonly Setting[];
  readonly values: Values;
  /** The folder of the key files, as it is shown: relative when the user's was. */
  readonly keyDir: string;
  /** The folder of the store. */
  readonly storeDir: string;
}

/** The name of the file of parameters in the data directory. */
export const CONFIG_FILE = 'mvb.toml';
/** A file of parameters is small; this bounds what a wrong path can cost. */
const CONFIG_BYTES_MAX = 1_000_000;
const COMMAND_LINE: Source = 'command line';

/** Collects the parameters. Throws a `UserError` for an unknown name or a wrong value. */
export function loadConfig(sources: ConfigSources): Config {
  checkDataDir(sources.dataDir);
  const file = sources.configFile ?? join(sources.dataDir, CONFIG_FILE);
  const settings = new Map(PARAMETER_NAMES.map((name) => [name, defaultOf(name)]));
  const isRequired = sources.configFile !== undefined;
  for (const setting of fromFile(file, isRequired)) settings.set(setting.name, setting);
  for (const setting of fromEnvironment(sources.environment)) settings.set(setting.name, setting);
  for (const setting of fromCommandLine(sources.given)) settings.set(setting.name, setting);

  const values = Object.fromEntries(
    [...settings.values()].map((setting) => [setting.name, readSetting(setting)]),
  ) as unknown as Values;
  const folderOf = (name: 'key_store_dir' | 'blockchain_store', usual: string): string => {
    if (values[name] === '') return usual;
    // What stands in a file is relative to the file, so that the folder can move.
    const isFromFile = settings.get(name)?.source === 'file';
    return isFromFile ? resolve(dirname(file), values[name]) : values[name];
  };
  return {
    command: sources.command ?? 'miner',
    dataDir: sources.dataDir,
    file,
    settings: [...settings.values()],
    values,
    keyDir: folderOf('key_store_dir', sources.dataDir),
    storeDir: folderOf('blockchain_store', join(sources.dataDir, 'blockchain')),
  };
}

/**
 * The chain parameters to use: those given, then the store's, then the defaults. Throws a
 * `UserError` when they found no network, or when they differ from those of an existing store
 * (`stored`): exit code 2 when one of the differing values was typed or is in the environment, else
 * 4.
 */
export function chainParamsOf(config: Config, stored: ChainParams | undefined): ChainParams {
  const { values } = config;
  const wanted: ChainParams = {
    network: values.network,
    difficulty: values.difficulty,
    blockSize: values.block_size,
    blockReward: values.block_reward,
    blockWaitSeconds: values.block_wait_seconds,
    blockBytesMax: values.max_block_bytes,
  };
  if (stored !== undefined) {
    const differing = differingSettings(config, wanted, stored);
    if (differing.length > 0) throw differenceError(config, differing);
    return stored;
  }
  const fault = paramsFault(wanted);
  if (fault === undefined) return wanted;
  const names = new Map(paramsInWords(wanted));
  const given = config.settings.filter(
    ({ name, source }) => names.has(name) && source !== 'default',
  );
  const isFromFile = given.length > 0 && given.every(({ source }) => source === 'file');
  throw new UserError({
    exitCode: isFromFile ? EXIT.files : EXIT.usage,
    code: 'bad-parameters',
    what: `No network can have these parameters: ${fault}.`,
    next: isFromFile ? `mend ${config.file}` : 'mvb --help',
  });
}

/** The settings with the chain parameters of a store in the place of defaults. */
export function settingsWithStore(
  config: Config,
  stored: ChainParams | undefined,
): readonly Setting[] {
  if (stored === undefined) return config.settings;
  const words = new Map(paramsInWords(stored));
  return config.settings.map((setting) => {
    const text = words.get(setting.name);
    if (setting.source !== 'default' || text === undefined) return setting;
    return { ...setting, text, source: 'store', origin: config.storeDir } as const;
  });
}

interface Differing {
  readonly setting: Setting;
  readonly stored: string;
}

/** Chain parameters that somebody gave, and that are not the store's. */
function differingSettings(config: Config, wanted: ChainParams, stored: ChainParams): Differing[] {
  const [asked, has] = [new Map(paramsInWords(wanted)), new Map(paramsInWords(stored))];
  return config.settings.flatMap((setting) => {
    const value = has.get(setting.name);
    const isGiven = setting.source !== 'default' && value !== undefined;
    return isGiven && asked.get(setting.name) !== value ? [{ setting, stored: value }] : [];
  });
}

function differenceError(config: Config, differing: readonly Differing[]): UserError {
  const typed = differing.some(({ setting }) => setting.source !== 'file');
  const list = differing.map(({ setting, stored }) =>
    `${setting.name} ${setting.text} (${setting.origin}), in the store ${stored}`);
  const names = differing.map(({ setting }) => setting.name).join(' and ');
  const { command, file } = config;
  return new UserError({
    exitCode: typed ? EXIT.usage : EXIT.files,
    code: 'other-parameters',
    what: `The blockchain in ${config.storeDir} has other parameters: ${list.join('; ')}.`,
    why: 'The chain parameters of a blockchain are fixed when it is founded.',
    next: typed
      ? `leave out ${names}, or use another folder: mvb ${command} --data-dir NEW-FOLDER ...`
      : `use a new folder with this ${CONFIG_FILE} (copy your .pem files there), or take the chain `
        + `parameters out of ${file}`,
    details: Object.fromEntries(
      differing.flatMap(({ setting, stored }) => [
        [setting.name, setting.text], [`${setting.name}_of_store`, stored],
      ]),
    ),
  });
}

/** Throws a usage error when the data directory is a file. */
function checkDataDir(dataDir: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return; // Who needs it says what the matter is.
  }
  if (isFile) throw usageError(`${dataDir} is a file, not a folder.`, '--data-dir FOLDER');
}

function defaultOf(name: ParameterName): Setting {
  const text = name === 'tag' ? machineTag() : parameterOf(name).initial;
  return { name, text, source: 'default', origin: 'default' };
}

/** The machine's name, as far as a tag can hold it. */
function machineTag(): string {
  const [first = ''] = hostname().split('.');
  return first.replace(/[^\x21-\x7e]/g, '').slice(0, TAG_BYTES);
}

function fromFile(file: string, isRequired: boolean): Setting[] {
  const text = readConfigFile(file, isRequired);
  if (text === undefined) return [];
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (cause) {
    const place = cause instanceof TomlError ? ` at line ${cause.line}` : '';
    throw new UserError({
      exitCode: EXIT.files,
      code: 'bad-config-file',
      what: `${file} is not valid TOML${place}.`,
      why: 'Each line is: name = value, with texts in quotation marks.',
      next: `mend the line, or rename the file and look at the defaults: mvb config`,
      cause,
    });
  }
  return Object.entries(table).map(([name, value]) => {
    const known = knownName(name, { source: 'file', origin: file });
    return { name: known, text: textOf(known, value, file), source: 'file', origin: file };
  });
}

function readConfigFile(file: string, isRequired: boolean): string | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= CONFIG_BYTES_MAX) return bytes.toString('utf8');
    throw new Error(`it has ${bytes.length} bytes, more than ${CONFIG_BYTES_MAX}`);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT';
    const isForbidden = code === 'EACCES' || code === 'EPERM';
    if (isMissing && !isRequired) return undefined;
    throw new UserError({
      exitCode: isMissing ? EXIT.usage : EXIT.files,
      code: 'no-config-file',
      what: isMissing ? `There is no file ${file}.`
        : isForbidden ? `Not allowed to read ${file}.` : `Cannot read ${file}.`,
      next: isForbidden ? 'check the owner and the permissions'
        : isRequired ? 'check the path after --config' : `look at ${file}, or rename it`,
      cause,
    });
  }
}

/** A value of TOML as the text that the other sources have. */
function textOf(name: ParameterName, value: unknown, file: string): string {
  const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  if (isPlain) return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(',');
  }
  throw valueError({ name, text: '', source: 'file', origin: file });
}

function fromEnvironment(environment: ConfigSources['environment']): Setting[] {
  const names = new Map(PARAMETER_NAMES.map((name) => [environmentName(name), name]));
  const settings: Setting[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('MVB_') || text === undefined) continue;
    const name = names.get(variable);
    if (name === undefined) {
      const hint = suggestion(variable, names.keys());
      throw unknownName(`Unknown variable ${variable} in the environment.`, {
        hint, source: 'environment', origin: variable,
      });
    }
    settings.push({ name, text, source: 'environment', origin: variable });
  }
  return settings;
}

function fromCommandLine(given: ConfigSources['given']): Setting[] {
  return given.map(([name, text]) => ({
    name: knownName(name, { source: COMMAND_LINE, origin: COMMAND_LINE }),
    text, source: COMMAND_LINE, origin: COMMAND_LINE,
  }));
}

type Place = Pick<Setting, 'source' | 'origin'>;

function knownName(name: string, place: Place): ParameterName {
  if (isParameterName(name)) return name;
  const hint = suggestion(name, PARAMETER_NAMES);
  const where = place.source === 'file' ? `in ${place.origin}` : 'on the command line';
  throw unknownName(`Unknown parameter "${name}" ${where}.`, { ...place, hint });
}

function unknownName(
  what: string, { hint, ...place }: Place & { readonly hint: string | undefined },
): UserError {
  const said = hint === undefined ? what : `${what} ${hint}`;
  return new UserError({
    exitCode: exitCodeOf(place), code: 'unknown-parameter', what: said,
    next: place.source === 'environment' ? `unset ${place.origin}`
      : place.source === 'file' ? `mend ${place.origin}` : 'mvb --help',
  });
}

/** A file that is wrong is another matter, to a script, than wrong words. */
function exitCodeOf({ source }: Place): ExitCode {
  return source === 'file' ? EXIT.files : EXIT.usage;
}

function readSetting(setting: Setting): unknown {
  const value = parseValue(setting.name, setting.text);
  if (value === undefined) throw valueError(setting);
  return value;
}

function valueError(setting: Setting): UserError {
  const { form } = parameterOf(setting.name);
  return new UserError({
    exitCode: exitCodeOf(setting),
    code: 'bad-value',
    what: `${setting.name} must be ${form}, not "${setting.text}" (${setting.origin}).`,
    next: setting.source === 'file' ? `mend ${setting.origin}` : 'mvb --help',
  });
}
