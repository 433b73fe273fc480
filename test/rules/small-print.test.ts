/**
 * What rows of blocks do not show of the rules: what is remembered of accounts that have nothing,
 * and the limits of parameters, as the page of the protocol says them and not as the code does.
 * (Found by `npm run mutants`: each test kills a fault that survived all others.)
 */
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import { decodePayment, makePayment } from '../../src/consensus/encoding.ts';
import { receivedBy } from '../../src/consensus/history.ts';
import { paramsFault } from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
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
    const heights = [...receivedBy(chain, to)].map(({ height }) => height);
    expect(heights).toEqual([2, 1]);
  });
});

describe('a limit of a parameter', () => {
  type Value = string | number | bigint;
  type Limit = [keyof ChainParams, Value, Value, Partial<ChainParams>?];
  const limits: Limit[] = [
    ['network', 'n'.repeat(32), 'n'.repeat(33)],
    ['network', 'n', ''],
    ['difficulty', 16_711_680, 16_711_681],
    ['difficulty', 0, -1],
    ['blockSize', 7_221, 7_222, { blockBytesMax: 8_000_000 }],
    ['blockSize', 1, 0],
    ['blockReward', (1n << 63n) - 1n, 1n << 63n],
    ['blockReward', 0n, -1n],
    ['blockWaitSeconds', 1_000_000, 1_000_001],
    ['blockWaitSeconds', 0, -1],
    ['blockBytesMax', 8_000_000, 8_000_001],
    ['blockBytesMax', 169 + 1_108, 169 + 1_107],
    ['blockBytesMax', 169 + 2 * 1_108, 169 + 2 * 1_107, { blockSize: 3 }],
  ];

  it.each(limits)('%s may be %s, and not %s', (...limit) => {
    const [name, last, beyond, others = {}] = limit as Limit;
    const fits = { ...EASY_PARAMS, ...others };
    expect(paramsFault({ ...fits, [name]: last })).toBe(undefined);
    expect(paramsFault({ ...fits, [name]: beyond })).toMatch(/ must be /);
  });

  it('has more transactions than fit into the greatest block', () => {
    // So what refuses 7,222 is the limit of the bytes, and that of the count never decides.
    const fits = { ...EASY_PARAMS, blockBytesMax: 8_000_000 };
    expect(paramsFault({ ...fits, blockSize: 7_222 })).toMatch(/^max_block_bytes must be/);
    expect(paramsFault({ ...fits, blockSize: 10_000 })).toMatch(/^max_block_bytes must be/);
    expect(paramsFault({ ...fits, blockSize: 10_001 })).toMatch(/^block_size must be 1 to 10000$/);
  });
});

describe('the longest key and the longest signature', () => {
  const { networkId } = new BlockFactory();
  const decodes = (keyBytes: number, signatureBytes: number): boolean => {
    const terms = { to: addressOfSigner(ALICE), amount: 1n, fee: 0n, sequence: 0, time: 0 };
    const key = new Uint8Array(keyBytes);
    const { bytes } = makePayment({ ...terms, key }, new Uint8Array(signatureBytes), networkId);
    return decodePayment(bytes, networkId) !== undefined;
  };

  it('decode, and one byte more does not', () => {
    expect([decodes(527, 512), decodes(528, 512), decodes(527, 513)]).toEqual([true, false, false]);
  });
});
