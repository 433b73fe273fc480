/**
 * Failures of disks and stores, in words. Owns: the translation, for every command alike.
 * Does not own: failures that a command can say more about; those are `UserError`s where they
 * happen.
 */
import { SchemaError } from '../consensus/records.ts';
import { StoreError } from '../lib/store-error.ts';
import type { StoreErrorCode } from '../lib/store-error.ts';
import { EXIT, UserError } from './user-error.ts';

/**
 * The error for people, when it is a failure of the world that is known here; else the error
 * itself.
 */
export function explained(error: unknown): unknown {
  if (error instanceof StoreError) {
    return new UserError({ ...wordsOfStore(error), exitCode: EXIT.files, cause: error });
  }
  if (error instanceof SchemaError) {
    return new UserError({
      exitCode: EXIT.files,
      code: 'other-version',
      what: 'The store was written by another version of mvb.',
      why: `It is left as it is: ${error.message}.`,
      next: 'use that version, or let the blocks be fetched again: blockchain_store=NEW-FOLDER',
      cause: error,
    });
  }
  const failure = fileFailureOf(error);
  if (failure === undefined) return error;
  const words = FILE_WORDS[failure.code!]!;
  const { path } = failure;
  const place = path === undefined ? '' : `: ${path}`;
  return new UserError({
    exitCode: EXIT.files, code: 'file-failed', what: `${words.what}${place}`, next: words.next,
    cause: error,
  });
}

/** (policy) Causes of causes that are looked at. */
const CAUSES_MAX = 4;

/** What the system said of a file: the error itself, or one that it names as its cause. */
function fileFailureOf(error: unknown): NodeJS.ErrnoException | undefined {
  let one = error;
  for (let depth = 0; depth < CAUSES_MAX && one instanceof Error; depth++) {
    // What has words of its own is told in them.
    if (one instanceof UserError) return undefined;
    const { code } = one as NodeJS.ErrnoException;
    if (code !== undefined && Object.hasOwn(FILE_WORDS, code)) return one;
    one = one.cause;
  }
  return undefined;
}

interface Words {
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly next: string;
}

function wordsOfStore(error: StoreError): Words {
  const sentence = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
  const words: Record<StoreErrorCode, Omit<Words, 'code' | 'what'>> = {
    damaged: {
      why: 'The file was changed or cut by something else than mvb, or the disk is failing. '
        + 'A sync keeps it beside a new one, and fetches the blocks again.',
      next: 'mvb wallet sync',
    },
    missing: { next: 'start one: mvb miner' },
    full: { why: 'The disk is full.', next: 'make room, and give the command again' },
    'read-only': {
      why: 'The folder, or the disk that it is on, may not be written.',
      next: 'check the owner and the permissions, or choose another folder: --data-dir FOLDER',
    },
    failed: { next: 'check the folder; the same command with --verbose shows more' },
  };
  return { code: `store-${error.code}`, what: sentence, ...words[error.code] };
}

/** What Node says of files, for the cases that people meet. */
const FILE_WORDS: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  EACCES: { what: 'Not allowed', next: 'check the owner and the permissions' },
  EPERM: { what: 'Not allowed', next: 'check the owner and the permissions' },
  EROFS: { what: 'This disk cannot be written', next: 'choose another folder: --data-dir FOLDER' },
  ENOSPC: { what: 'The disk is full', next: 'make room, and give the command again' },
  EDQUOT: { what: 'Your share of the disk is full', next: 'make room, and give the command again' },
  ENOENT: { what: 'There is no such file or folder', next: 'check the path' },
  ENOTDIR: { what: 'This is not a folder', next: 'check the path' },
  EISDIR: { what: 'This is a folder, not a file', next: 'check the path' },
  ELOOP: { what: 'This path is a link that may not be followed', next: 'check the path' },
  ENAMETOOLONG: { what: 'This path is too long', next: 'choose a shorter one' },
  EMFILE: { what: 'Too many files are open', next: 'close other programs, or raise ulimit -n' },
};
