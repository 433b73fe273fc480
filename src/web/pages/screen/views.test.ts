/**
 * Goal: whatever stands in the address, some view is shown, and all that are named take turns.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stayOf, viewAt, VIEWS, viewsOf } from './views.ts';

test('views of an address', () => {
  expect(viewsOf('chain,peers')).toEqual(['chain', 'peers']);
  expect(viewsOf('peers, peers ,nonsense')).toEqual(['peers']);
  expect(viewsOf(null)).toEqual(['live']);
  expect(viewsOf('<b>')).toEqual(['live']);
});

test('each view has its turn, for as long as is asked', () => {
  expect(stayOf(null)).toBe(12_000);
  expect(stayOf('')).toBe(12_000);
  expect(stayOf('5')).toBe(5_000);
  expect(stayOf('0')).toBe(3_000);
  expect(stayOf('1e99')).toBe(3_600_000);
  expect(stayOf('x')).toBe(12_000);
  const shown = [0, 1, 2, 3].map((turn) => viewAt(['chain', 'peers'], turn * 5_000 + 1, 5_000));
  expect(shown).toEqual(['chain', 'peers', 'chain', 'peers']);
});

test('any address shows something', () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(), (view, every, now) => {
    expect(VIEWS).toContain(viewAt(viewsOf(view), now, stayOf(every)));
  }));
});
