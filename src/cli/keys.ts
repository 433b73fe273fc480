/**
 * The keys of this wallet, and the words that stand for addresses.
 *
 * Owns: names and addresses as people type them, warnings about key files, passphrases from files.
 * Does not own: the files (`platform/key-files.ts`).
 */
import { readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { addressOf } from '../consensus/encoding.ts';
import type { Address } from '../consensus/types.ts';
import { KeyFileError, listKeyFiles } from '../platform/key-files.ts';
import type { KeyFile, KeyFileErrorCode, SkippedFile } from '../platform/key-files.ts';
import type { Config } from './config.ts';
import { suggestion } from './nearest.ts';
import type { Output } from './output.ts';
import { EXIT, usageError, UserError } from './user-error.ts';
import type { ExitCode } from './user-error.ts';

/** A key of this wallet. */
export interface WalletKey {
  readonly name: string;
  readonly address: Address;
  readonly file: KeyFile;
}

/** The keys of this wallet, and the files that look like keys and are none. */
export interface WalletKeys {
  readonly keys: readonly WalletKey[];
  readonly skipped: readonly SkippedFile[];
}

/** The wallet's keys by name. Files that are no keys are named on stderr and left out. */
export async function listKeys(config: Config, output: Output): Promise<readonly WalletKey[]> {
  return (await listWallet(config, output)).keys;
}

/** As `listKeys`, with the files that were left out. */
export async function listWallet(config: Config, output: Output): Promise<WalletKeys> {
  const wallet = await readWallet(config);
  for (const { path, reason } of wallet.skipped) output.warn(`${path} is left out: ${reason}.`);
  for (const { file } of wallet.keys) {
    for (const warning of file.warnings) output.warn(`${warning}.`);
  }
  return wallet;
}

/** As `listWallet`, without a word. */
export async function readWallet(config: Config): Promise<WalletKeys> {
  const { keys, skipped } = await withKeyErrors(() => listKeyFiles(config.keyDir));
  return {
    keys: keys.map((file) => ({ name: file.name, address: addressOf(file.publicKey), file })),
    skipped,
  };
}

const ADDRESS = /^[0-9a-f]{64}$/;

/** The address that a local name or 64 hexadecimal digits stand for. Throws a usage error. */
export function resolveAddress(text: string, keys: readonly WalletKey[]): Address {
  const key = keys.find((one) => one.name === text);
  if (key !== undefined) return key.address;
  if (ADDRESS.test(text.toLowerCase())) return text.toLowerCase() as Address;
  throw unknownKey(text, keys);
}

/**
 * The wallet's own key that a name or an address stands for. Throws a usage error, or says why the
 * file of that name was left out.
 */
export function resolveKey(text: string, { keys, skipped }: WalletKeys): WalletKey {
  const key = keys.find((one) => one.name === text || one.address === text.toLowerCase());
  if (key !== undefined) return key;
  const broken = skipped.find(({ path }) => basename(path) === `${text}.pem`);
  if (broken === undefined) throw unknownKey(text, keys);
  throw new UserError({
    exitCode: EXIT.files,
    code: 'key-not-a-key',
    what: `The key file ${broken.path} cannot be used: ${broken.reason}.`,
    next: 'put the file back from your copy, or look at your keys: mvb wallet list-addresses',
  });
}

/** A key's name, or the address itself when it is not one of ours. */
export function nameOf(address: Address, keys: readonly WalletKey[]): string {
  return keys.find((key) => key.address === address)?.name ?? address;
}

/** Fewer hexadecimal digits than this may be the name of a key. */
const ADDRESS_LIKE_MIN = 32;

function unknownKey(text: string, keys: readonly WalletKey[]): UserError {
  if (text.length >= ADDRESS_LIKE_MIN && /^[0-9a-f]+$/i.test(text)) {
    return usageError(
      text.length < 64 ? `This has ${text.length} of the 64 digits of an address.`
        : `This has ${text.length} digits, and an address has 64.`,
      'copy the whole address, and give the command again',
    );
  }
  const hint = suggestion(text, keys.map((key) => key.name));
  const what = `"${text}" is not one of your keys.`;
  return usageError(
    hint === undefined ? what : `${what} ${hint}`,
    'mvb wallet list-addresses',
    'An address is the name of a key of yours, or 64 hexadecimal digits.',
  );
}

/** The path of a key file as it is shown: `./alice.pem` in the current folder. */
export function shownPath(config: Config, name: string): string {
  const path = join(config.keyDir, `${name}.pem`);
  return isAbsolute(path) || path.startsWith('..') ? path : `./${path}`;
}

/** The passphrase in the first line of a file. Throws a `UserError` when there is none. */
export function readPassphrase(file: string): string {
  const [line = ''] = readFileSync(file, 'utf8').split(/\r\n|[\r\n]/, 1);
  if (line !== '') return line;
  throw new UserError({
    exitCode: EXIT.files,
    code: 'no-passphrase',
    what: `The first line of ${file} is empty, and so would be the passphrase.`,
    next: `write the passphrase into ${file}, and give the command again`,
  });
}

interface KeyWords {
  readonly exitCode: ExitCode;
  readonly why?: string;
  readonly next: string;
}

const KEY_WORDS: Readonly<Record<KeyFileErrorCode, KeyWords>> = {
  'bad-name': { exitCode: EXIT.usage, next: 'choose another name: mvb wallet new-address NAME' },
  exists: {
    exitCode: EXIT.files,
    why: 'A key is never overwritten: it may be the only way to some money.',
    next: 'choose another name: mvb wallet new-address NAME',
  },
  unreadable: { exitCode: EXIT.files, next: 'check the owner and the permissions' },
  unwritable: {
    exitCode: EXIT.files, next: 'check the folder, or choose another: --data-dir FOLDER',
  },
  'passphrase-needed': { exitCode: EXIT.files, next: 'give it in a file: --passphrase-file FILE' },
  'wrong-passphrase': { exitCode: EXIT.files, next: 'check the file after --passphrase-file' },
  'not-a-key': { exitCode: EXIT.files, next: 'mvb wallet list-addresses' },
};

/** Runs something with key files, and says its errors in words. */
export async function withKeyErrors<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof KeyFileError)) throw cause;
    const words = KEY_WORDS[cause.code];
    const what = `${cause.message.charAt(0).toUpperCase()}${cause.message.slice(1)}.`;
    throw new UserError({ ...words, code: `key-${cause.code}`, what, cause });
  }
}
