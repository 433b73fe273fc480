/**
 * What rows of blocks do not show of the rules: what is remembered of accounts that have nothing.
 * (Found by `npm run mutants`: each test kills a fault that survived all others.)
 */
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import { receivedBy } from '../../src/consensus/history.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS, NOW } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { toySigner, ToyVerifier } from '../support/toy-signatures.ts';

const ALICE = toySigner('alice');

describe('a reward of nothing', () => {
  it('is in the history of who got it', () => {
    const factory = new BlockFactory({ ...EASY_PARAMS, blockReward: 0n });
    const signatures = new Signatures(new ToyVerifier(), factory.networkId);
    const chain = openChain(factory.params, new MemoryStore(), signatures);
    const to = addressOfSigner(ALICE);
    for (const block of factory.line(factory.genesis, 2, { to })) chain.addBlock(block, NOW);
    const heights = [...receivedBy(chain.records, to)].map(({ height }) => height);
    expect(heights).toEqual([2, 1]);
  });
});
