/**
 * Three kinds of tests: `unit`, pure code in shared threads (five times faster than isolated
 * files); `process`, which touches sockets, stores and child processes, one process per file; and
 * `browser`, which opens the page in Chromium, one file at a time.
 */
import { defineConfig } from 'vitest/config';

const edge = ['src/{platform,cli}/**/*.test.ts', 'test/{contract,functional}/**/*.test.ts',
  'bench/**/*.test.ts'];
const browser = ['test/browser/**/*.test.ts'];

/** Limits for what hangs, not expectations of speed. */
const UNIT_TIMEOUT_MS = 60_000;
const PROCESS_TIMEOUT_MS = 180_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...edge, ...browser],
          pool: 'threads',
          isolate: false,
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'process',
          include: edge,
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: PROCESS_TIMEOUT_MS,
          hookTimeout: PROCESS_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: browser,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: PROCESS_TIMEOUT_MS,
          hookTimeout: PROCESS_TIMEOUT_MS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
