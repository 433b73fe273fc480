/** The budget of strangers: what it gives at most, whatever is asked when (threats rows 59, 67). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('is full at first, and then empty', () => {
    const bucket = new TokenBucket(3, 1);
    expect([1, 2, 3, 4].map(() => bucket.take(5_000))).toEqual([true, true, true, false]);
  });

  it('refills at its rate', () => {
    const bucket = new TokenBucket(3, 2);
    expect(bucket.take(0, 3)).toBe(true);
    expect(bucket.take(499)).toBe(false);
    expect(bucket.take(500)).toBe(true);
    expect(bucket.take(500)).toBe(false);
  });

  it('never holds more than its capacity', () => {
    const bucket = new TokenBucket(3, 1_000);
    bucket.take(0);
    expect(bucket.take(1_000_000_000, 4)).toBe(false);
    expect(bucket.take(1_000_000_000, 3)).toBe(true);
  });

  it('takes all of a cost or nothing of it', () => {
    const bucket = new TokenBucket(5, 0);
    expect(bucket.take(0, 6)).toBe(false);
    expect(bucket.take(0, 5)).toBe(true);
  });

  it('adds nothing when the clock goes back, and goes on when it goes ahead again', () => {
    const bucket = new TokenBucket(1, 1);
    expect(bucket.take(10_000)).toBe(true);
    expect(bucket.take(1_000)).toBe(false);
    expect(bucket.take(1_999)).toBe(false);
    expect(bucket.take(2_000)).toBe(true);
  });

  it('gives no more in any time than its capacity and what came back', () => {
    const step = fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 4 }));
    const steps = fc.array(step, { maxLength: 200 });
    fc.assert(fc.property(steps, fc.nat(20), fc.nat(20), (takes, capacity, perSecond) => {
      const bucket = new TokenBucket(capacity, perSecond);
      let [now, given] = [0, 0];
      for (const [waitMs, cost] of takes) {
        now += waitMs;
        if (bucket.take(now, cost)) given += cost;
      }
      expect(given).toBeLessThanOrEqual(capacity + (now * perSecond) / 1000 + 1e-6);
    }));
  });
});
