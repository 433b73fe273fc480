/**
 * Targets against exact integers (threats row 34): 2^(-1/65536) by sixteen integer square roots of
 * 1,024 bits, multiplied up through all fractions, with a bound on the error that leaves no doubt.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isValidNonce } from '../crypto/sha256-search.ts';
import { sha256 } from '../crypto/sha256.ts';
import { AssertionError } from '../lib/assert.ts';
import { bytesToHex } from '../lib/bytes.ts';
import { targetBytesOf } from '../../test/support/block-factory.ts';
import { DIFFICULTY_BIT } from './params.ts';
import { meetsDifficulty, targetOf, workOf } from './pow.ts';
import type { BlockId } from './types.ts';

const PRECISION_BITS = 1_024n;
const DIFFICULTY_MAX = 255 * DIFFICULTY_BIT;
const difficulties = fc.oneof(
  fc.integer({ min: 0, max: DIFFICULTY_MAX }),
  fc.integer({ min: 0, max: 255 }).map((bits) => bits * DIFFICULTY_BIT),
);

/** floor(sqrt(value)), by Newton's method from above. */
function squareRoot(value: bigint): bigint {
  let guess = 1n << BigInt((value.toString(2).length >> 1) + 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function idOf(value: bigint): BlockId {
  return value.toString(16).padStart(64, '0') as BlockId;
}

describe('the target', () => {
  it('is floor(2^(256 - d/65536)) for all 65,536 fractions', () => {
    // x = 2^1024 * 2^(-1/2^k), rounded down, for k = 1 to 16.
    let step = 1n << PRECISION_BITS;
    for (let k = 1; k <= 16; k++) step = squareRoot(step << (PRECISION_BITS - (k === 1 ? 1n : 0n)));
    const shift = PRECISION_BITS - 256n;
    let scaled = 1n << PRECISION_BITS;
    const wrong: number[] = [];
    for (let fraction = 0; fraction < 65_536; fraction++) {
      // Each step is at most 2 below the truth and carries on what was lost before.
      const errorMax = 3n * BigInt(fraction + 1);
      const target = scaled >> shift;
      if (fraction > 0 && (scaled + errorMax) >> shift !== target) wrong.push(fraction);
      if (targetOf(fraction) !== target) wrong.push(fraction);
      scaled = (scaled * step) >> PRECISION_BITS;
    }
    expect(wrong).toEqual([]);
    // After 65,536 steps the factor is one half, which checks the step itself.
    const half = 1n << (PRECISION_BITS - 1n);
    expect(half - scaled >= 0n && half - scaled < 1n << 20n).toBe(true);
  });

  it('of whole bits is a power of two', () => {
    for (let bits = 0; bits <= 255; bits++) {
      expect(targetOf(bits * DIFFICULTY_BIT)).toBe(1n << BigInt(256 - bits));
    }
  });

  it('halves, rounded down, with each whole bit', () => {
    fc.assert(fc.property(fc.nat(65_535), fc.integer({ min: 0, max: 254 }), (fraction, bits) => {
      const target = targetOf(fraction) >> BigInt(bits);
      expect(targetOf(bits * DIFFICULTY_BIT + fraction)).toBe(target);
    }));
  });

  it('has limits that only a bug can pass', () => {
    expect(targetOf(DIFFICULTY_MAX)).toBe(2n);
    expect(() => targetOf(DIFFICULTY_MAX + 1)).toThrow(AssertionError);
    expect(() => targetOf(-1)).toThrow(AssertionError);
  });
});

describe('meeting a difficulty', () => {
  it('is to be below the target, not at it', () => {
    fc.assert(fc.property(difficulties, (difficulty) => {
      const target = targetOf(difficulty);
      expect(meetsDifficulty(idOf(target - 1n), difficulty)).toBe(true);
      if (difficulty > 0) expect(meetsDifficulty(idOf(target), difficulty)).toBe(false);
    }));
  });

  it('of whole bits is to begin with that many zero bits, wherever the first one stands', () => {
    for (let zeros = 0; zeros <= 255; zeros++) {
      const least = idOf(1n << BigInt(255 - zeros));
      const greatest = idOf((1n << BigInt(256 - zeros)) - 1n);
      for (const id of [least, greatest]) {
        expect(meetsDifficulty(id, zeros * DIFFICULTY_BIT)).toBe(true);
        if (zeros < 255) expect(meetsDifficulty(id, (zeros + 1) * DIFFICULTY_BIT)).toBe(false);
      }
    }
    expect(meetsDifficulty(idOf(0n), DIFFICULTY_MAX)).toBe(true);
  });

  it('never looks at more than the number: every byte at every place of 8 bits', () => {
    for (let byte = 0; byte < 256; byte++) {
      for (const place of [0, 1, 7, 31]) {
        const value = BigInt(byte) << BigInt(8 * (31 - place));
        const zeros = 256 - (value === 0n ? 0 : value.toString(2).length);
        for (const bits of [0, 1, 7, 8, 9, 255]) {
          expect(meetsDifficulty(idOf(value), bits * DIFFICULTY_BIT)).toBe(zeros >= bits);
        }
      }
    }
  });

  it('is what a kernel searches', () => {
    fc.assert(fc.property(
      fc.uint8Array({ minLength: 116, maxLength: 116 }), fc.nat(8 * DIFFICULTY_BIT),
      (header, difficulty) => {
        const nonce = new DataView(header.buffer, header.byteOffset).getBigUint64(108);
        const isValid = isValidNonce(header, targetBytesOf(difficulty), nonce);
        const id = bytesToHex(sha256(header)) as BlockId;
        expect(meetsDifficulty(id, difficulty)).toBe(isValid);
      },
    ));
  });
});

describe('work', () => {
  it('is floor(2^256 / target), at least 1', () => {
    expect(workOf(0)).toBe(1n);
    expect(workOf(1)).toBe(1n);
    expect(workOf(26 * DIFFICULTY_BIT)).toBe(1n << 26n);
    expect(workOf(DIFFICULTY_MAX)).toBe(1n << 255n);
    fc.assert(fc.property(difficulties, (difficulty) => {
      const [work, target] = [workOf(difficulty), targetOf(difficulty)];
      expect(work * target <= 1n << 256n && (work + 1n) * target > 1n << 256n).toBe(true);
    }));
  });

  it('never falls when the difficulty rises', () => {
    fc.assert(fc.property(difficulties, difficulties, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(workOf(low) <= workOf(high)).toBe(true);
      expect(targetOf(low) >= targetOf(high)).toBe(true);
      // Very small targets have fewer values than there are fractions.
      if (low === high || high > 200 * DIFFICULTY_BIT) return;
      expect(targetOf(low) > targetOf(high)).toBe(true);
    }));
  });
});
