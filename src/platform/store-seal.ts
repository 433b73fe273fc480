/**
 * A note beside the store's file that says how its last writer left it: whole.
 *
 * Owns: that note. A file that is not as its note says was left in the middle of work, by a kill or
 * a loss of power, or was touched by something else than us; then all of it is checked before it is
 * used, which a start of each day need not wait for.
 * Does not own: the check (`lmdb-check.ts`). A disk that forgets bits changes no time of a file:
 * that is what the checksum of each record is for, and what takes the note away.
 */
import { renameSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from './lmdb-pages.ts';

const SEAL_FILE = 'data.mdb.whole';

/** Any write, and any other file in its place, changes one of these. */
function stateOf(directory: string): string {
  const { ino, size, ctimeNs } = statSync(join(directory, DATA_FILE), { bigint: true });
  return `${ino} ${size} ${ctimeNs}\n`;
}

/** Whether the file is as its last writer left it. */
export function isSealed(directory: string): boolean {
  try {
    return readFileSync(join(directory, SEAL_FILE), 'latin1') === stateOf(directory);
  } catch {
    return false; // Not there, or not to be read: then it says nothing.
  }
}

/** Notes that the file is whole. What cannot be written costs the next opening a check. */
export function seal(directory: string): void {
  const target = join(directory, SEAL_FILE);
  const temporary = `${target}.${process.pid}`;
  try {
    writeFileSync(temporary, stateOf(directory), { mode: 0o600 });
    renameSync(temporary, target);
  } catch {
    unseal(temporary);
  }
}

/** Takes the note of this path away, if that may be done. */
function unseal(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder of somebody else, who will be told by the same damage.
  }
}

/** The file is not whole, whatever its note says. */
export function breakSeal(directory: string): void {
  unseal(join(directory, SEAL_FILE));
}
