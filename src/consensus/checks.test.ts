/** The rules without accounts, at their edges (threats rows 2, 3, 6, 9, 11, 37, 40). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressOfSigner, BlockFactory, EASY_PARAMS, NOW,
} from '../../test/support/block-factory.ts';
import { toySigner } from '../../test/support/toy-signatures.ts';
import { AssertionError } from '../lib/assert.ts';
import { checkBody, checkHeader, checkPayment, medianTime } from './checks.ts';
import { makeBlock, makePayment } from './encoding.ts';
import { merkleRootOf } from './merkle.ts';
import { CLOCK_DRIFT_MAX_MS, DIFFICULTY_BIT } from './params.ts';
import type { ChainParams } from './params.ts';
import { AMOUNT_MAX } from './types.ts';
import type { Amount, Block, BlockHeader, Payment } from './types.ts';

const ALICE = toySigner('alice');
const TO = addressOfSigner(toySigner('bob'));
const MAX_WORD = (1n << 64n) - 1n;

function pay(factory: BlockFactory, amount: Amount, fee: Amount, sequence = 0): Payment {
  return factory.pay({ from: ALICE, to: TO, amount, fee, sequence });
}

describe('a payment', () => {
  const factory = new BlockFactory();

  it.each<[Amount, Amount, string | undefined]>([
    [0n, 0n, 'bad-amount'],
    [0n, 1n, 'bad-amount'],
    [1n, 0n, undefined],
    [(1n << 53n) + 1n, 0n, undefined],
    [AMOUNT_MAX, 0n, undefined],
    [AMOUNT_MAX, 1n, 'amount-overflow'],
    [1n, AMOUNT_MAX, 'amount-overflow'],
    [1n, AMOUNT_MAX - 1n, undefined],
    [AMOUNT_MAX, AMOUNT_MAX, 'amount-overflow'],
    [AMOUNT_MAX + 1n, 0n, 'bad-amount'],
    [1n, AMOUNT_MAX + 1n, 'bad-amount'],
    [MAX_WORD, 0n, 'bad-amount'],
    [MAX_WORD, 1n, 'bad-amount'],
    [1n, MAX_WORD, 'bad-amount'],
  ])('of %d with a fee of %d: %s', (amount, fee, code) => {
    expect(checkPayment(pay(factory, amount, fee))?.code).toBe(code);
  });

  it('needs a canonical key', () => {
    const payment = makePayment({ ...pay(factory, 1n, 0n), key: ALICE.key.subarray(1) },
      new Uint8Array(64), factory.networkId);
    expect(checkPayment(payment)?.code).toBe('bad-key');
  });
});

describe('the median of times', () => {
  it.each<[number[], number]>([
    [[5], 5], [[9, 1], 1], [[3, 1, 2], 2], [[4, 1, 3, 2], 2], [[1, 10, 100, 1000, 10_000], 100],
    [[2 ** 53 - 1, 0, 7], 7], [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 5],
  ])('of %j is %d', (times, median) => {
    expect(medianTime(times)).toBe(median);
  });

  it('is one of them, with as many above as below, and does not change them', () => {
    fc.assert(fc.property(fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 11 }), (times) => {
      const before = [...times];
      const median = medianTime(times);
      expect(times).toEqual(before);
      expect(times).toContain(median);
      const below = times.filter((time) => time < median).length;
      const above = times.filter((time) => time > median).length;
      expect(below).toBeLessThanOrEqual((times.length - 1) / 2);
      expect(above).toBeLessThanOrEqual(times.length / 2);
    }));
  });

  it('of nothing is a bug', () => {
    expect(() => medianTime([])).toThrow(AssertionError);
  });
});

describe('a header', () => {
  const factory = new BlockFactory();
  const [parent, grandchild] = factory.line(factory.genesis, 2) as [Block, Block];
  const times = [parent.header.time, 0];

  function codeOf(header: Partial<BlockHeader>, now = NOW): string | undefined {
    const block = factory.block(parent, { header });
    const context = { id: parent.id, header: parent.header, times };
    return checkHeader(block, context, now, EASY_PARAMS)?.code;
  }

  it.each<[string, Partial<BlockHeader>, string | undefined]>([
    ['as it should be', {}, undefined],
    ['with another version', { version: 0 }, 'bad-version'],
    ['with a newer version', { version: 2 }, 'bad-version'],
    ['at its parent\'s height', { height: 1 }, 'bad-height'],
    ['two above its parent', { height: 3 }, 'bad-height'],
    ['that is easier', { difficulty: 3 * DIFFICULTY_BIT }, 'bad-difficulty'],
    ['that is harder', { difficulty: 5 * DIFFICULTY_BIT }, 'bad-difficulty'],
    ['that is harder by the least', { difficulty: 4 * DIFFICULTY_BIT + 1 }, 'bad-difficulty'],
    ['at the time of the median', { time: 0 }, 'time-too-old'],
    ['just after the median, before its parent', { time: 1 }, undefined],
    ['as far ahead as may be', { time: NOW + CLOCK_DRIFT_MAX_MS }, undefined],
    ['further ahead', { time: NOW + CLOCK_DRIFT_MAX_MS + 1 }, 'time-too-new'],
    ['at the end of time', { time: Number.MAX_SAFE_INTEGER }, 'time-too-new'],
  ])('%s: %s', (_, header, code) => {
    expect(codeOf(header)).toBe(code);
  });

  it('with a difficulty that no target has is refused, not a bug', () => {
    const header = { ...grandchild.header, difficulty: 0xffff_ffff };
    const context = { id: parent.id, header: parent.header, times };
    const rejection = checkHeader(makeBlock(header, []), context, NOW, EASY_PARAMS);
    expect(rejection?.code).toBe('bad-difficulty');
  });

  it('without proof of work is refused', () => {
    const block = factory.block(parent, { isUnproved: true });
    const context = { id: parent.id, header: parent.header, times };
    expect(checkHeader(block, context, NOW, EASY_PARAMS)?.code).toBe('bad-proof-of-work');
  });
});

describe('the number of transactions', () => {
  const START_MS = 5_000_000;

  /** The code for a block at height 2 with so many payments, so long after its parent. */
  function codeOf(
    params: Partial<ChainParams>,
    payments: number,
    waitedMs: number,
  ): string | undefined {
    const factory = new BlockFactory({ ...EASY_PARAMS, ...params });
    const parent = factory.block(factory.genesis, { header: { time: START_MS } });
    const list = Array.from({ length: payments }, (_, index) => pay(factory, 1n, 0n, index));
    const block = factory.block(parent, { payments: list, header: { time: START_MS + waitedMs } });
    return checkBody(block, START_MS, factory.params)?.code;
  }

  it.each<[number, number, number, number, string | undefined]>([
    // block_size, block_wait_seconds, payments, ms after the parent
    [3, 60, 2, 1, undefined],
    [3, 60, 5, 1, undefined],
    [3, 60, 1, 59_999, 'too-few-transactions'],
    [3, 60, 1, 60_000, undefined],
    [3, 60, 0, 60_000, 'too-few-transactions'],
    [3, 60, 0, 9_999_999, 'too-few-transactions'],
    [3, 60, 1, -1, 'too-few-transactions'],
    [3, 0, 1, 9_999_999, 'too-few-transactions'],
    [3, 0, 2, 1, undefined],
    [2, 60, 0, 1, 'too-few-transactions'],
    [2, 60, 1, 1, undefined],
    [1, 60, 0, 1, undefined],
    [1, 0, 0, 1, undefined],
  ])('block_size %d, wait %d s: %d payments after %d ms: %s', (size, wait, count, waited, code) => {
    expect(codeOf({ blockSize: size, blockWaitSeconds: wait }, count, waited)).toBe(code);
  });
});

describe('the supply', () => {
  it.each<[bigint, number, string | undefined]>([
    [AMOUNT_MAX, 1, undefined],
    [AMOUNT_MAX, 2, 'supply-overflow'],
    [1n << 62n, 1, undefined],
    [1n << 62n, 2, 'supply-overflow'],
    [(1n << 62n) - 1n, 2, undefined],
    [1_000n, Number(AMOUNT_MAX / 1_000n / 1_025n), undefined],
    [0n, Number.MAX_SAFE_INTEGER - 1, undefined],
    [1_025n, Number.MAX_SAFE_INTEGER - 1, 'supply-overflow'],
    [1_024n, Number.MAX_SAFE_INTEGER - 1, undefined],
  ])('of blocks that pay %d at height %d: %s', (blockReward, height, code) => {
    const factory = new BlockFactory({ ...EASY_PARAMS, blockReward });
    const { id, header } = factory.genesis;
    const parent = { id, header: { ...header, height: height - 1 } };
    expect(checkBody(factory.block(parent), 0, factory.params)?.code).toBe(code);
  });
});

describe('a body that its header did not promise', () => {
  it('is mutated, whatever else is wrong with it, so that its header is not condemned', () => {
    const factory = new BlockFactory();
    const block = factory.block(factory.genesis);
    const [reward] = block.transactions;
    const bodies = [
      [], [reward!, reward!], [factory.reward(1, TO)], [pay(factory, 0n, 0n), reward!],
      Array.from({ length: 9_000 }, (_, index) => factory.reward(index, TO)),
      [...Array.from({ length: 1_100 }, () => makePayment({ ...pay(factory, 1n, 0n) },
        new Uint8Array(512), factory.networkId)), reward!],
    ];
    for (const body of bodies) {
      const params = { ...EASY_PARAMS, blockBytesMax: 1_277 };
      const rejection = checkBody(makeBlock(block.header, body), 0, params);
      expect(rejection?.code).toBe('bad-merkle-root');
    }
    expect(merkleRootOf(block.transactions)).toBe(block.header.merkleRoot);
  });
});
