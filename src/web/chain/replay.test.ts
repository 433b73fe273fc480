/**
 * Goal: a replay shows what the node saw: the first of equals stays until a higher block comes.
 */
import { expect, test } from 'vitest';
import type { TreeBlock } from '../../api/schema/chain.ts';
import { byArrival, standingAt } from './replay.ts';

function block(id: string, height: number, previous_id: string, received_at_ms: number): TreeBlock {
  return {
    id, height, previous_id, received_at_ms, time_ms: received_at_ms + 50, tag: '',
    standing: 'main',
  };
}

const fork = [
  block('g', 0, '', 0), block('a1', 1, 'g', 10), block('b1', 1, 'g', 11), block('b2', 2, 'b1', 20),
];

const mainOf = (count: number): string[] => standingAt(byArrival([...fork].reverse()), count)
  .filter(({ standing }) => standing === 'main').map(({ id }) => id);

test('a reorganisation happens in the replay as it happened', () => {
  expect(mainOf(2)).toEqual(['g', 'a1']);
  expect(mainOf(3)).toEqual(['g', 'a1']);
  expect(mainOf(4)).toEqual(['g', 'b1', 'b2']);
});

test('nothing has happened at the beginning', () => {
  expect(standingAt(byArrival(fork), 0)).toEqual([]);
});
