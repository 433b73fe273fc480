/** What a chain answers about itself, on a store in memory. Its rules are in `test/rules`. */
import { describe, expect, it } from 'vitest';
import {
  addressOfSigner, BlockFactory, EASY_PARAMS, NOBODY, NOW,
} from '../../test/support/block-factory.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { toySigner, ToyVerifier } from '../../test/support/toy-signatures.ts';
import { AssertionError } from '../lib/assert.ts';
import { openChain } from './chain.ts';
import type { Chain } from './chain.ts';
import { decodeBlock, encodeBlock, makeBlock } from './encoding.ts';
import type { ChainParams } from './params.ts';
import { workOf } from './pow.ts';
import { blockAt, blockKey, metaWrite, SchemaError, SPACE } from './records.ts';
import { Signatures } from './signatures.ts';
import { LOCATOR_IDS_MAX } from './tree.ts';
import { EMPTY_ACCOUNT } from './types.ts';

const factory = new BlockFactory();

function open(store: MemoryStore, params: ChainParams = EASY_PARAMS): Chain {
  const { networkId } = new BlockFactory(params);
  return openChain(params, store, new Signatures(new ToyVerifier(), networkId));
}

/** A chain of `count` blocks. */
function grown(count: number, store = new MemoryStore()) {
  const chain = open(store);
  const blocks = factory.line(factory.genesis, count);
  for (const block of blocks) expect(chain.addBlock(block, NOW).kind).toBe('connected');
  return { chain, store, blocks: [factory.genesis, ...blocks] };
}

describe('a new chain', () => {
  it('has genesis as its tip, with the work of one block, and nobody has money', () => {
    const chain = open(new MemoryStore());
    expect(chain.tip).toEqual({
      id: chain.networkId, header: factory.genesis.header, work: 16n, status: 'valid',
    });
    expect(chain.account(NOBODY)).toEqual(EMPTY_ACCOUNT);
    expect(chain.locator()).toEqual([chain.networkId]);
    expect(chain.block(chain.networkId)).toEqual(factory.genesis);
  });
});

describe('a chain', () => {
  it('gives the blocks that it holds, as they were, and nothing else', () => {
    const { chain, blocks } = grown(5);
    for (const [height, block] of blocks.entries()) {
      const node = chain.headerAt(height)!;
      expect(node).toEqual(chain.header(block.id));
      expect(node.header).toEqual(block.header);
      expect(node.work).toBe(workOf(EASY_PARAMS.difficulty) * BigInt(height + 1));
      expect(chain.isMain(node)).toBe(true);
      expect(chain.blockBytes(block.id)).toEqual(encodeBlock(block));
      expect(chain.block(block.id)).toEqual(block);
    }
    expect(chain.headerAt(6)).toBeUndefined();
    const stranger = factory.block(blocks[5]!);
    expect(chain.header(stranger.id)).toBeUndefined();
    expect(chain.blockBytes(stranger.id)).toBeUndefined();
    expect(chain.block(stranger.id)).toBeUndefined();
  });

  it('holds side branches beside the main chain', () => {
    const { chain, blocks } = grown(3);
    const side = factory.block(blocks[1]!, { header: { tag: 'side' } });
    chain.addBlock(side, NOW);
    const node = chain.header(side.id)!;
    expect(node.status).toBe('stored');
    expect(chain.isMain(node)).toBe(false);
    expect(chain.blockBytes(side.id)).toEqual(encodeBlock(side));
    expect(chain.headerAt(2)!.id).toBe(blocks[2]!.id);
  });

  it('gives the last eleven times of a branch, newest first', () => {
    const { chain, blocks } = grown(14);
    const times = blocks.map(({ header }) => header.time).reverse();
    expect(chain.contextOf(chain.tip).times).toEqual(times.slice(0, 11));
    expect(chain.contextOf(chain.headerAt(3)!).times).toEqual(times.slice(-4));
    const side = factory.block(blocks[12]!, { header: { time: 77_000 } });
    chain.addBlock(side, NOW);
    const expected = [77_000, ...times.slice(2, 12)];
    expect(chain.contextOf(chain.header(side.id)!).times).toEqual(expected);
  });

  it('gives a locator: the tip and nine before it, then in steps that double, then genesis', () => {
    const { chain } = grown(60);
    const heights = chain.locator().map((id) => chain.header(id)!.header.height);
    expect(heights).toEqual([60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 49, 45, 37, 21, 0]);
    // Ten, then a doubling for each bit of the greatest height, then genesis.
    expect(10 + 53 + 1).toBeLessThanOrEqual(LOCATOR_IDS_MAX);
  });

  it('says why it refuses a block, before it gets it', () => {
    const { chain, blocks } = grown(1);
    const payments = [factory.pay({ from: toySigner('bob'), to: NOBODY, amount: 1n, sequence: 0 })];
    const bad = factory.block(blocks[1]!, { payments });
    expect(chain.refusalOf(bad)).toBeUndefined();
    chain.addBlock(bad, NOW);
    expect(chain.refusalOf(bad)?.code).toBe('insufficient-funds');
    expect(chain.refusalOf(blocks[1]!)).toBeUndefined();
  });

  it('says which block of a branch broke the rule', () => {
    const { chain, blocks } = grown(2);
    const payments = [factory.pay({ from: toySigner('bob'), to: NOBODY, amount: 1n, sequence: 0 })];
    const bad = factory.block(blocks[1]!, { payments });
    const child = factory.block(bad);
    expect(chain.addBlock(bad, NOW).kind).toBe('sideBranch');
    expect(chain.addBlock(child, NOW)).toMatchObject({
      kind: 'rejected',
      blockId: bad.id,
      rejection: { code: 'insufficient-funds', details: { index: 0 } },
    });
    expect(chain.refusalOf(bad)?.code).toBe('invalid-ancestor');
    expect(chain.refusalOf(child)).toBeDefined();
  });

  it('does not remember what says nothing about a header', () => {
    const { chain, blocks } = grown(1);
    const good = factory.block(blocks[1]!, { header: { time: 200_000 } });
    expect(chain.addBlock(makeBlock(good.header, []), NOW)).toMatchObject({ kind: 'rejected' });
    expect(chain.addBlock(good, 0)).toMatchObject({ rejection: { code: 'time-too-new' } });
    expect(chain.refusalOf(good)).toBeUndefined();
    expect(chain.addBlock(good, NOW).kind).toBe('connected');
  });
});

describe('a store', () => {
  it('is read again as it was left', () => {
    const { chain, store } = grown(5);
    const again = open(store);
    expect(again.tip).toEqual(chain.tip);
    expect(again.account(NOBODY)).toEqual(chain.account(NOBODY));
    expect(again.locator()).toEqual(chain.locator());
  });

  it('of another network is not opened', () => {
    const { store } = grown(1);
    expect(() => open(store, { ...EASY_PARAMS, network: 'other' })).toThrow(AssertionError);
  });

  it('with another schema is not read', () => {
    const { store } = grown(1);
    const { key, value } = metaWrite({
      tipId: factory.genesis.id, tipHeight: 0, params: EASY_PARAMS,
    });
    const newer = value!.slice();
    newer[3]! += 1;
    store.commit([{ key, value: newer }]);
    expect(() => open(store)).toThrow(SchemaError);
    store.commit([{ key, value: value!.slice(0, -1) }]);
    expect(() => open(store)).toThrow(SchemaError);
  });

  it('that one process writes is followed by one that only reads', () => {
    const { chain, store, blocks } = grown(2);
    const reader = open(store);
    const alice = addressOfSigner(toySigner('alice'));
    const next = factory.block(blocks[2]!, { to: alice });
    chain.addBlock(next, NOW);
    expect(reader.tip.id).toBe(blocks[2]!.id);
    expect(reader.refresh().id).toBe(next.id);
    expect(reader.tip).toEqual(chain.tip);
    expect(reader.account(alice).balance).toBe(1_000n);
    expect(reader.block(next.id)).toEqual(next);
  });

  it('holds the body of a block under its id', () => {
    const { store, blocks } = grown(1);
    const body = store.get(blockKey(SPACE.body, blockAt(blocks[1]!)))!;
    expect(body).toEqual(encodeBlock(blocks[1]!).slice(116));
    expect(decodeBlock(encodeBlock(blocks[1]!), factory.networkId)).toEqual(blocks[1]);
  });
});
