/**
 * Goal: a template is made exactly when a block may be mined, and connects as it is.
 * Method: difficulty 0, so that a template with nonce 0 is a mined block for the real chain.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockOn, testSigner } from '../../test/support/chain-fixture.ts';
import { BANK_ADDRESS, NodeScene } from '../../test/support/node-scene.ts';
import { wideSigner } from '../../test/support/wide-signatures.ts';
import { addressOf, makeBlock } from '../consensus/encoding.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import { buildTemplate } from './template.ts';
import type { MineableTemplate, Template } from './template.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dave'].map(testSigner);
const [ALICE, BOB] = [PEOPLE[0]!, PEOPLE[1]!];

/** Blocks of five, and four people with 1,000 each at height 2. */
function fives(blockWaitSeconds: number): NodeScene {
  const scene = new NodeScene({ blockSize: 5, blockWaitSeconds });
  scene.fund(1_000n, ...PEOPLE);
  return scene;
}

function mineable(template: Template): MineableTemplate {
  if (template.kind !== 'mineable') throw new Error(`waits for ${template.reason}`);
  return template;
}

test('the first block holds the reward alone, whatever the block size', () => {
  const scene = new NodeScene({ blockSize: 5 });
  const template = mineable(scene.template());
  expect(template.transactions).toMatchObject([{ type: 'reward', height: 1, to: BANK_ADDRESS }]);
  expect(template.reward).toBe(scene.chain.params.blockReward);
  expect(scene.mineTemplate(template).kind).toBe('connected');
  expect(scene.template()).toEqual({ kind: 'waiting', reason: 'payments', ready: 1, needed: 5 });
});

test('a full block pays the block reward and the fees, and says who mined it', () => {
  const scene = fives(0);
  for (const [index, signer] of PEOPLE.entries()) {
    scene.add(signer, { sequence: 0, fee: BigInt(index) });
  }
  const template = mineable(scene.template(ALICE.address));
  expect(template.header).toMatchObject({ height: 3, nonce: 0n, tag: 'scene', difficulty: 0 });
  expect(template.header.time).toBe(scene.clock.now());
  expect(template.reward).toBe(scene.chain.params.blockReward + 6n);
  expect(template.transactions.length).toBe(5);
  const before = scene.chain.account(ALICE.address).balance;
  expect(scene.mineTemplate(template).kind).toBe('connected');
  expect(scene.chain.account(ALICE.address).balance).toBe(before - 10n + template.reward);
  expect(scene.mempool.size).toBe(0);
});

describe('a block with too few payments', () => {
  test('waits for ever when the network says so', () => {
    const scene = fives(0);
    scene.add(ALICE, { sequence: 0 });
    scene.setClockAfterTip(40_000_000);
    expect(scene.template()).toEqual({ kind: 'waiting', reason: 'payments', ready: 2, needed: 5 });
  });

  test('waits for a payment, however long', () => {
    const scene = fives(60);
    scene.setClockAfterTip(1_000_000_000);
    expect(scene.template()).toEqual({ kind: 'waiting', reason: 'payments', ready: 1, needed: 5 });
  });

  test('is made at the very moment from which it is valid', () => {
    const scene = fives(60);
    scene.add(ALICE, { sequence: 0 });
    scene.setClockAfterTip(59_999);
    const partialAt = scene.chain.tip.header.time + 60_000;
    expect(scene.template())
      .toEqual({ kind: 'waiting', reason: 'payments', ready: 2, needed: 5, partialAt });
    scene.setClockAfterTip(60_000);
    const template = mineable(scene.template());
    expect(template.header.time).toBe(partialAt);
    expect(scene.mineTemplate(template).kind).toBe('connected');
  });
});

describe('the time of a block', () => {
  test('is later than the median though the clock is behind', () => {
    const scene = fives(0);
    for (const signer of PEOPLE) scene.add(signer, { sequence: 0 });
    // Three blocks: the genesis block's time is 0, and the lower middle one counts.
    const median = scene.chain.headerAt(1)!.header.time;
    scene.clock.shift(median - 5 - scene.clock.now());
    const template = mineable(scene.template());
    expect(template.header.time).toBe(median + 1);
    expect(scene.mineTemplate(template).kind).toBe('connected');
  });

  test('is never further ahead of the clock than a block may be', () => {
    const scene = fives(0);
    for (const signer of PEOPLE) scene.add(signer, { sequence: 0 });
    const median = scene.chain.headerAt(1)!.header.time;
    scene.clock.shift(median + 1 - CLOCK_DRIFT_MAX_MS - scene.clock.now());
    const template = mineable(scene.template());
    scene.clock.shift(-1);
    expect(scene.template()).toEqual({ kind: 'waiting', reason: 'clock', ready: 5, needed: 5 });
    scene.clock.shift(1);
    expect(scene.mineTemplate(template).kind).toBe('connected');
  });
});

test('nothing is mined once all the money is there', () => {
  const scene = new NodeScene({ blockReward: AMOUNT_MAX / 2n });
  for (let height = 1; height <= 2; height++) {
    expect(scene.mineTemplate(scene.template()).kind).toBe('connected');
  }
  expect(scene.template()).toEqual({ kind: 'waiting', reason: 'supply', ready: 0, needed: 1 });
  const { header, transactions } = blockOn(scene.chain, BANK_ADDRESS);
  const beyond = makeBlock({ ...header, time: scene.clock.now() + 9 }, transactions);
  expect(scene.addBlock(beyond)).toMatchObject({ rejection: { code: 'supply-overflow' } });
});

test('the block fits into the bytes that the network allows, with the payments that fit', () => {
  const scene = new NodeScene({ blockSize: 2, blockBytesMax: 116 + 4 + 49 + 1108 });
  scene.mine();
  const wide = wideSigner('wide', 4096);
  const block = blockOn(scene.chain, addressOf(wide.key), [
    scene.pay(testSigner('bank'), { sequence: 0, to: ALICE.address, amount: 1_000n }),
  ]);
  scene.addBlock(block);
  for (let sequence = 0; sequence < 10; sequence++) scene.add(ALICE, { sequence });
  const small = mineable(scene.template());
  const bytes = makeBlock(small.header, small.transactions).byteLength;
  expect(small.transactions.length).toBe(7);
  expect(bytes).toBeLessThanOrEqual(scene.chain.params.blockBytesMax);
  expect(bytes + small.transactions[0]!.bytes.length).toBeGreaterThan(1277);
  // A payment of the largest kind fills it to the last byte.
  scene.add(wide, { sequence: 0, fee: 100_000n });
  const large = mineable(scene.template());
  expect(makeBlock(large.header, large.transactions).byteLength).toBe(1277);
  expect(scene.mineTemplate(large).kind).toBe('connected');
  expect(scene.mineTemplate(scene.template()).kind).toBe('connected');
});

test('one byte less than a payment needs keeps it out', () => {
  const size = new NodeScene().pay(ALICE, { sequence: 0 }).bytes.length;
  for (const [spare, count] of [[-1, 8], [0, 9]] as const) {
    const scene = new NodeScene({ blockBytesMax: 116 + 4 + 49 + 8 * size + spare });
    scene.fund(1_000n, ALICE);
    for (let sequence = 0; sequence < 10; sequence++) scene.add(ALICE, { sequence });
    const template = mineable(scene.template());
    expect(template.transactions.length).toBe(count);
    expect(scene.mineTemplate(template).kind).toBe('connected');
  }
});

test('a tag that is not printable, or too long, is a bug of the caller', () => {
  const { chain, mempool, clock } = new NodeScene();
  for (const tag of ['é', 'a\n', 'x'.repeat(21)]) {
    const options = { chain, mempool, now: clock.now(), rewardTo: BANK_ADDRESS, tag };
    expect(() => buildTemplate(options)).toThrow('tag');
  }
});

test('what is mineable connects, and what waits would be refused', () => {
  const payment = fc.record({
    from: fc.nat({ max: 3 }), to: fc.nat({ max: 3 }), sequence: fc.nat({ max: 3 }),
    amount: fc.bigInt({ min: 1n, max: 900n }), fee: fc.bigInt({ min: 0n, max: 99n }),
  });
  const setting = fc.record({
    blockSize: fc.integer({ min: 1, max: 5 }),
    blockWaitSeconds: fc.constantFrom(0, 1, 60),
    isTight: fc.boolean(),
    afterTipMs: fc.oneof(
      fc.constantFrom(-130_000, -121_000, -1, 0, 1, 999, 1_000, 59_999, 60_000, 61_000),
      fc.integer({ min: -130_000, max: 130_000 }),
    ),
    payments: fc.array(payment, { maxLength: 20 }),
  });
  fc.assert(fc.property(setting, ({ isTight, afterTipMs, payments, ...params }) => {
    const blockBytesMax = 116 + 4 + 49 + (isTight ? 4 * 1108 : 100_000);
    const scene = new NodeScene({ ...params, blockBytesMax });
    scene.fund(1_000n, ...PEOPLE);
    for (const { from, to, ...terms } of payments) {
      scene.add(PEOPLE[from]!, { ...terms, to: PEOPLE[to]!.address });
    }
    scene.setClockAfterTip(afterTipMs);
    const template = scene.template();
    if (template.kind === 'mineable') {
      expect(scene.mineTemplate(template).kind).toBe('connected');
      return;
    }
    const selected = scene.mempool.select({ bytesMax: blockBytesMax - 169 });
    expect(template.ready).toBe(selected.length + 1);
    const { header, transactions } = blockOn(scene.chain, BOB.address, selected);
    const time = Math.max(scene.clock.now(), scene.chain.headerAt(1)!.header.time + 1);
    const result = scene.addBlock(makeBlock({ ...header, time }, transactions));
    const isEarly = time > scene.clock.now() + CLOCK_DRIFT_MAX_MS;
    expect(isEarly || template.reason === 'payments').toBe(true);
    const code = isEarly ? 'time-too-new' : 'too-few-transactions';
    expect(result).toMatchObject({ kind: 'rejected', rejection: { code } });
  }), { numRuns: 300 });
});
