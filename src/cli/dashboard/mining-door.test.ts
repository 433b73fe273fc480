/**
 * Goal: the page sees and rules the threads that there are. Method: a kernel that only remembers
 * what it was told, and the real one in `test/contract/kernel.test.ts`.
 */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { ProblemError } from '../../api/problem.ts';
import type { MinedWith } from '../running-node.ts';
import { KernelDoor } from './mining-door.ts';

class Threads implements MinedWith {
  readonly name = 'reference x 2';
  threads = 2;
  loadPercent = 100;
  isPaused = false;
  hashCount(): bigint {
    return 7n;
  }
  setThreads(threads: number): void {
    this.threads = threads;
  }
  setLoad(percent: number): void {
    this.loadPercent = percent;
  }
  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
  }
}

test('shows what the kernel is and does', () => {
  const door = new KernelDoor(new Threads());
  const { kernel, threads, load, isPaused } = door;
  expect({ kernel, threads, load, isPaused })
    .toEqual({ kernel: 'reference x 2', threads: 2, load: 100, isPaused: false });
  expect(door.hashCount()).toBe(7n);
  expect(door.threadsMax).toBe(Math.max(2, availableParallelism()));
});

test('changes what is asked for, and leaves the rest', () => {
  const kernel = new Threads();
  const door = new KernelDoor(kernel);
  door.control({ threads: 1 });
  door.control({ load: 30 });
  door.control({ paused: true });
  door.control({});
  expect(kernel).toMatchObject({ threads: 1, loadPercent: 30, isPaused: true });
  door.control({ paused: false, load: 100 });
  expect(kernel).toMatchObject({ threads: 1, loadPercent: 100, isPaused: false });
});

test('refuses more threads than there are processors, and then changes nothing', () => {
  const kernel = new Threads();
  const door = new KernelDoor(kernel);
  const tooMany = (): void => door.control({ threads: door.threadsMax + 1, paused: true });
  expect(tooMany).toThrow(ProblemError);
  expect(kernel).toMatchObject({ threads: 2, isPaused: false });
});
