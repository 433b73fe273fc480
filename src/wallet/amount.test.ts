/**
 * Goal: amounts are read and printed exactly, in one form each.
 * Method: tables of texts, and round trips over all amounts.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMOUNT_MAX } from '../consensus/types.ts';
import { formatCoins, formatPending, parseCoins } from './amount.ts';

const amounts = fc.bigInt({ min: 0n, max: AMOUNT_MAX });

describe('reading', () => {
  test.each([
    ['0', 0n],
    ['10', 10_000_000n],
    ['12.5', 12_500_000n],
    ['0.000001', 1n],
    ['1.500000', 1_500_000n],
    ['9223372036854.775807', AMOUNT_MAX],
  ])('%j is %s units', (text, units) => {
    expect(parseCoins(text)).toBe(units);
  });

  test.each([
    '', ' ', '-1', '+1', '1e3', '1E3', '0x10', ' 1', '1 ', '1\n', '1,5', '1_000', '.5', '5.', '007',
    '0.0000001', '1.2.3', 'NaN', 'Infinity', '٣',
    '9223372036854.775808', '99999999999999', '1'.repeat(400),
  ])('%j is no amount', (text) => {
    expect(parseCoins(text)).toBeUndefined();
  });
});

describe('printing', () => {
  test('has no trailing zeros', () => {
    expect([0n, 1n, 12_500_000n, 10_000_000n, -2_000_000n, -1n].map(formatCoins))
      .toEqual(['0', '0.000001', '12.5', '10', '-2', '-0.000001']);
  });

  test('of pending money has a sign and six decimals', () => {
    expect([0n, 2_000_000n, -2_000_000n, -1n].map(formatPending))
      .toEqual(['+0.000000', '+2.000000', '-2.000000', '-0.000001']);
  });

  test('is read back as the same amount', () => {
    fc.assert(fc.property(amounts, (units) => {
      expect(parseCoins(formatCoins(units))).toBe(units);
      expect(parseCoins(formatPending(units).slice(1))).toBe(units);
    }));
  });
});
