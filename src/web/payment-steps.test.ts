/**
 * Goal: the steps of a payment say what is done, what is awaited, and what will not come.
 */
import { expect, test } from 'vitest';
import type { Payment } from '../api/schema/chain.ts';
import { stepsOf } from './payment-steps.ts';

const payment: Payment = {
  id: '9b'.repeat(32), type: 'payment', from: 'aa'.repeat(32), to: 'bb'.repeat(32), amount: '2',
  fee: '0', sequence: 0, time_ms: 1_000, bytes: 300, status: 'pending', height: null,
  block_id: null, depth: null, final_depth: 3, by: null, seen_at_ms: 1_100, key_name: null,
  reason: { code: 'ready', sentence: 'It waits.', next: 'wait' },
};

test.each([
  ['waits', {}, 'made done, seen done, inBlock now, deepEnough soon'],
  ['is in the tip', { status: 'confirmed', depth: 1 },
    'made done, seen done, inBlock done, deepEnough now'],
  ['is deep enough', { status: 'confirmed', depth: 3 },
    'made done, seen done, inBlock done, deepEnough done'],
  ['lost its place', { status: 'superseded' },
    'made done, seen done, takenOver done, inBlock never'],
  ['was replaced', { status: 'replaced' }, 'made done, seen done, takenOver done, inBlock never'],
  ['is a reward', { type: 'reward', status: 'confirmed', depth: 2 },
    'inBlock done, deepEnough now'],
] as const)('a payment that %s', (_name, change, expected) => {
  const steps = stepsOf({ ...payment, ...change });
  expect(steps.map(({ name, state }) => `${name} ${state}`).join(', ')).toBe(expected);
});
