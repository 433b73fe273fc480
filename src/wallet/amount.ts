/**
 * Money as people write it: coins in decimal text, units in code.
 *
 * Owns: the one reading and the two printings of an amount. Never a float: 0.1 is exactly 100,000
 * units.
 * Does not own: which amounts a payment may have (`consensus/checks.ts`).
 */
import { AMOUNT_MAX, UNITS_PER_COIN } from '../consensus/types.ts';
import type { Amount } from '../consensus/types.ts';

/** Digits behind the point: one unit is 0.000001 coin. */
const DECIMALS = 6;

/**
 * Up to 13 digits before the point, as `AMOUNT_MAX` has; no sign, exponent, space or leading zero.
 */
const COINS = /^(0|[1-9]\d{0,12})(?:\.(\d{1,6}))?$/;

/** What to tell somebody whose text is not an amount. */
export const AMOUNT_FORM = 'a number of coins such as 10 or 12.5, with at most 6 decimals';

/** Units of a text such as "12.5"; undefined when it is no amount of 0 to `AMOUNT_MAX` units. */
export function parseCoins(text: string): Amount | undefined {
  const match = COINS.exec(text);
  if (match === null || match[0] !== text) return undefined;
  const units = BigInt(match[1]!) * UNITS_PER_COIN + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'));
  return units > AMOUNT_MAX ? undefined : units;
}

/** Coins as decimal text without trailing zeros: `0`, `12.5`, `-2`. */
export function formatCoins(units: Amount): string {
  const { sign, whole, fraction } = partsOf(units);
  const digits = fraction.replace(/0+$/, '');
  return `${sign === '-' ? sign : ''}${whole}${digits === '' ? '' : `.${digits}`}`;
}

/**
 * Coins with a sign and exactly six decimals, as in the column Pending: `+0.000000`, `-2.000000`.
 */
export function formatPending(units: Amount): string {
  const { sign, whole, fraction } = partsOf(units);
  return `${sign}${whole}.${fraction}`;
}

function partsOf(units: Amount): { sign: '-' | '+'; whole: string; fraction: string } {
  const size = units < 0n ? -units : units;
  return {
    sign: units < 0n ? '-' : '+',
    whole: String(size / UNITS_PER_COIN),
    fraction: String(size % UNITS_PER_COIN).padStart(DECIMALS, '0'),
  };
}
