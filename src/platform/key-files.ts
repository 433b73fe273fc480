/**
 * Keys as files: `<name>.pem` in a directory, PKCS#8, mode 0600, encrypted if the user wants.
 *
 * Owns: making a key so that none is ever lost or overwritten, listing what is there without a
 * passphrase, and opening one for signing.
 * Does not own: names (`wallet/key-name.ts`), addresses, or asking a user for a passphrase. No
 * error or warning from here has a byte of a private key or a passphrase in it.
 *
 * An encrypted file holds the public key as a second PEM block, so that a list needs no passphrase;
 * `openssl pkey` and Node read the first block.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { constants, promises as fs } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALGORITHM_ED25519, ALGORITHM_RSA, RSA_BITS, publicKeyKind } from '../crypto/keys.ts';
import { concatBytes, equalBytes } from '../lib/bytes.ts';
import type { Signer } from '../ports.ts';
import { keyNameFault } from '../wallet/key-name.ts';
import { makeDirectories } from './directories.ts';
import { writeNewFile } from './new-file.ts';
import { encryptPrivateKey } from './scrypt-pem.ts';

/**
 * - `bad-name`: no key may have this name.
 * - `exists`: there is such a file already; it was not touched.
 * - `unreadable`: not a file that can be read.
 * - `unwritable`: the file could not be written; `cause` says why.
 * - `passphrase-needed`, `wrong-passphrase`: of an encrypted key; an empty passphrase is none.
 * - `not-a-key`: no key, or none that the chain accepts.
 */
export type KeyFileErrorCode =
  | 'bad-name' | 'exists' | 'unreadable' | 'unwritable' | 'passphrase-needed' | 'wrong-passphrase'
  | 'not-a-key';

export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code: KeyFileErrorCode;

  constructor(code: KeyFileErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export interface KeyFile {
  readonly name: string;
  readonly path: string;
  /** The algorithm byte and the key's canonical bytes. */
  readonly publicKey: Uint8Array;
  readonly isEncrypted: boolean;
  /**
   * What the user should know, such as a file that others can read; sentences without a full stop.
   */
  readonly warnings: readonly string[];
}

/** A file that is not one of our keys, and why; the others work. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

export interface KeyFileList {
  /** In the order of their file names. */
  readonly keys: readonly KeyFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface NewKeyOptions {
  readonly type: 'rsa' | 'ed25519';
  /** For RSA: 1024, 2048, 3072 or 4096. Ignored for Ed25519. */
  readonly bits?: number;
  /** Encrypts the file; 1 to 1,000 bytes of UTF-8. */
  readonly passphrase?: string;
}

const EXTENSION = '.pem';
/** Files looked at in a directory; those after are skipped. */
const FILES_MAX = 10_000;
const FILE_BYTES_MAX = 64 * 1024;
/** OpenSSL's PEM reader takes 1,024. */
const PASSPHRASE_BYTES_MAX = 1_000;
const RSA_EXPONENT = 65_537;
const OTHERS_BITS = 0o077;

interface KeyObjects {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/**
 * Makes a key. When it resolves, the file is on disk for good, with its name; otherwise no file of
 * that name was made or changed, and it rejects with a `KeyFileError`. Of several at once, one
 * succeeds.
 */
export async function createKeyFile(
  directory: string, name: string, options: NewKeyOptions,
): Promise<KeyFile> {
  const fault = keyNameFault(name);
  if (fault !== undefined) throw new KeyFileError('bad-name', `this cannot name a key: ${fault}`);
  const { passphrase } = options;
  if (passphrase !== undefined) checkPassphrase(passphrase);
  if (options.type === 'rsa' && !RSA_BITS.includes(options.bits ?? 0)) {
    throw new KeyFileError('not-a-key', `an RSA key has one of ${RSA_BITS.join(', ')} bits`);
  }
  const path = join(directory, name + EXTENSION);
  // Before seconds of work; the check that counts is that of `writeNewFile`.
  if (await fs.lstat(path).then(() => true, () => false)) throw existsError(path);

  const pair: KeyObjects = options.type === 'rsa'
    ? await generate('rsa', { modulusLength: options.bits ?? 0, publicExponent: RSA_EXPONENT })
    : await generate('ed25519');
  const text = await pemOf(pair, passphrase);
  try {
    makeDirectories(directory, 0o700);
    await writeNewFile(directory, name + EXTENSION, text);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw existsError(path);
    throw new KeyFileError('unwritable', `the key file ${path} cannot be written`, { cause });
  }
  const isEncrypted = passphrase !== undefined;
  return { name, path, publicKey: canonicalKey(pair.publicKey), isEncrypted, warnings: [] };
}

/**
 * All keys of a directory; none when it is not there. Rejects when it is there and cannot be read.
 */
export async function listKeyFiles(directory: string): Promise<KeyFileList> {
  let names: string[];
  try {
    names = await fs.readdir(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { keys: [], skipped: [] };
    const message = `the key directory ${directory} cannot be read`;
    throw new KeyFileError('unreadable', message, { cause });
  }
  const keys: KeyFile[] = [];
  const skipped: SkippedFile[] = [];
  const files = names.filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.')).sort();
  for (const [index, file] of files.entries()) {
    const path = join(directory, file);
    try {
      if (index >= FILES_MAX) throw new KeyFileError('unreadable', 'there are too many files');
      keys.push(await readKeyFile(path, file.slice(0, -EXTENSION.length)));
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      skipped.push({ path, reason: error.message });
    }
  }
  return { keys, skipped };
}

/** Opens a key for signing. Rejects with a `KeyFileError`; the file is only ever read. */
export async function openSigner(keyFile: KeyFile, passphrase?: string): Promise<Signer> {
  const { text } = await readText(keyFile.path);
  if (keyFile.isEncrypted && (passphrase === undefined || passphrase === '')) {
    throw new KeyFileError('passphrase-needed', `the key ${keyFile.name} needs its passphrase`);
  }
  const privateKey = decrypt(keyFile, text, passphrase);
  const key = canonicalKey(createPublicKey(privateKey));
  if (!equalBytes(key, keyFile.publicKey)) {
    const message = `the private and the public key in ${keyFile.path} do not belong together`;
    throw new KeyFileError('not-a-key', message);
  }
  const digest = key[0] === ALGORITHM_RSA ? 'sha256' : null;
  return { key, sign: (message) => new Uint8Array(sign(digest, message, privateKey)) };
}

function decrypt(keyFile: KeyFile, text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(
      passphrase === undefined ? text : { key: text, format: 'pem', passphrase },
    );
  } catch {
    // Without the cause: a wrong passphrase has many faces, and none that a user can use.
    throw keyFile.isEncrypted
      ? new KeyFileError('wrong-passphrase', `wrong passphrase for the key ${keyFile.name}`)
      : new KeyFileError('not-a-key', `the file ${keyFile.path} holds no key that can be read`);
  }
}

async function readKeyFile(path: string, name: string): Promise<KeyFile> {
  const fault = keyNameFault(name);
  if (fault !== undefined) {
    throw new KeyFileError('bad-name', `its name cannot be that of a key: ${fault}`);
  }
  const { text, stats } = await readText(path);
  const isEncrypted = text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
  if (!isEncrypted && !text.includes('-----BEGIN PRIVATE KEY-----')) {
    throw new KeyFileError('not-a-key', 'it holds no private key in PKCS#8 form');
  }
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey(isEncrypted ? publicBlock(text) : createPrivateKey(text));
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    throw new KeyFileError('not-a-key', 'it holds no key that can be read');
  }
  const isOpen = process.platform !== 'win32' && (stats.mode & OTHERS_BITS) !== 0;
  const warnings = isOpen ? [`others may use the key file ${path}: chmod 600 it`] : [];
  return { name, path, publicKey: canonicalKey(publicKey), isEncrypted, warnings };
}

function publicBlock(text: string): string {
  const block = /-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]+-----END PUBLIC KEY-----/.exec(text);
  if (block === null) {
    throw new KeyFileError('not-a-key', 'it is encrypted and does not name its public key');
  }
  return block[0];
}

async function readText(path: string): Promise<{ readonly text: string; readonly stats: Stats }> {
  // Not blocking: opening a pipe would wait for a writer. Windows has neither flag.
  const flags = constants.O_RDONLY
    | ((constants.O_NOFOLLOW as number | undefined) ?? 0)
    | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  let file: fs.FileHandle;
  try {
    file = await fs.open(path, flags);
  } catch (cause) {
    const isLink = (cause as NodeJS.ErrnoException).code === 'ELOOP';
    const message = isLink ? 'it is a symbolic link' : 'it cannot be opened';
    throw new KeyFileError('unreadable', message, { cause });
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new KeyFileError('unreadable', 'it is not a regular file');
    if (stats.size > FILE_BYTES_MAX) throw new KeyFileError('not-a-key', 'it is too large');
    return { text: await file.readFile('latin1'), stats };
  } finally {
    await file.close();
  }
}

/** The algorithm byte and the canonical bytes, of keys that the chain accepts. */
function canonicalKey(key: KeyObject): Uint8Array {
  const bytes = encodedKey(key);
  if (bytes === undefined || publicKeyKind(bytes) === undefined) {
    const kind = `${key.asymmetricKeyType ?? ''} ${key.asymmetricKeyDetails?.modulusLength ?? ''}`;
    throw new KeyFileError('not-a-key', `the chain accepts no key of its kind (${kind.trim()})`);
  }
  return bytes;
}

function encodedKey(key: KeyObject): Uint8Array | undefined {
  if (key.asymmetricKeyType === 'rsa') {
    return concatBytes(Uint8Array.of(ALGORITHM_RSA), key.export({ type: 'pkcs1', format: 'der' }));
  }
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  const { x } = key.export({ format: 'jwk' });
  return concatBytes(Uint8Array.of(ALGORITHM_ED25519), Buffer.from(x ?? '', 'base64url'));
}

async function pemOf(pair: KeyObjects, passphrase: string | undefined): Promise<string> {
  if (passphrase === undefined) {
    return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  }
  const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
  const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return await encryptPrivateKey(der, passphrase) + publicPem;
}

function checkPassphrase(passphrase: string): void {
  const length = Buffer.byteLength(passphrase, 'utf8');
  if (length === 0) throw new KeyFileError('passphrase-needed', 'the passphrase is empty');
  if (length <= PASSPHRASE_BYTES_MAX) return;
  const message = `the passphrase is longer than ${PASSPHRASE_BYTES_MAX} bytes`;
  throw new KeyFileError('wrong-passphrase', message);
}

function existsError(path: string): KeyFileError {
  return new KeyFileError('exists', `the file ${path} exists already`);
}
