/**
 * Goal: two blocks of one tree part where they should, at any heights.
 */
import { expect, test } from 'vitest';
import { BRANCH_MAX, partingOf } from './branches.ts';
import type { ChainLink } from './branches.ts';

const link = (id: string, height: number, previous_id: string): ChainLink => (
  { id, height, previous_id, tag: '' }
);
const tree = new Map([
  link('g', 0, 'none'), link('a1', 1, 'g'), link('a2', 2, 'a1'), link('b2', 2, 'a1'),
  link('b3', 3, 'b2'),
].map((one) => [one.id, one]));
const find = async (id: string): Promise<ChainLink | undefined> => tree.get(id);

const namesOf = (links: readonly ChainLink[]): string[] => links.map(({ id }) => id);

test.each([
  ['a2', 'b3', 'a1', ['a2'], ['b3', 'b2']],
  ['b3', 'a2', 'a1', ['b3', 'b2'], ['a2']],
  ['a2', 'g', 'g', ['a2', 'a1'], []],
  ['a2', 'a2', 'a2', [], []],
])('%s and %s part at %s', async (a, b, fork, onlyA, onlyB) => {
  const parting = await partingOf(tree.get(a)!, tree.get(b)!, find);
  expect(parting.fork?.id).toBe(fork);
  expect(namesOf(parting.onlyA)).toEqual(onlyA);
  expect(namesOf(parting.onlyB)).toEqual(onlyB);
});

test('a fork that is too far back, or not known, is not looked for without end', async () => {
  const endless = async (id: string): Promise<ChainLink> => {
    const [branch, height] = id.split(' ') as [string, string];
    return link(id, Number(height), `${branch} ${Number(height) - 1}`);
  };
  const far = await partingOf(await endless('a 900'), await endless('b 900'), endless);
  expect(far.fork).toBeUndefined();
  expect(far.onlyA).toHaveLength(BRANCH_MAX);
  const unknown = await partingOf(link('x', 5, 'y'), link('a2', 2, 'a1'), find);
  expect(unknown.fork).toBeUndefined();
});
