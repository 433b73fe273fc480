/**
 * How fast one mining thread is on this machine.
 *
 * Owns: the measurement.
 * Does not own: what is made of it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_HEADER_BYTES, SEARCH_TARGET_BYTES } from '../../crypto/sha256-search.ts';
import type { Log } from '../../ports.ts';
import type { KernelWish } from './kernel-choice.ts';
import { createWorkerKernel } from './worker-kernel.ts';

/** A thread that has not hashed by then never will: the machine is broken or far too busy. */
const START_MS_MAX = 30_000;

/**
 * Hashes per second of one thread, without blocking the event loop. Takes `durationMs` (100 or
 * more) after the thread has started: the first half lets the compiler optimise, the second counts.
 * Throws an `Error` when the thread does not get going.
 */
export async function measureHashRate(
  durationMs: number, wish: KernelWish, log: Log,
): Promise<number> {
  const kernel = createWorkerKernel({ threads: 1, wish, log });
  try {
    // No hash is below zero: the search goes on.
    const header = new Uint8Array(SEARCH_HEADER_BYTES);
    kernel.start({ header, target: new Uint8Array(SEARCH_TARGET_BYTES) }, () => {});
    const limitMs = performance.now() + START_MS_MAX;
    while (kernel.hashCount() === 0n) {
      if (performance.now() > limitMs) throw new Error('the mining thread does not start');
      await delay(1);
    }
    await delay(durationMs / 2);
    const [startedMs, hashesBefore] = [performance.now(), kernel.hashCount()];
    await delay(durationMs / 2);
    const elapsedMs = performance.now() - startedMs;
    return (Number(kernel.hashCount() - hashesBefore) * 1000) / elapsedMs;
  } finally {
    await kernel.close();
  }
}
