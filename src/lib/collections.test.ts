/**
 * The heap sorts; the bounded map forgets the entry set longest ago, each against a plain model.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError } from './assert.ts';
import { BoundedMap } from './bounded-map.ts';
import { Heap } from './heap.ts';

describe('a heap', () => {
  it('gives the least item, as a sorted list does, whatever comes and goes in between', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: -20, max: 20 }))), (moves) => {
      const heap = new Heap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const move of moves) {
        if (move === null) {
          expect(heap.pop()).toBe(model.shift());
        } else {
          heap.push(move);
          model.push(move);
          model.sort((a, b) => a - b);
        }
        expect(heap.peek()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }));
  });
});

describe('a heap of things', () => {
  it('compares only what is in it', () => {
    const heap = new Heap<{ rank: number }>((a, b) => a.rank < b.rank);
    for (const rank of [3, 1, 2, 5, 4, 0]) heap.push({ rank });
    const ranks = Array.from({ length: 7 }, () => heap.pop()?.rank);
    expect(ranks).toEqual([0, 1, 2, 3, 4, 5, undefined]);
  });
});

describe('a bounded map', () => {
  it('keeps the newest entries, in the order in which they were set last', () => {
    const keys = fc.nat(9);
    const moves = fc.array(fc.oneof(
      fc.record({ set: keys, value: fc.nat() }),
      fc.record({ drop: keys }),
    ));
    fc.assert(fc.property(moves, fc.integer({ min: 1, max: 5 }), (list, sizeMax) => {
      const map = new BoundedMap<number, number>(sizeMax);
      let model: [number, number][] = [];
      for (const move of list) {
        const key = 'set' in move ? move.set : move.drop;
        const without = model.filter(([other]) => other !== key);
        if ('set' in move) {
          const all: [number, number][] = [...without, [key, move.value]];
          model = all.slice(-sizeMax);
          expect(map.set(key, move.value)).toBe(all.length > sizeMax ? all[0]![0] : undefined);
        } else {
          expect(map.delete(key)).toBe(without.length < model.length);
          model = without;
        }
        expect([...map.entries()]).toEqual(model);
        expect([...map.keys()]).toEqual(model.map(([known]) => known));
        expect([...map.values()]).toEqual(model.map(([, value]) => value));
        expect(map.size).toBe(model.length);
        for (let any = 0; any < 10; any++) {
          expect(map.get(any)).toBe(model.find(([known]) => known === any)?.[1]);
          expect(map.has(any)).toBe(model.some(([known]) => known === any));
        }
      }
    }));
  });

  it('has room for at least one', () => {
    expect(() => new BoundedMap(0)).toThrow(AssertionError);
  });
});
