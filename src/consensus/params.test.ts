/** Chain parameters: their limits, their one encoding, and that genesis commits to each of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainParams } from '../../test/support/arbitraries.ts';
import { concatBytes } from '../lib/bytes.ts';
import { KEY_BYTES_MAX, SIGNATURE_BYTES_MAX } from '../crypto/keys.ts';
import {
  blockIdOf, encodeBlock, HEADER_BYTES, makePayment, TRANSACTION_BYTES_MIN,
} from './encoding.ts';
import {
  decodeParams, DEFAULT_PARAMS, DIFFICULTY_BIT, encodeParams, equalParams, genesisBlock,
  networkIdOf, paramsFault,
} from './params.ts';
import type { ChainParams } from './params.ts';
import { AMOUNT_MAX } from './types.ts';
import type { Address } from './types.ts';

describe('the encoding of parameters', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(chainParams, (params) => {
      expect(decodeParams(encodeParams(params))).toEqual(params);
    }));
  });

  it('is the only one', () => {
    const bytes = fc.tuple(chainParams, fc.nat(), fc.nat(255)).map(([params, place, value]) => {
      const encoded = encodeParams(params);
      encoded[place % encoded.length] = value;
      return encoded;
    });
    fc.assert(fc.property(fc.oneof(bytes, fc.uint8Array()), (some) => {
      const params = decodeParams(some);
      if (params !== undefined) expect(encodeParams(params)).toEqual(some);
    }));
  });

  it('has a version, and an end', () => {
    const bytes = encodeParams(DEFAULT_PARAMS);
    expect(decodeParams(concatBytes(Uint8Array.of(2), bytes.subarray(1)))).toBeUndefined();
    expect(decodeParams(concatBytes(bytes, Uint8Array.of(0)))).toBeUndefined();
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeParams(bytes.subarray(0, length))).toBeUndefined();
    }
  });

  it('does not decode parameters with a fault', () => {
    const faulty = { ...DEFAULT_PARAMS, blockSize: 0 };
    expect(decodeParams(encodeParams(faulty))).toBeUndefined();
    expect(decodeParams(encodeParams({ ...DEFAULT_PARAMS, network: 'a b' }))).toBeUndefined();
  });
});

describe('the limits', () => {
  it('let the defaults and the edges pass', () => {
    const edges: Partial<ChainParams>[] = [
      {}, { network: 'x' }, { network: '~'.repeat(32) }, { difficulty: 0 },
      { difficulty: 255 * DIFFICULTY_BIT }, { difficulty: 1 }, { blockSize: 1 },
      { blockReward: 0n }, { blockReward: AMOUNT_MAX }, { blockWaitSeconds: 0 },
      { blockWaitSeconds: 1_000_000 }, { blockBytesMax: 8_000_000 },
      { blockSize: 1, blockBytesMax: 1_277 }, { blockSize: 2, blockBytesMax: 1_277 },
      { blockSize: 3, blockBytesMax: 2_385 }, { blockSize: 7_221, blockBytesMax: 8_000_000 },
    ];
    for (const edge of edges) expect(paramsFault({ ...DEFAULT_PARAMS, ...edge })).toBeUndefined();
  });

  it('leave room for a block of the largest payments', () => {
    const terms = {
      key: new Uint8Array(KEY_BYTES_MAX), to: '00'.repeat(32) as Address, amount: 1n, fee: 1n,
      sequence: 0, time: 0,
    };
    const signature = new Uint8Array(SIGNATURE_BYTES_MAX);
    const largest = makePayment(terms, signature, networkIdOf(DEFAULT_PARAMS));
    expect(HEADER_BYTES + 4 + TRANSACTION_BYTES_MIN + 2 * largest.bytes.length).toBe(2_385);
  });

  it.each<[string, Partial<ChainParams>]>([
    ['network', { network: '' }],
    ['network', { network: 'x'.repeat(33) }],
    ['network', { network: 'a b' }],
    ['network', { network: 'é' }],
    ['network', { network: 'a\n' }],
    ['network', { network: '\u0000' }],
    ['difficulty', { difficulty: -1 }],
    ['difficulty', { difficulty: 255 * DIFFICULTY_BIT + 1 }],
    ['difficulty', { difficulty: 0.5 }],
    ['difficulty', { difficulty: Number.NaN }],
    ['block_size', { blockSize: 0 }],
    ['block_size', { blockSize: 10_001 }],
    ['block_size', { blockSize: 1.5 }],
    ['block_reward', { blockReward: -1n }],
    ['block_reward', { blockReward: AMOUNT_MAX + 1n }],
    ['block_wait_seconds', { blockWaitSeconds: -1 }],
    ['block_wait_seconds', { blockWaitSeconds: 1_000_001 }],
    ['block_wait_seconds', { blockWaitSeconds: Number.POSITIVE_INFINITY }],
    ['max_block_bytes', { blockBytesMax: 8_000_001 }],
    ['max_block_bytes', { blockBytesMax: 0 }],
    ['max_block_bytes', { blockSize: 2, blockBytesMax: 1_276 }],
    ['max_block_bytes', { blockSize: 1, blockBytesMax: 1_276 }],
    ['max_block_bytes', { blockSize: 3, blockBytesMax: 2_384 }],
    ['max_block_bytes', { blockSize: 7_222, blockBytesMax: 8_000_000 }],
  ])('refuse %s in %o', (name, part) => {
    expect(paramsFault({ ...DEFAULT_PARAMS, ...part })).toMatch(new RegExp(`^${name} `));
  });
});

describe('genesis', () => {
  it('is a block without transactions that begins the chain', () => {
    const genesis = genesisBlock(DEFAULT_PARAMS);
    expect(genesis.header).toMatchObject({ height: 0, time: 0, nonce: 0n, tag: '', version: 1 });
    expect(genesis.header.previousId).toMatch(/^0{64}$/);
    expect(genesis.transactions).toEqual([]);
    expect(genesis.id).toBe(blockIdOf(genesis.header));
    expect(genesis.byteLength).toBe(encodeBlock(genesis).length);
    expect(networkIdOf(DEFAULT_PARAMS)).toBe(genesis.id);
  });

  it('has another id when any parameter differs', () => {
    const others: Partial<ChainParams>[] = [
      { network: 'Main' }, { network: 'main2' }, { difficulty: DEFAULT_PARAMS.difficulty + 1 },
      { blockSize: 6 }, { blockReward: DEFAULT_PARAMS.blockReward + 1n }, { blockWaitSeconds: 61 },
      { blockBytesMax: 1_000_001 },
    ];
    const named = new Set(others.flatMap((part) => Object.keys(part)));
    expect([...named].sort()).toEqual(Object.keys(DEFAULT_PARAMS).sort());
    const ids = others.map((part) => networkIdOf({ ...DEFAULT_PARAMS, ...part }));
    expect(new Set([...ids, networkIdOf(DEFAULT_PARAMS)]).size).toBe(others.length + 1);
  });

  it('has the same id only for the same parameters', () => {
    fc.assert(fc.property(chainParams, chainParams, (a, b) => {
      const isSame = Buffer.compare(encodeParams(a), encodeParams(b)) === 0;
      expect(networkIdOf(a) === networkIdOf(b)).toBe(isSame);
    }));
  });
});

describe('two sets of parameters', () => {
  /** The second has some of its fields from another set. */
  const pairs = fc.tuple(chainParams, chainParams, fc.array(fc.boolean(), { maxLength: 6 }))
    .map(([one, other, isOther]) => {
      const names = Object.keys(one) as (keyof ChainParams)[];
      const mixed = names.map((name, index) => [name, (isOther[index] ? other : one)[name]]);
      return [one, Object.fromEntries(mixed) as unknown as ChainParams] as const;
    });

  it('are equal when they found the same network', () => {
    fc.assert(fc.property(pairs, ([one, other]) => {
      expect(equalParams(one, other)).toBe(networkIdOf(one) === networkIdOf(other));
    }));
  });

  it('differ by any one field', () => {
    expect(equalParams(DEFAULT_PARAMS, { ...DEFAULT_PARAMS })).toBe(true);
    const changes: Partial<ChainParams>[] = [
      { network: 'other' }, { difficulty: 1 }, { blockSize: 6 }, { blockReward: 1n },
      { blockWaitSeconds: 61 }, { blockBytesMax: 999_999 },
    ];
    expect(changes.flatMap(Object.keys)).toEqual(Object.keys(DEFAULT_PARAMS));
    for (const change of changes) {
      expect(equalParams(DEFAULT_PARAMS, { ...DEFAULT_PARAMS, ...change })).toBe(false);
    }
  });
});
