/**
 * Making directories. Owns: those above as well, in bounded time. Does not own: what is in them.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the directory and those above it that are not there. Throws what `mkdir` throws.
 * Not `recursive`: below /proc, Node 20's `mkdir` then never returns.
 */
export function makeDirectories(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process may have made it since.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
