/**
 * Goal: times and tables are short and right, whatever a stranger wrote into a block.
 * Method: tables of values.
 */
import { expect, test } from 'vitest';
import { printable } from './output.ts';
import { counted, formatAge } from '../lib/words.ts';
import { formatTime, pairs, table } from './words.ts';

test('an age has one unit', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  const ages = [
    -5 * second, 0, 12 * second, 119 * second, 2 * minute, 3 * hour, 47 * hour, 3 * day,
  ];
  expect(ages.map(formatAge))
    .toEqual(['0 s', '0 s', '12 s', '119 s', '2 min', '3 h', '47 h', '3 days']);
});

test('a time is in UTC, and one that no calendar has is a number', () => {
  expect(formatTime(0)).toBe('1970-01-01 00:00:00 UTC');
  expect(formatTime(8.64e15)).toMatch(/^\+275760-09-13/);
  expect(formatTime(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991 ms');
});

test('columns are as wide as they must be', () => {
  expect(pairs([['a', '1'], ['long', '']])).toBe('a     1\nlong');
  expect(table([['a', '1'], ['bbb', '22']], [1])).toBe('a     1\nbbb  22');
  expect([counted(1, 'block'), counted(0, 'block')]).toEqual(['1 block', '0 blocks']);
});

test('what others wrote cannot steer the terminal, and colours stay', () => {
  expect(printable('a\u001b]0;x\u0007\r\u009b2J\nb')).toBe('a?]0;x???2J\nb');
  expect(printable('\u001b[31mred\u001b[39m')).toBe('\u001b[31mred\u001b[39m');
});
