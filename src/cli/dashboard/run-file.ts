/**
 * Where the dashboard of this data directory answers, for `mvb dashboard`.
 *
 * Owns: the file `dashboard.json` beside the token, which is there while a miner serves it.
 * Does not own: the token, which is not in it.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DashboardPlace {
  /** As this machine reaches it, such as `http://127.0.0.1:2609`. */
  readonly url: string;
  readonly pid: number;
  readonly isReadOnly: boolean;
}

const RUN_FILE = 'dashboard.json';
const FILE_BYTES_MAX = 1_000;
/** The token is sent there: nothing but an address and a port. */
const PLACE = /^http:\/\/\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/;

/** Throws what the file system throws. */
export function writeRunFile(dataDir: string, { url, pid, isReadOnly }: DashboardPlace): void {
  // Renamed into place, so that nobody reads half of it.
  const draft = join(dataDir, `.${RUN_FILE}.${randomBytes(8).toString('hex')}.tmp`);
  const text = `${JSON.stringify({ url, pid, read_only: isReadOnly })}\n`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, join(dataDir, RUN_FILE));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** What the last miner wrote, which may be gone since. */
export function readRunFile(dataDir: string): DashboardPlace | undefined {
  try {
    const path = join(dataDir, RUN_FILE);
    if (statSync(path).size > FILE_BYTES_MAX) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { url, pid, read_only: isReadOnly } = value as Record<string, unknown>;
    if (typeof url !== 'string' || !PLACE.test(url)) return undefined;
    if (!Number.isSafeInteger(pid) || typeof isReadOnly !== 'boolean') return undefined;
    return { url, pid: pid as number, isReadOnly };
  } catch {
    // Not there, or not what we write: then no dashboard is known.
    return undefined;
  }
}

/** Removes what this process wrote. */
export function removeRunFile(dataDir: string): void {
  if (readRunFile(dataDir)?.pid === process.pid) rmSync(join(dataDir, RUN_FILE), { force: true });
}
