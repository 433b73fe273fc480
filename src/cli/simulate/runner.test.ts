/**
 * Goal: an interrupted run has no bias towards short repetitions.
 * Method: lists with holes, as threads leave them.
 */
import { expect, test } from 'vitest';
import { leading } from './runner.ts';

test('only the repetitions before the first that is missing count', () => {
  const withHole: (number | undefined)[] = [1, 2];
  withHole[3] = 4;
  expect(leading(withHole)).toEqual([1, 2]);
  expect(leading([undefined, 2])).toEqual([]);
  expect(leading([1, 2])).toEqual([1, 2]);
  expect(leading([])).toEqual([]);
});
