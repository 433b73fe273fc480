/**
 * Goal: arrow keys reach every block of a tree, and presses pick one, then two.
 */
import { expect, test } from 'vitest';
import type { TreeBlock } from '../../api/schema/chain.ts';
import { placeBlocks } from './tree-layout.ts';
import { nearestTo, pickedAfter, stepFrom } from './walk.ts';

function block(id: string, height: number, previous_id: string, isMain: boolean): TreeBlock {
  const standing = isMain ? 'main' : 'side';
  return { id, height, previous_id, time_ms: 0, tag: '', standing, received_at_ms: null };
}

const { placed } = placeBlocks([
  block('a1', 1, 'g', true), block('a2', 2, 'a1', true), block('b2', 2, 'a1', false),
  block('b3', 3, 'b2', false), block('a3', 3, 'a2', true),
]);

test.each([
  ['a1', 'later', 'a2'], ['a2', 'down', 'b2'], ['b2', 'later', 'b3'], ['b3', 'up', 'a3'],
  ['b2', 'earlier', 'a1'], ['a1', 'earlier', undefined], ['a3', 'later', undefined],
  ['a1', 'up', undefined], ['x', 'up', undefined],
] as const)('from %s %s to %s', (from, step, to) => {
  expect(stepFrom(placed, from, step)?.id).toBe(to);
});

test('the first step begins in the middle of what is seen', () => {
  expect(nearestTo(placed, 2.2)?.id).toBe('a2');
  expect(nearestTo([], 2)).toBeUndefined();
});

test('presses pick one block, then another beside it, then begin anew', () => {
  expect(pickedAfter([], 'a')).toEqual(['a']);
  expect(pickedAfter(['a'], 'a')).toEqual([]);
  expect(pickedAfter(['a'], 'b')).toEqual(['a', 'b']);
  expect(pickedAfter(['a', 'b'], 'c')).toEqual(['c']);
});
