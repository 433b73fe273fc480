/** Options that are whole numbers: what is one, within which limits, and what is said of others. */
import { expect, it } from 'vitest';
import { wholeNumberOf } from './whole-number.ts';

const LIMITS = { usual: 7, min: 0, max: 20 };

it('is what was given, or the usual number', () => {
  for (const given of ['0', '13', '20']) {
    expect(wholeNumberOf({ nodes: given }, 'nodes', LIMITS)).toBe(Number(given));
  }
  expect(wholeNumberOf({}, 'nodes', LIMITS)).toBe(7);
});

it('is nothing else, and nothing beyond the limits', () => {
  for (const given of ['', ' ', '-1', '1.5', '1e1', '0x5', 'many', '21', '9'.repeat(400)]) {
    expect(() => wholeNumberOf({ nodes: given }, 'nodes', LIMITS), given)
      .toThrow('--nodes is a whole number, 0 to 20.');
  }
});
