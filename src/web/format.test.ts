/**
 * Goal: numbers and times read as people write them, whatever a stranger put in.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatBits, formatDuration, formatNumber, formatPercent, formatShort, formatTime, groupThousands,
  shortBlockId,
} from './format.ts';

test.each([
  [formatDuration(0.123), '0.12 ms'], [formatDuration(12.4), '12 ms'],
  [formatDuration(1_540), '1.5 s'], [formatDuration(61_000), '61 s'],
  [formatDuration(365.25 * 86_400_000 * 1234), '1\u202f234 years'],
  [formatDuration(Number.POSITIVE_INFINITY), 'for ever'],
  [formatShort(0), '0'], [formatShort(999), '999'], [formatShort(999.6), '1 k'],
  [formatShort(1_234_567), '1.23 M'], [formatShort(12_345), '12.3 k'],
  [formatShort(Number.NaN), '–'],
  [formatPercent(0.004), '0.4 %'], [formatPercent(0.5), '50 %'], [formatPercent(0), '0 %'],
  [formatNumber(1_234_567n), '1\u202f234\u202f567'], [formatNumber(12), '12'],
  [groupThousands('1234567.123456'), '1\u202f234\u202f567.123456'],
  [formatBits(24.5), '24.5'],
  [formatTime(0), '1970-01-01 00:00:00 UTC'], [formatTime(2 ** 53), `${2 ** 53} ms`],
  [shortBlockId(`0000${'ab'.repeat(30)}`), 'abababab'], [shortBlockId('0'.repeat(64)), '00000000'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});

test('grouping keeps every digit', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (value) => {
    expect(formatNumber(value).replaceAll('\u202f', '')).toBe(String(value));
  }));
});
