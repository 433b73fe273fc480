/**
 * A thread of `mvb simulate`: runs one seed after the other, as it is told.
 * Owns: nothing; the seeds come as messages, and their outcomes go back as messages.
 */
import { parentPort } from 'node:worker_threads';
import { runSeed } from './seed-runner.ts';
import type { SeedJob } from './seed-runner.ts';

parentPort?.on('message', (job: SeedJob) => parentPort?.postMessage(runSeed(job)));
