/**
 * Goal: what a chain reads of its store, at once or after others wrote to it, and that blocks which
 * are committed soon do not wait in memory without a limit. Method: chains on stores in memory that
 * hardly remember anything, so that it is the store which answers.
 */
import { describe, expect, it } from 'vitest';
import {
  addressOfSigner, BlockFactory, EASY_PARAMS, NOW,
} from '../../test/support/block-factory.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { toySigner, ToyVerifier } from '../../test/support/toy-signatures.ts';
import type { Write } from '../ports.ts';
import { openChain } from './chain.ts';
import type { Chain } from './chain.ts';
import type { ChainParams } from './params.ts';
import { Signatures } from './signatures.ts';
import { UNCOMMITTED_BYTES_MAX } from './stored-chain.ts';
import type { Address } from './types.ts';

const FORGETFUL = { headersMax: 1, heightsMax: 1, accounts: { countMax: 1 } };
const factory = new BlockFactory();
const alice = addressOfSigner(toySigner('alice'));

function open(store: MemoryStore, params: ChainParams = EASY_PARAMS): Chain {
  const { networkId } = new BlockFactory(params);
  const signatures = new Signatures(new ToyVerifier(), networkId);
  return openChain(params, store, signatures, { memory: FORGETFUL });
}

describe('the block that a header builds on', () => {
  it('is the one of its id and of the height before, on the main chain or beside it', () => {
    const store = new MemoryStore();
    const chain = open(store);
    const blocks = factory.line(factory.genesis, 5);
    const rival = factory.block(blocks[2]!, { header: { tag: 'rival' } });
    for (const block of [...blocks, rival]) chain.addBlock(block, NOW);
    const onRival = factory.block(rival);
    expect(chain.parentOf(factory.genesis.header)).toBeUndefined();
    expect(chain.parentOf(blocks[0]!.header)?.id).toBe(factory.genesis.id);
    for (const [index, block] of blocks.slice(1).entries()) {
      expect(chain.parentOf(block.header)?.id).toBe(blocks[index]!.id);
    }
    expect(chain.parentOf(onRival.header)?.id).toBe(rival.id);
    expect(chain.parentOf(factory.block(onRival).header)).toBeUndefined();
  });
});

describe('a chain that only reads', () => {
  it('sees what another has changed, accounts that it knew included', () => {
    const store = new MemoryStore();
    const [writer, reader] = [open(store), open(store)];
    expect(reader.account(alice).balance).toBe(0n);
    const block = factory.block(factory.genesis, { to: alice });
    writer.addBlock(block, NOW);
    expect(reader.refresh().id).toBe(block.id);
    expect(reader.account(alice).balance).toBe(EASY_PARAMS.blockReward);
  });

  it('keeps what it has not committed yet itself', () => {
    const chain = open(new MemoryStore());
    const block = factory.block(factory.genesis, { to: alice });
    chain.addBlock(block, NOW, 'soon');
    expect(chain.refresh().id).toBe(block.id);
    expect(chain.account(alice).balance).toBe(EASY_PARAMS.blockReward);
  });
});

describe('blocks that are committed soon', () => {
  /** What a write takes in memory; more than its value. */
  const costOf = ({ value }: Write): number => 200 + (value?.length ?? 0);
  const BLOCK_COST_MAX = 5_000;

  it('are committed when they are many, and not before', () => {
    const params = { ...EASY_PARAMS, difficulty: 0 };
    const easy = new BlockFactory(params);
    const store = new MemoryStore();
    const chain = open(store, params);
    const commits: number[] = [];
    const commit = store.commit.bind(store);
    store.commit = (batch) => {
      commits.push(batch.reduce((sum, write) => sum + costOf(write), 0));
      commit(batch);
    };
    // Each pays somebody else: accounts that wait are memory, too.
    for (let last = easy.genesis, count = 1; commits.length === 0; count++) {
      last = easy.block(last, { to: count.toString(16).padStart(64, '0') as Address });
      chain.addBlock(last, NOW, 'soon');
      expect(count).toBeLessThan(UNCOMMITTED_BYTES_MAX / 200);
    }
    expect(commits[0]).toBeLessThan(UNCOMMITTED_BYTES_MAX + BLOCK_COST_MAX);
    expect(commits[0]).toBeGreaterThan(UNCOMMITTED_BYTES_MAX * 0.8);
  });
});
