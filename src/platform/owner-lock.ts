/**
 * Who may write the chain in a data directory: the holder of an OS lock on `owner.lock`.
 *
 * Owns: the lock, which ends with its process however that ends; the name of the holder inside the
 * file; and the request of a miner to a `sync`, which is outranked.
 * Does not own: what a holder does with a request, and rows that everybody may write.
 */
import {
  closeSync, constants, ftruncateSync, openSync, readFileSync, renameSync, rmSync, statSync,
  writeFileSync, writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cancel } from '../ports.ts';

/** A process that holds the lock, as it described itself. */
export interface Holder {
  /** 0 when the holder has not written it yet. */
  readonly pid: number;
  /** Such as `miner` or `sync`; `unknown` when the holder has not written it yet. */
  readonly role: string;
  /** When it took the lock, in milliseconds since 1970. */
  readonly since: number;
}

/** The lock is somebody else's. */
export interface LockHeld {
  readonly heldBy: Holder;
}

const LOCK_FILE = 'owner.lock';
const REQUEST_FILE = 'owner.request';
/** Far behind the text: Windows lets nobody read a locked range. */
const LOCK_OFFSET = 2 ** 30;
const WATCH_INTERVAL_MS = 250;
const RETRY_INTERVAL_MS = 50;
/** An older request is from a process that has given up. */
const REQUEST_AGE_MS_MAX = 10_000;
const TEXT_BYTES_MAX = 1_024;

type TryLock = (file: number, offset: number, length: number) => boolean;

/** Loaded by whoever takes a lock; most commands only ask who has it. */
function locking(): TryLock {
  const require = createRequire(import.meta.url);
  return (require('fs-native-extensions') as { readonly tryLock: TryLock }).tryLock;
}

/** The lock, held. */
export class OwnerLock {
  readonly #directory: string;
  #file: number | undefined;

  /** Use `tryAcquire`. */
  constructor(directory: string, file: number) {
    this.#directory = directory;
    this.#file = file;
  }

  /** Gives the lock away. Again does nothing. */
  release(): void {
    if (this.#file === undefined) return;
    ftruncateSync(this.#file);
    // The file stays: whoever removes it may remove one that another has just locked.
    closeSync(this.#file);
    this.#file = undefined;
  }

  /**
   * Calls `onRequest` with whoever asks for the lock, once a request, within a quarter of a second.
   * Never keeps the process alive.
   */
  watchHandover(onRequest: (from: Holder) => void): Cancel {
    const timer = setInterval(() => {
      const request = readRequest(this.#directory);
      if (request === undefined || this.#file === undefined) return;
      rmSync(join(this.#directory, REQUEST_FILE), { force: true });
      onRequest(request);
    }, WATCH_INTERVAL_MS);
    timer.unref();
    return () => clearInterval(timer);
  }
}

/**
 * Takes the lock of the (existing) data directory, or tells who has it. Throws an `Error` with the
 * cause when the directory cannot be written or its file system has no locks.
 */
export function tryAcquire(directory: string, role: string): OwnerLock | LockHeld {
  const path = join(directory, LOCK_FILE);
  let file: number | undefined;
  try {
    // Not on Windows, which has no such flag.
    const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
    file = openSync(path, constants.O_RDWR | constants.O_CREAT | noFollow, 0o600);
    if (locking()(file, LOCK_OFFSET, 1)) {
      const text = describe(role);
      ftruncateSync(file);
      writeSync(file, text, 0);
      return new OwnerLock(directory, file);
    }
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    throw new Error(`cannot lock ${path}`, { cause });
  }
  closeSync(file);
  return { heldBy: readHolder(directory) ?? { pid: 0, role: 'unknown', since: 0 } };
}

/** Whether a `tryAcquire` got the lock. */
export function isAcquired(result: OwnerLock | LockHeld): result is OwnerLock {
  return result instanceof OwnerLock;
}

/** Asks the holder to give the lock away. Whether it does is its own decision. */
function requestHandover(directory: string, role: string): void {
  const path = join(directory, REQUEST_FILE);
  const temporary = `${path}.${process.pid}`;
  // Renamed into place, so that the holder never reads half of it.
  writeFileSync(temporary, describe(role), { mode: 0o600 });
  renameSync(temporary, path);
}

/**
 * Takes the lock, asking its holder for it and waiting up to `timeoutMs`; otherwise tells who has
 * it. Throws as `tryAcquire` does.
 */
export async function acquireByHandover(
  directory: string, role: string, timeoutMs: number,
): Promise<OwnerLock | LockHeld> {
  const endsAt = performance.now() + timeoutMs;
  let result = tryAcquire(directory, role);
  if (!isAcquired(result)) requestHandover(directory, role);
  while (!isAcquired(result) && performance.now() < endsAt) {
    await delay(RETRY_INTERVAL_MS);
    result = tryAcquire(directory, role);
  }
  // Got or given up: nobody waits for an answer any more.
  const request = readRequest(directory);
  if (request?.pid === process.pid) rmSync(join(directory, REQUEST_FILE), { force: true });
  return result;
}

function describe(role: string): string {
  return JSON.stringify({ pid: process.pid, role, since: Date.now() });
}

/** What the last holder of the lock said of itself, if it said anything; it may be gone. */
export function readHolder(directory: string): Holder | undefined {
  return readDescription(join(directory, LOCK_FILE));
}

function readRequest(directory: string): Holder | undefined {
  const request = readDescription(join(directory, REQUEST_FILE));
  if (request === undefined) return undefined;
  return Math.abs(Date.now() - request.since) <= REQUEST_AGE_MS_MAX ? request : undefined;
}

function readDescription(path: string): Holder | undefined {
  try {
    if (statSync(path).size > TEXT_BYTES_MAX) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, role, since } = value as Record<string, unknown>;
    if (!Number.isSafeInteger(pid) || !Number.isFinite(since)) return undefined;
    if (typeof role !== 'string' || !/^[a-z]{1,16}$/.test(role)) return undefined;
    return { pid: pid as number, role, since: since as number };
  } catch {
    // Not there, or not (yet) what we write: then nobody is named.
    return undefined;
  }
}
