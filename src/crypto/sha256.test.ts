/** SHA-256 and its tags against Node's, and the reference search against plain hashing. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../lib/assert.ts';
import { bytesToHex, startsWith } from '../lib/bytes.ts';
import { isValidNonce, NONCE_OFFSET, searchReference } from './sha256-search.ts';
import { domainTag, sha256 } from './sha256.ts';

function nodeHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

describe('sha256', () => {
  it('is what Node computes, at every length around the block size', () => {
    for (let length = 0; length <= 130; length++) {
      const bytes = new Uint8Array(length).fill(length);
      expect(bytesToHex(sha256(bytes))).toBe(nodeHash(bytes).toString('hex'));
    }
  });

  it('has tags of which none begins another', () => {
    const tags = [
      'mvb/address/1', 'mvb/params/1', 'mvb/payment/1', 'mvb/reward/1', 'mvb/reward/11',
    ];
    for (const a of tags) {
      for (const b of tags) {
        expect(startsWith(domainTag(a), domainTag(b))).toBe(a === b);
      }
    }
  });
});

describe('the reference search', () => {
  const headers = fc.uint8Array({ minLength: 116, maxLength: 116 });

  it('finds the least nonce, as plain hashing does, and leaves the header as it is', () => {
    fc.assert(fc.property(headers, fc.bigInt(0n, (1n << 64n) - 64n), (header, first) => {
      const before = header.slice();
      const target = new Uint8Array(32).fill(0xff);
      target[0] = 0x10;
      let expected: bigint | undefined;
      for (let nonce = first; nonce < first + 64n && expected === undefined; nonce++) {
        const bytes = Buffer.from(header);
        bytes.writeBigUInt64BE(nonce, NONCE_OFFSET);
        const isBelow = Buffer.compare(nodeHash(bytes), target) < 0;
        expect(isValidNonce(header, target, nonce)).toBe(isBelow);
        if (isBelow) expected = nonce;
      }
      expect(searchReference(header, target, first, 64)).toBe(expected);
      expect(header).toEqual(before);
    }), { numRuns: 30 });
  });

  it('takes a hash below the target and not the target itself', () => {
    const header = new Uint8Array(116);
    const exact = Uint8Array.from(nodeHash(header));
    expect(searchReference(header, exact, 0n, 1)).toBeUndefined();
    const above = exact.slice();
    above[31]! += 1;
    expect(searchReference(header, above, 0n, 1)).toBe(0n);
  });

  it('reaches the last nonce and asserts that none is above', () => {
    const [header, target] = [new Uint8Array(116), new Uint8Array(32).fill(0xff)];
    const last = (1n << 64n) - 1n;
    expect(searchReference(header, target, last, 1)).toBe(last);
    expect(searchReference(header, target, last, 0)).toBeUndefined();
    expect(() => searchReference(header, target, last, 2)).toThrow(AssertionError);
    expect(() => searchReference(header, target, -1n, 1)).toThrow(AssertionError);
    expect(() => searchReference(header.subarray(1), target, 0n, 1)).toThrow(AssertionError);
    expect(isValidNonce(header, target, last + 1n)).toBe(false);
    expect(isValidNonce(header, target, -1n)).toBe(false);
  });
});
