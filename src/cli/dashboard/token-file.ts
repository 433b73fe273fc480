/**
 * The token of the dashboard: what a browser or a script must have to spend and to control.
 *
 * Owns: the file `dashboard-token` in the data directory: 256 bits as hexadecimal digits, mode
 * 0600, made once and kept, so that browsers stay signed in. Who deletes it gets a new one at the
 * next start.
 * Does not own: comparing it (`api/`).
 */
import { randomBytes } from 'node:crypto';
import { constants, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../../platform/directories.ts';
import { writeNewFile } from '../../platform/new-file.ts';
import { EXIT, UserError } from '../user-error.ts';

const TOKEN_FILE = 'dashboard-token';
const TOKEN_BYTES = 32;
const TOKEN = /^([0-9a-f]{64})\n?$/;
const FILE_BYTES_MAX = 1_000;
const OTHERS_BITS = 0o077;
/** Another process may make or delete the file between two of our steps. */
const ATTEMPTS_MAX = 3;

export interface KeptToken {
  readonly token: string;
  /** Others could have read the one before, so it was replaced. */
  readonly isReplaced: boolean;
}

interface TokenFile {
  readonly token: string;
  /** Nobody else can read it. */
  readonly isPrivate: boolean;
}

export function tokenPath(dataDir: string): string {
  return join(dataDir, TOKEN_FILE);
}

/** The token of this data directory, made when there is none. Rejects with a `UserError`. */
export async function keepToken(dataDir: string): Promise<KeptToken> {
  let isReplaced = false;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const found = await readFile(dataDir);
    if (found?.isPrivate === true) return { token: found.token, isReplaced };
    if (found !== undefined) {
      // Taking the right to read away now would not take away what was read.
      await fs.rm(tokenPath(dataDir), { force: true });
      isReplaced = true;
    }
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    if (await isWritten(dataDir, token)) return { token, isReplaced };
  }
  throw fileError(dataDir, 'changes all the time');
}

/** The token, or undefined when there is none yet. Rejects with a `UserError`. */
export async function readToken(dataDir: string): Promise<string | undefined> {
  return (await readFile(dataDir))?.token;
}

/** False when another process was faster. */
async function isWritten(dataDir: string, token: string): Promise<boolean> {
  try {
    makeDirectories(dataDir);
    await writeNewFile(dataDir, TOKEN_FILE, `${token}\n`);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileError(dataDir, 'cannot be written', cause);
  }
}

async function readFile(dataDir: string): Promise<TokenFile | undefined> {
  // As for keys: a link is not followed, and a pipe not waited for.
  const flags = constants.O_RDONLY
    | ((constants.O_NOFOLLOW as number | undefined) ?? 0)
    | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  let file: fs.FileHandle;
  try {
    file = await fs.open(tokenPath(dataDir), flags);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw fileError(dataDir, code === 'ELOOP' ? 'is a symbolic link' : 'cannot be read', cause);
  }
  try {
    const stats = await file.stat();
    const isTokenLike = stats.isFile() && stats.size <= FILE_BYTES_MAX;
    const token = isTokenLike ? TOKEN.exec(await file.readFile('latin1'))?.[1] : undefined;
    if (token === undefined) throw fileError(dataDir, 'holds no token');
    // Windows has neither modes nor numbers of users.
    const isOurs = process.geteuid === undefined || stats.uid === process.geteuid();
    const isOpen = process.platform !== 'win32' && (stats.mode & OTHERS_BITS) !== 0;
    return { token, isPrivate: isOurs && !isOpen };
  } finally {
    await file.close();
  }
}

function fileError(dataDir: string, fault: string, cause?: unknown): UserError {
  const path = tokenPath(dataDir);
  return new UserError({
    exitCode: EXIT.files,
    code: 'token-file',
    what: `The file ${path} ${fault}.`,
    why: 'It holds the token that the dashboard asks for before it spends.',
    next: `look at it; when it is deleted, the next start of the miner makes a new one`,
    cause,
  });
}
