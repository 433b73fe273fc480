/**
 * The priority of one thread, where the system has that.
 * Owns: knowing where. Does not own: how low a thread should be.
 */
import { getPriority, setPriority } from 'node:os';

/**
 * Lowers the calling thread to this nice value (0 to 19), if it is higher now.
 *
 * Linux counts priority per thread, and 0 stands for the calling one, so this leaves all others as
 * they are (setpriority(2), "C library/kernel differences"). Elsewhere 0 is the whole process:
 * there the priority stays normal. A thread that is lowered must not be the one that starts Node's
 * thread pool, whose threads would inherit it: only synchronous calls there.
 */
export function lowerThreadPriority(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    if (getPriority(0) < nice) setPriority(0, nice);
  } catch {
    // A sandbox may forbid it; normal priority is right too, only less polite.
  }
}
