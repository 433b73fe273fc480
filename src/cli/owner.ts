/**
 * Who writes the blockchain here now, for commands that only want to know.
 *
 * Owns: asking without touching the lock, which a miner may be about to take.
 * Does not own: the lock (`platform/owner-lock.ts`).
 */
import { readHolder } from '../platform/owner-lock.ts';
import type { Holder } from '../platform/owner-lock.ts';

/**
 * The miner or `sync` that writes the store in this folder, as it described itself, if one is
 * alive.
 */
export function ownerOf(storeDir: string): Holder | undefined {
  const holder = readHolder(storeDir);
  // No file, or an empty one: nobody holds the lock, or has not said so yet.
  return holder !== undefined && isAlive(holder.pid) ? holder : undefined;
}

function isAlive(pid: number): boolean {
  // 0 and below are groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0); // Sends nothing.
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Alive, and somebody else's.
  }
}
