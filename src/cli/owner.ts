/**
 * Who writes the blockchain here now, for commands that only want to know.
 *
 * Owns: asking without touching the lock, which a miner may be about to take.
 * Does not own: the lock (`platform/owner-lock.ts`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const HOLDER = z.object({
  pid: z.number().int().positive(),
  role: z.string().regex(/^[a-z]{1,16}$/),
  since: z.number(),
});

export type Owner = z.output<typeof HOLDER>;

/**
 * The miner or `sync` that writes the store in this folder, as it described itself, if one is
 * alive.
 */
export function ownerOf(storeDir: string): Owner | undefined {
  try {
    const owner = HOLDER.parse(JSON.parse(readFileSync(join(storeDir, 'owner.lock'), 'utf8')));
    return isAlive(owner.pid) ? owner : undefined;
  } catch {
    // No file, or an empty one: nobody holds the lock, or has not said so yet.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // Sends nothing.
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Alive, and somebody else's.
  }
}
