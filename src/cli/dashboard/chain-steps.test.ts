/**
 * Goal: who follows a store is told what its writer's node would tell: the same blocks, in the same
 * order, or nothing at all. Method: two chains on one store, one that writes and one that reads;
 * the writer's own reports are the expectation.
 */
import { expect, test } from 'vitest';
import { Chain } from '../../consensus/chain.ts';
import { blockOn, mine, testChain, testSigner } from '../../../test/support/chain-fixture.ts';
import { STEP_BLOCKS_MAX, stepsSince } from './chain-steps.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];

/** A chain and a reader of its store. */
function scene() {
  const { chain, store, signatures } = testChain();
  const reader = new Chain(chain.params, store, signatures);
  const steps = (): ReturnType<typeof stepsSince> => {
    const before = reader.tip;
    reader.refresh();
    return stepsSince(reader, before);
  };
  return { chain, steps };
}

function grow(chain: Chain, count: number): void {
  for (let block = 0; block < count; block++) mine(chain, alice.address);
}

test('nothing is told while nothing changes', () => {
  const { chain, steps } = scene();
  expect(steps()).toBeUndefined();
  grow(chain, 1);
  expect(steps()).toBeDefined();
  expect(steps()).toBeUndefined();
});

test('new blocks are told oldest first', () => {
  const { chain, steps } = scene();
  grow(chain, 3);
  const { connected, disconnected, tip } = steps()!;
  expect(connected.map(({ header }) => header.height)).toEqual([1, 2, 3]);
  expect(disconnected).toEqual([]);
  expect(tip).toEqual(chain.tip);
});

test('a reorganisation is told as the writer told it', () => {
  const { chain, steps } = scene();
  grow(chain, 2);
  const fork = chain.headerAt(1)!;
  steps();
  // Block 2 of Bob is beside Alice's; his block 3 wins.
  const second = blockOn(chain, bob.address, [], fork);
  expect(chain.addBlock(second, second.header.time).kind).toBe('sideBranch');
  expect(steps()).toBeUndefined();
  const result = mine(chain, bob.address, [], chain.header(second.id)!);
  if (result.kind !== 'connected') throw new Error(result.kind);
  expect(result.change.disconnected).toHaveLength(1);
  expect(steps()).toEqual(result.change);
});

test('what is too much to be told is not told, and the next block is', () => {
  const { chain, steps } = scene();
  grow(chain, STEP_BLOCKS_MAX);
  expect(steps()!.connected).toHaveLength(STEP_BLOCKS_MAX);
  grow(chain, STEP_BLOCKS_MAX + 1);
  expect(steps()).toBeUndefined();
  grow(chain, 1);
  expect(steps()!.connected).toHaveLength(1);
});
