/**
 * Goal: a miner looks the same everywhere, and most look different from each other.
 */
import { expect, test } from 'vitest';
import { markOf, SERIES_COUNT, seriesColour, shapePath, SHAPES } from './palette.ts';

test('a name has one mark, and names that differ by a letter differ', () => {
  expect(markOf('alice')).toEqual(markOf('alice'));
  const names = Array.from({ length: 64 }, (_, index) => `miner-${index}`);
  const marks = new Set(names.map((name) => JSON.stringify(markOf(name))));
  expect(marks.size).toBeGreaterThan(30);
  expect(new Set(names.map((name) => markOf(name).shape))).toEqual(new Set(SHAPES));
});

test('colours begin again when there are more lines than colours', () => {
  expect(seriesColour(SERIES_COUNT)).toBe(seriesColour(0));
});

test.each(SHAPES)('a %s is a closed path of numbers', (shape) => {
  expect(shapePath(shape, 7)).toMatch(/^M[-\d. aLMz]+z$/);
});
