/**
 * Goal: every block has a place of its own, and a branch keeps its lane.
 * Method: small trees by hand, and random trees.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreeBlock } from '../../api/schema/chain.ts';
import { LANES_MAX, placeBlocks } from './tree-layout.ts';

function block(id: string, height: number, previous_id: string, isMain = false): TreeBlock {
  const standing = isMain ? 'main' : 'side';
  return { id, height, previous_id, time_ms: height, tag: '', standing, received_at_ms: null };
}

const lanesOf = (blocks: readonly TreeBlock[]): Record<string, number> => Object.fromEntries(
  placeBlocks(blocks).placed.map(({ block: { id }, lane }) => [id, lane]),
);

describe('the lanes of a tree', () => {
  test('put the main chain first and rivals below', () => {
    const blocks = [
      block('a1', 1, 'g', true), block('a2', 2, 'a1', true), block('b2', 2, 'a1'),
      block('b3', 3, 'b2'), block('a3', 3, 'a2', true),
    ];
    expect(lanesOf(blocks)).toEqual({ a1: 0, a2: 0, a3: 0, b2: 1, b3: 1 });
  });

  test('give a second rival a lane of its own, and reuse one that has ended', () => {
    const blocks = [
      block('a1', 1, 'g', true), block('b1', 1, 'g'), block('c1', 1, 'g'), block('c2', 2, 'c1'),
      block('d2', 2, 'a1'),
    ];
    // The longer branch is placed first; `d2` may follow where `b1` has ended.
    expect(lanesOf(blocks)).toEqual({ a1: 0, c1: 1, c2: 1, b1: 2, d2: 2 });
  });

  test('let the longest child go on in its parent\'s lane', () => {
    const blocks = [
      block('b1', 1, 'g'), block('c2', 2, 'b1'), block('d2', 2, 'b1'), block('d3', 3, 'd2'),
    ];
    expect(lanesOf(blocks)).toEqual({ b1: 1, d2: 1, d3: 1, c2: 2 });
  });

  test('stop at their greatest number, and say what is not shown', () => {
    const many = Array.from({ length: 30 }, (_, index) => block(`s${index}`, 5, 'g'));
    const layout = placeBlocks(many);
    expect(layout.lanes).toBe(LANES_MAX);
    expect(layout.hidden).toBe(30 - (LANES_MAX - 1));
  });

  /** Each block takes one of those before it as its parent; the last of the highest is the tip. */
  const trees = fc.array(fc.nat(), { maxLength: 40 }).map((choices) => {
    const blocks = [block('0', 0, '', false)];
    for (const [index, choice] of choices.entries()) {
      const parent = blocks[choice % blocks.length]!;
      blocks.push(block(String(index + 1), parent.height + 1, parent.id));
    }
    const main = new Set<string>();
    const byId = new Map(blocks.map((one) => [one.id, one]));
    let at: TreeBlock | undefined = blocks.reduce((a, b) => (b.height > a.height ? b : a));
    for (; at !== undefined; at = byId.get(at.previous_id)) main.add(at.id);
    return blocks.map((one) => ({ ...one, standing: main.has(one.id) ? 'main' : 'side' } as const));
  });

  test('never put two blocks on one place, and forget none', () => {
    fc.assert(fc.property(trees, (blocks) => {
      const { placed, hidden } = placeBlocks(blocks);
      expect(placed.length + hidden).toBe(blocks.length);
      const places = new Set(placed.map((one) => `${one.block.height} ${one.lane}`));
      expect(places.size).toBe(placed.length);
      for (const { block: { standing }, lane } of placed) {
        expect(lane === 0).toBe(standing === 'main');
      }
    }));
  });
});
