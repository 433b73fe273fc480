/**
 * Goal: whatever the page does with what it is told, the node goes on. Method: listeners that
 * answer, throw, or are not there.
 */
import { expect, test } from 'vitest';
import { harmless } from './harmless.ts';

test('passes on what is told, as it was told', () => {
  const told: unknown[] = [];
  const listener = {
    name: 'mine',
    sideBlock(...given: unknown[]): void {
      told.push(this.name, ...given);
    },
  };
  const safe = harmless(listener, () => expect.unreachable());
  const block = {} as Parameters<typeof safe.sideBlock>[0];
  safe.sideBlock(block, 'peer');
  safe.peerClosed({} as Parameters<typeof safe.peerClosed>[0]);
  expect(told).toEqual(['mine', block, 'peer']);
});

test('tells of a fault instead of throwing it', () => {
  const faults: unknown[] = [];
  const fault = new Error('broken');
  const names = [
    'chainChanged', 'sideBlock', 'paymentSeen', 'statusHeard', 'peerReady', 'peerClaimed',
    'peerClosed', 'paymentReported',
  ] as const;
  const broken = Object.fromEntries(names.map((name) => [name, () => {
    throw fault;
  }]));
  const safe = harmless(broken, (error) => faults.push(error));
  for (const name of names) (safe[name] as () => void)();
  expect(Object.keys(safe)).toEqual([...names]);
  expect(faults).toEqual(names.map(() => fault));
});
