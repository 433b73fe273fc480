/**
 * Goal: a name can never leave its directory, be an option, or be mistaken for an address (row 94).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeyName } from './key-name.ts';

describe('isKeyName', () => {
  it('accepts names that people give', () => {
    for (const name of ['alice', 'mining_rewards', 'a', '0', 'Bob-2', 'v1.2', '_x', 'console',
      'com', 'con1', 'lpt10', 'k'.repeat(64), 'f'.repeat(63)]) {
      expect(isKeyName(name), name).toBe(true);
    }
  });

  it('refuses names that are paths, options, devices, addresses or not plain text', () => {
    for (const name of ['', '.', '..', '.hidden', '-rf', '--', '../x', '/etc/x', 'a/b', 'a\\b',
      'a b', 'a\0', 'a\n', '\na', 'a\r', 'alice\n', 'аlice', 'é', 'a:b', '~', '$x', 'a'.repeat(65),
      'f'.repeat(64), 'F'.repeat(64), '0'.repeat(64), 'CON', 'nul', 'Nul.pem', 'com1', 'LPT9.x',
      'COM0']) {
      expect(isKeyName(name), JSON.stringify(name)).toBe(false);
    }
  });

  it('accepts nothing outside its alphabet', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      if (isKeyName(text)) expect(text).toMatch(/^[\w.-]{1,64}$/);
      if (/[^\w.-]/.test(text)) expect(isKeyName(text)).toBe(false);
    }));
  });
});
