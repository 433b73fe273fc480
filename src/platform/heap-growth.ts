/**
 * How far the garbage collector lets the heap grow before it looks at all of it.
 *
 * Owns: that one setting of V8. Does not own: what is kept in memory, which has limits of its own.
 *
 * V8 waits until there is up to four times as much as it found alive the last time, and a download
 * has memory besides that the collector does not count. With two and a half times, downloads of
 * payments took no longer; with one and a half they took a twentieth more.
 */
import { setFlagsFromString } from 'node:v8';

/** (policy) In percent of what was found alive. */
const GROWTH_PERCENT = 150;

/** For programs that run long; takes effect at the next look, in all threads. */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
