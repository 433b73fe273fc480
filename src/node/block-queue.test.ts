/** The queue against a plain list of all ids with their states. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BlockId } from '../consensus/types.ts';
import { BlockQueue } from './block-queue.ts';

const idOf = (index: number): BlockId => index.toString(16).padStart(64, '0') as BlockId;

const step = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ kind: fc.constant('take' as const), pick: fc.nat(30) }),
  fc.record({ kind: fc.constant('giveBack' as const), pick: fc.nat(30) }),
  fc.record({ kind: fc.constant('advance' as const) }),
);

it('knows what is missing as a plain list does', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }),
    (steps, count) => {
      const queue = new BlockQueue();
      const taken = new Set<BlockId>();
      let [done, total] = [0, 0];
      for (const one of steps) {
        if (one.kind === 'append') {
          queue.append(Array.from({ length: one.count }, (_, index) => idOf(total + index)));
          total += one.count;
        } else if (one.kind === 'advance') {
          queue.advance();
          if (done < total) taken.delete(idOf(done++));
        } else if (done + one.pick < total) {
          const id = idOf(done + one.pick);
          queue[one.kind](id);
          if (one.kind === 'take') taken.add(id);
          else taken.delete(id);
        }
        const window = Array.from({ length: Math.min(count, total - done) }, (_, index) =>
          idOf(done + index));
        const missing = window.filter((id) => !taken.has(id));
        expect(queue.isAnyMissing(count)).toBe(missing.length > 0);
        expect(queue.missing(count)).toEqual(missing);
        expect(queue.next).toBe(done < total ? idOf(done) : undefined);
        expect([queue.done, queue.total]).toEqual([done, total]);
        for (const id of window) expect(queue.isWithin(id, count)).toBe(true);
        expect(queue.isWithin(idOf(done + count), count)).toBe(false);
        if (done > 0) expect(queue.isWithin(idOf(done - 1), count)).toBe(false);
      }
    }));
});

it('forgets what is done, however long the branch', () => {
  const queue = new BlockQueue();
  for (let batch = 0; batch < 20; batch++) {
    queue.append(Array.from({ length: 1_000 }, (_, index) => idOf(1_000 * batch + index)));
    for (let index = 0; index < 1_000; index++) {
      expect(queue.missing(1)).toEqual([idOf(1_000 * batch + index)]);
      queue.take(queue.next!);
      queue.advance();
    }
  }
  expect([queue.done, queue.total, queue.next]).toEqual([20_000, 20_000, undefined]);
});
