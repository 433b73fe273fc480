/**
 * Goal: the mempool keeps what a miner can use, within its limits, and what it selects connects.
 * Method: a real chain at difficulty 0 with toy signatures; single cases, then random histories.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { blockOn, testSigner } from '../../test/support/chain-fixture.ts';
import { BANK_ADDRESS, NodeScene, outcomeOf, SINK } from '../../test/support/node-scene.ts';
import { wideSigner } from '../../test/support/wide-signatures.ts';
import { addressOf, makePayment } from '../consensus/encoding.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import type { Payment } from '../consensus/types.ts';
import { ACCOUNT_PAYMENTS_MAX } from '../consensus/waiting.ts';
import {
  MEMPOOL_BYTES_MAX, MEMPOOL_PAYMENTS_MAX, PAYMENT_EXPIRY_MS,
} from './mempool.ts';

const ALICE = testSigner('alice');
const BOB = testSigner('bob');
const CAROL = testSigner('carol');
const NO_LIMIT = { bytesMax: 8_000_000 };

/** Alice, Bob and Carol with 1,000 each. */
function fundedScene(): NodeScene {
  const scene = new NodeScene();
  scene.fund(1_000n, ALICE, BOB, CAROL);
  return scene;
}

function feesOf(payments: readonly Payment[]): bigint[] {
  return payments.map(({ fee }) => fee);
}

/** The same payment, as its payer signed it, with a signature that is not one. */
function forged(scene: NodeScene, payment: Payment): Payment {
  const signature = payment.signature.slice();
  signature[0]! ^= 1;
  return makePayment(payment, signature, scene.chain.networkId);
}

describe('taking a payment in', () => {
  test('keeps it and finds it by its id', () => {
    const scene = fundedScene();
    const payment = scene.pay(ALICE, { sequence: 0 });
    expect(scene.mempool.add(payment)).toEqual({ kind: 'added' });
    expect(scene.mempool.get(payment.id)).toBe(payment);
    expect(scene.mempool.has(payment.id)).toBe(true);
    expect([...scene.mempool.payments()]).toEqual([payment]);
    expect(scene.mempool.size).toBe(1);
    expect(scene.mempool.byteLength).toBe(payment.bytes.length);
    expect(outcomeOf(scene.mempool.add(payment))).toBe('already-known');
  });

  test('rejects what breaks a rule by itself', () => {
    const scene = fundedScene();
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, amount: 0n }))).toBe('bad-amount');
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, amount: AMOUNT_MAX, fee: 1n })))
      .toBe('amount-overflow');
    expect(scene.mempool.size).toBe(0);
  });

  test('rejects a sequence that is used, or beyond the window', () => {
    const scene = fundedScene();
    scene.mine([scene.pay(ALICE, { sequence: 0 })]);
    expect(outcomeOf(scene.add(ALICE, { sequence: 0 }))).toBe('sequence-used');
    expect(outcomeOf(scene.add(ALICE, { sequence: ACCOUNT_PAYMENTS_MAX }))).toBe('added');
    expect(outcomeOf(scene.add(ALICE, { sequence: ACCOUNT_PAYMENTS_MAX + 1 })))
      .toBe('sequence-gap');
  });

  test('rejects the 65th payment of an account', () => {
    const scene = fundedScene();
    for (let sequence = 0; sequence < ACCOUNT_PAYMENTS_MAX; sequence++) {
      expect(outcomeOf(scene.add(ALICE, { sequence }))).toBe('added');
    }
    expect(outcomeOf(scene.add(ALICE, { sequence: ACCOUNT_PAYMENTS_MAX })))
      .toBe('too-many-pending');
  });

  test('asks that confirmed money covers all payments up to the new one', () => {
    const scene = fundedScene();
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, amount: 1_000n, fee: 1n })))
      .toBe('not-funded');
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, amount: 600n }))).toBe('added');
    expect(scene.add(ALICE, { sequence: 1, amount: 400n, fee: 1n })).toEqual({
      kind: 'rejected',
      rejection: { code: 'not-funded', details: { cost: 1_001n, balance: 1_000n } },
    });
    expect(outcomeOf(scene.add(ALICE, { sequence: 1, amount: 399n, fee: 1n }))).toBe('added');
    // Money that is only waiting to arrive does not count.
    const dave = testSigner('dave');
    scene.add(BOB, { sequence: 0, to: dave.address, amount: 500n });
    expect(outcomeOf(scene.add(dave, { sequence: 0 }))).toBe('not-funded');
  });

  test('looks at the signature last', () => {
    const scene = fundedScene();
    scene.verifier.calls = 0;
    const refused = [
      scene.pay(ALICE, { sequence: 0, amount: 0n }),
      scene.pay(ALICE, { sequence: 64 }),
      scene.pay(ALICE, { sequence: 0, amount: 1_001n }),
    ];
    for (const payment of refused) scene.mempool.add(forged(scene, payment));
    expect(scene.verifier.calls).toBe(0);
    const payment = forged(scene, scene.pay(ALICE, { sequence: 0 }));
    expect(outcomeOf(scene.mempool.add(payment))).toBe('bad-signature');
    expect(scene.verifier.calls).toBe(1);
    expect(scene.mempool.size).toBe(0);
  });

  test('a junk-signed copy neither blocks nor replaces the real one', () => {
    const scene = fundedScene();
    const real = scene.pay(ALICE, { sequence: 0 });
    const junk = forged(scene, real);
    expect(junk.id).toBe(real.id);
    expect(outcomeOf(scene.mempool.add(junk))).toBe('bad-signature');
    expect(outcomeOf(scene.mempool.add(real))).toBe('added');
    expect(outcomeOf(scene.mempool.add(junk))).toBe('already-known');
    expect(scene.mempool.get(real.id)).toBe(real);
  });
});

describe('replacing a payment', () => {
  test.each([
    { old: 0n, fee: 0n, outcome: 'fee-too-low' },
    { old: 0n, fee: 1n, outcome: 'added' },
    { old: 5n, fee: 5n, outcome: 'fee-too-low' },
    { old: 5n, fee: 6n, outcome: 'added' },
    { old: 10n, fee: 11n, outcome: 'added' },
    { old: 11n, fee: 12n, outcome: 'fee-too-low' },
    { old: 11n, fee: 13n, outcome: 'added' },
    { old: 100n, fee: 109n, outcome: 'fee-too-low' },
    { old: 100n, fee: 110n, outcome: 'added' },
    { old: 101n, fee: 111n, outcome: 'fee-too-low' },
    { old: 101n, fee: 112n, outcome: 'added' },
  ])('with a fee of $old by one with $fee: $outcome', ({ old, fee, outcome }) => {
    const scene = fundedScene();
    const first = scene.pay(ALICE, { sequence: 0, fee: old });
    const second = scene.pay(ALICE, { sequence: 0, fee, amount: 20n });
    scene.mempool.add(first);
    const result = scene.mempool.add(second);
    expect(outcomeOf(result)).toBe(outcome);
    const isAdded = outcome === 'added';
    if (isAdded) expect(result).toEqual({ kind: 'added', replaced: first });
    expect([...scene.mempool.payments()]).toEqual([isAdded ? second : first]);
    expect(scene.mempool.byteLength).toBe(first.bytes.length);
  });

  test('does not count the money of the one that goes', () => {
    const scene = fundedScene();
    scene.add(ALICE, { sequence: 0, amount: 900n });
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, amount: 950n, fee: 1n }))).toBe('added');
  });

  test('is not done by a forged payment', () => {
    const scene = fundedScene();
    const real = scene.pay(ALICE, { sequence: 0 });
    scene.mempool.add(real);
    const rival = forged(scene, scene.pay(ALICE, { sequence: 0, fee: 50n }));
    expect(outcomeOf(scene.mempool.add(rival))).toBe('bad-signature');
    expect([...scene.mempool.payments()]).toEqual([real]);
  });
});

describe('why a payment waits', () => {
  test('is a gap, a lack of money, or nothing', () => {
    const scene = fundedScene();
    const last = scene.pay(ALICE, { sequence: 3, amount: 900n });
    scene.mempool.add(last);
    expect(scene.mempool.reasonOf(last)).toEqual({ kind: 'gap', missing: 3 });
    scene.add(ALICE, { sequence: 1 });
    expect(scene.mempool.reasonOf(last)).toEqual({ kind: 'gap', missing: 2 });
    scene.add(ALICE, { sequence: 0, amount: 100n });
    scene.add(ALICE, { sequence: 2 });
    expect(scene.mempool.reasonOf(last))
      .toEqual({ kind: 'not-funded', cost: 1_020n, balance: 1_000n });
    scene.fund(20n, ALICE);
    expect(scene.mempool.reasonOf(last)).toEqual({ kind: 'ready' });
  });
});

describe('following the chain', () => {
  test('drops what is confirmed and what lost its sequence', () => {
    const scene = fundedScene();
    const [first, second, rival] = [
      scene.pay(ALICE, { sequence: 0 }), scene.pay(ALICE, { sequence: 1 }),
      scene.pay(BOB, { sequence: 0, fee: 1n }),
    ];
    for (const payment of [first, second, rival]) scene.mempool.add(payment);
    scene.mine([first, scene.pay(BOB, { sequence: 0 })]);
    expect([...scene.mempool.payments()]).toEqual([second]);
    expect(scene.mempool.byteLength).toBe(second.bytes.length);
    expect(scene.mempool.reasonOf(second)).toEqual({ kind: 'ready' });
  });

  test('takes back what a reorganisation undid, and keeps what was waiting', () => {
    const scene = fundedScene();
    const kept = [0, 1, 2].map((sequence) => scene.pay(ALICE, { sequence }));
    const other = scene.pay(BOB, { sequence: 0 });
    scene.mine([kept[0]!]);
    scene.mine([kept[1]!, kept[2]!]);
    scene.mempool.add(other);
    const change = scene.reorganise(2);
    expect(change.disconnected.length).toBe(2);
    expect([...scene.mempool.payments()]).toEqual([other, ...kept]);
    expect(scene.mempool.select(NO_LIMIT).length).toBe(4);
  });

  test('takes back no payment that the new branch has, or whose sequence it gave away', () => {
    const scene = fundedScene();
    const [both, lost] = [scene.pay(ALICE, { sequence: 0 }), scene.pay(BOB, { sequence: 0 })];
    scene.mine([both, lost]);
    scene.reorganise(1, [both, scene.pay(BOB, { sequence: 0, amount: 77n })]);
    expect(scene.mempool.size).toBe(0);
  });

  test('takes back a payment whose money came in the block that was undone', () => {
    const scene = fundedScene();
    const dave = testSigner('dave');
    const gift = scene.pay(ALICE, { sequence: 0, to: dave.address, amount: 500n });
    const spent = scene.pay(dave, { sequence: 0, amount: 400n });
    scene.mine([gift, spent]);
    scene.reorganise(1);
    expect(scene.mempool.select(NO_LIMIT)).toEqual([gift, spent]);
  });

  test('drops what a reorganisation moved out of its account\'s window', () => {
    const scene = fundedScene();
    scene.mine([scene.pay(ALICE, { sequence: 0 })]);
    const far = scene.pay(ALICE, { sequence: ACCOUNT_PAYMENTS_MAX });
    expect(outcomeOf(scene.mempool.add(far))).toBe('added');
    scene.reorganise(1);
    expect(scene.mempool.has(far.id)).toBe(false);
  });

  test('refuses to select for a tip that it was not told of', () => {
    const scene = fundedScene();
    const block = blockOn(scene.chain, BANK_ADDRESS);
    scene.chain.addBlock(block, scene.clock.now());
    expect(() => scene.mempool.select(NO_LIMIT)).toThrow('not told of the tip');
  });
});

describe('selecting', () => {
  test('takes the highest fee rate first across accounts, each account in sequence', () => {
    const scene = fundedScene();
    for (const [signer, sequence, fee] of [
      [ALICE, 0, 1n], [ALICE, 1, 50n], [BOB, 0, 20n], [BOB, 1, 10n], [CAROL, 0, 5n],
    ] as const) scene.add(signer, { sequence, fee });
    expect(feesOf(scene.mempool.select(NO_LIMIT))).toEqual([20n, 10n, 5n, 1n, 50n]);
    expect(feesOf(scene.mempool.select({ ...NO_LIMIT, countMax: 3 }))).toEqual([20n, 10n, 5n]);
  });

  test('means the fee for each byte, not for each payment', () => {
    const scene = fundedScene();
    const wide = wideSigner('wide', 1024);
    scene.fund(1_000n, wide);
    const large = scene.pay(wide, { sequence: 0, fee: 15n });
    const small = scene.pay(ALICE, { sequence: 0, fee: 10n });
    expect(large.bytes.length).toBeGreaterThan(small.bytes.length * 1.5);
    scene.mempool.add(large);
    scene.mempool.add(small);
    expect(scene.mempool.select(NO_LIMIT)).toEqual([small, large]);
  });

  test('decides equal rates by arrival', () => {
    const scene = fundedScene();
    const payments = [CAROL, ALICE, BOB].map((signer) => scene.pay(signer, { sequence: 0 }));
    for (const payment of payments) scene.mempool.add(payment);
    expect(scene.mempool.select(NO_LIMIT)).toEqual(payments);
  });

  test('stops an account at a gap', () => {
    const scene = fundedScene();
    for (const sequence of [0, 1, 3]) scene.add(ALICE, { sequence });
    scene.add(BOB, { sequence: 1 });
    expect(scene.mempool.select(NO_LIMIT).map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  test('waits for money, and counts what an account receives in the same block', () => {
    const scene = fundedScene();
    const late = scene.pay(ALICE, { sequence: 1, amount: 900n, fee: 90n });
    scene.mempool.add(late);
    scene.add(ALICE, { sequence: 0, amount: 500n });
    expect(scene.mempool.select(NO_LIMIT).length).toBe(1);
    scene.add(BOB, { sequence: 0, to: ALICE.address, amount: 489n });
    expect(scene.mempool.select(NO_LIMIT)).not.toContain(late);
    scene.add(CAROL, { sequence: 0, to: ALICE.address, amount: 1n });
    const selected = scene.mempool.select(NO_LIMIT);
    expect(selected.length).toBe(4);
    expect(selected.at(-1)).toBe(late);
    expect(scene.mine(selected).kind).toBe('connected');
    expect(scene.mempool.size).toBe(0);
  });

  test('takes a payment once, however often money for it arrives', () => {
    const scene = fundedScene();
    scene.add(ALICE, { sequence: 1, amount: 900n });
    scene.add(ALICE, { sequence: 0, amount: 500n, fee: 50n });
    for (const [sequence, amount] of [450n, 100n].entries()) {
      scene.add(BOB, { sequence, to: ALICE.address, amount, fee: 9n });
    }
    const selected = scene.mempool.select(NO_LIMIT);
    expect(selected.length).toBe(4);
    expect(scene.mine(selected).kind).toBe('connected');
  });

  test('fills the bytes that there are, passing over what is too large', () => {
    const scene = fundedScene();
    const wide = wideSigner('wide', 1024);
    scene.fund(1_000n, wide);
    scene.add(wide, { sequence: 0, fee: 500n });
    scene.add(wide, { sequence: 1, fee: 400n });
    const small = scene.pay(ALICE, { sequence: 0 });
    scene.mempool.add(small);
    const bytesMax = small.bytes.length;
    expect(scene.mempool.select({ bytesMax })).toEqual([small]);
    expect(scene.mempool.select({ bytesMax: bytesMax - 1 })).toEqual([]);
  });
});

describe('expiry', () => {
  test('takes each payment away a day after it came', () => {
    const scene = fundedScene();
    scene.add(ALICE, { sequence: 0 });
    scene.clock.advance(1_000);
    const younger = scene.pay(BOB, { sequence: 0 });
    scene.mempool.add(younger);
    scene.clock.advance(PAYMENT_EXPIRY_MS - 1_001);
    expect(scene.mempool.select(NO_LIMIT).length).toBe(2);
    scene.clock.advance(1);
    expect(scene.mempool.select(NO_LIMIT)).toEqual([younger]);
    scene.clock.advance(1_000);
    scene.mine();
    expect(scene.mempool.size).toBe(0);
    expect(scene.mempool.byteLength).toBe(0);
  });
});

describe('when it is full', () => {
  /** 313 accounts that can fill the pool by count, with fees of 10, and payments that fill it. */
  const people = Array.from({ length: 313 }, (_, index) => testSigner(`person ${index}`));
  let filling: Payment[];

  function emptyScene(): NodeScene {
    const scene = new NodeScene();
    scene.fund(10_000n, ALICE, BOB, ...people);
    return scene;
  }

  function fullScene(): NodeScene {
    const scene = emptyScene();
    for (const payment of filling) scene.mempool.add(payment);
    expect(scene.mempool.size).toBe(MEMPOOL_PAYMENTS_MAX);
    return scene;
  }

  beforeAll(() => {
    const scene = emptyScene();
    filling = Array.from({ length: MEMPOOL_PAYMENTS_MAX }, (_, index) => scene.pay(
      people[Math.floor(index / ACCOUNT_PAYMENTS_MAX)]!,
      // The 100th account is the poorest, its last payment the poorest last one.
      { sequence: index % ACCOUNT_PAYMENTS_MAX, fee: index === 100 * 64 - 1 ? 5n : 10n },
    ));
  });

  test('lets only a better one in, for the poorest last payment of an account', () => {
    const scene = fullScene();
    scene.verifier.calls = 0;
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, fee: 5n }))).toBe('mempool-full');
    expect(scene.verifier.calls).toBe(0);
    const poorest = filling[100 * 64 - 1]!;
    expect(scene.mempool.has(poorest.id)).toBe(true);
    expect(outcomeOf(scene.mempool.add(forged(scene, scene.pay(ALICE, { sequence: 0, fee: 9n })))))
      .toBe('bad-signature');
    expect(scene.mempool.has(poorest.id)).toBe(true);
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, fee: 6n }))).toBe('added');
    expect(scene.mempool.has(poorest.id)).toBe(false);
    expect(scene.mempool.size).toBe(MEMPOOL_PAYMENTS_MAX);
    // Of equal ones the last that came goes, and a replacement needs no room.
    expect(outcomeOf(scene.add(BOB, { sequence: 0, fee: 6n }))).toBe('mempool-full');
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, fee: 7n }))).toBe('added');
    expect(outcomeOf(scene.add(BOB, { sequence: 0, fee: 11n }))).toBe('added');
    expect(scene.mempool.size).toBe(MEMPOOL_PAYMENTS_MAX);
    const bytes = [...scene.mempool.payments()].reduce((sum, one) => sum + one.bytes.length, 0);
    expect(scene.mempool.byteLength).toBe(bytes);
  });

  test('gives up first what no block can take, however high its fee', () => {
    const scene = emptyScene();
    const gapped = scene.pay(ALICE, { sequence: 1, fee: 900n });
    scene.mempool.add(gapped);
    for (const payment of filling.slice(1)) scene.mempool.add(payment);
    // The first person's payments lack the one with sequence 0.
    expect(scene.mempool.size).toBe(MEMPOOL_PAYMENTS_MAX);
    expect(outcomeOf(scene.add(BOB, { sequence: 1, fee: 1n }))).toBe('mempool-full');
    for (let sequence = 0; sequence < 63; sequence++) {
      expect(outcomeOf(scene.add(BOB, { sequence, fee: 0n }))).toBe('added');
    }
    const ids = filling.slice(0, 64).map(({ id }) => scene.mempool.has(id));
    expect(ids).toEqual(ids.map(() => false));
    expect(scene.mempool.has(gapped.id)).toBe(true);
    expect(outcomeOf(scene.add(BOB, { sequence: 63, fee: 0n }))).toBe('added');
    expect(scene.mempool.has(gapped.id)).toBe(false);
    expect(outcomeOf(scene.add(ALICE, { sequence: 0, fee: 0n }))).toBe('mempool-full');
  });

  test('sees that a block paid for what could not be taken before', () => {
    const scene = emptyScene();
    const dear = scene.pay(ALICE, { sequence: 1, amount: 9_000n, fee: 900n });
    scene.mempool.add(dear);
    scene.add(ALICE, { sequence: 0, amount: 500n });
    for (const payment of filling.slice(0, -2)) scene.mempool.add(payment);
    expect(scene.mempool.size).toBe(MEMPOOL_PAYMENTS_MAX);
    expect(scene.mempool.reasonOf(dear).kind).toBe('not-funded');
    scene.fund(1_000n, ALICE);
    expect(scene.mempool.reasonOf(dear).kind).toBe('ready');
    for (const sequence of [0, 1]) {
      expect(outcomeOf(scene.add(BOB, { sequence, fee: 11n }))).toBe('added');
    }
    expect(scene.mempool.has(dear.id)).toBe(true);
  });

  test('does not tear out the predecessor of the newcomer, nor lose what it spared', () => {
    const scene = fullScene();
    scene.add(ALICE, { sequence: 0, fee: 6n });
    const before = [...scene.mempool.payments()];
    // The poorest last one is Alice's own, and once it is not last the newcomer is the poorest.
    expect(outcomeOf(scene.add(ALICE, { sequence: 1, fee: 7n }))).toBe('mempool-full');
    expect([...scene.mempool.payments()]).toEqual(before);
    expect(outcomeOf(scene.add(ALICE, { sequence: 1, fee: 11n }))).toBe('added');
  });

  test('makes room for the bytes of a large payment', () => {
    const scene = new NodeScene();
    const wide = Array.from({ length: 240 }, (_, index) => wideSigner(`wide ${index}`, 4096));
    scene.fund(10_000n, ALICE, ...wide);
    for (let index = 0; index < 64; index++) scene.add(ALICE, { sequence: index, fee: 1n });
    let isFull = false;
    for (let index = 0; !isFull; index++) {
      const payer = wide[Math.floor(index / 64)]!;
      const size = scene.mempool.byteLength;
      expect(outcomeOf(scene.add(payer, { sequence: index % 64, fee: 100n }))).toBe('added');
      isFull = scene.mempool.byteLength <= size + 166;
    }
    expect(scene.mempool.byteLength).toBeLessThanOrEqual(MEMPOOL_BYTES_MAX);
    expect(scene.mempool.size).toBeLessThan(MEMPOOL_PAYMENTS_MAX);
    const ofAlice = (): number[] => [...scene.mempool.payments()]
      .filter(({ from }) => from === ALICE.address).map(({ sequence }) => sequence);
    const left = ofAlice();
    expect(left.length).toBeGreaterThan(50);
    expect(left).toEqual(left.map((_, index) => index));
    // Better than each of Alice's small ones, so several of them go.
    const newcomer = wideSigner('wide 239', 4096);
    expect(outcomeOf(scene.add(newcomer, { sequence: 0, fee: 50n }))).toBe('added');
    const fewer = ofAlice().length;
    expect(fewer).toBeLessThan(left.length - 5);
    expect(scene.mempool.byteLength).toBeLessThanOrEqual(MEMPOOL_BYTES_MAX);
    // Better than Alice's last one only, whose place is too small for it.
    expect(outcomeOf(scene.add(ALICE, { sequence: fewer - 2, fee: 500n }))).toBe('added');
    const before = [[...scene.mempool.payments()], scene.mempool.byteLength];
    expect(outcomeOf(scene.add(newcomer, { sequence: 1, fee: 49n }))).toBe('mempool-full');
    expect([[...scene.mempool.payments()], scene.mempool.byteLength]).toEqual(before);
    const next = scene.pay(ALICE, { sequence: fewer });
    expect(scene.mempool.reasonOf(next)).toEqual({ kind: 'ready' });
  });
});

describe('random histories', () => {
  const signers = ['a', 'b', 'c', 'd'].map(testSigner);
  const wide = wideSigner('e', 1024);
  const everybody = [...signers, { ...wide, address: addressOf(wide.key) }];
  const person = fc.nat({ max: everybody.length - 1 });
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('pay' as const), from: person, to: person, ahead: fc.nat({ max: 4 }),
        amount: fc.bigInt({ min: 0n, max: 700n }), fee: fc.bigInt({ min: 0n, max: 60n }),
        isForged: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mine' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('reorganise' as const), depth: fc.nat({ max: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
  );

  function checkInvariants(scene: NodeScene): void {
    const { mempool, chain } = scene;
    const all = [...mempool.payments()];
    expect(mempool.size).toBe(all.length);
    expect(mempool.byteLength).toBe(all.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(new Set(all.map(({ from, sequence }) => `${from} ${sequence}`)).size).toBe(all.length);
    for (const { from, sequence, id } of all) {
      const next = chain.account(from).sequence;
      expect(sequence).toBeGreaterThanOrEqual(next);
      expect(sequence).toBeLessThan(next + ACCOUNT_PAYMENTS_MAX);
      expect(mempool.has(id)).toBe(true);
    }
    const selected = mempool.select(NO_LIMIT);
    expect(mempool.select(NO_LIMIT)).toEqual(selected);
    // All that is ready by itself is in, since there is room.
    for (const payment of all) {
      if (mempool.reasonOf(payment).kind === 'ready') expect(selected).toContain(payment);
    }
  }

  test('every selection connects and the limits hold', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const scene = new NodeScene();
      for (let count = 0; count < 4; count++) scene.mine();
      scene.fund(1_000n, ...everybody);
      for (const one of steps) {
        if (one.kind === 'pay') {
          const [from, to] = [everybody[one.from]!, everybody[one.to]!];
          const sequence = scene.chain.account(from.address).sequence + one.ahead;
          const { amount, fee } = one;
          const payment = scene.pay(from, { to: to.address, amount, fee, sequence });
          const forgery = one.isForged && one.ahead === 2;
          scene.mempool.add(forgery ? forged(scene, payment) : payment);
        } else if (one.kind === 'mine') {
          expect(scene.mineTemplate(scene.template()).kind).toBe('connected');
        } else if (one.kind === 'reorganise') {
          scene.reorganise(one.depth);
        } else {
          scene.clock.advance(PAYMENT_EXPIRY_MS / 10);
        }
        checkInvariants(scene);
      }
      expect(scene.mineTemplate(scene.template()).kind).toBe('connected');
    }), { numRuns: 150 });
  });

  test('money that goes round in one block is spent as often as it arrives', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 40 }), (length) => {
      const scene = new NodeScene();
      const ring = Array.from({ length }, (_, index) => testSigner(`ring ${index}`));
      scene.fund(100n, ...ring);
      // Each passes on everything twice; the second time is only paid for by what arrives.
      for (const [index, payer] of ring.entries()) {
        const to = ring[(index + 1) % length]!.address;
        scene.add(payer, { sequence: 1, to, amount: 100n });
        scene.add(payer, { sequence: 0, to, amount: 100n });
      }
      const selected = scene.mempool.select(NO_LIMIT);
      expect(selected.length).toBe(2 * length);
      expect(scene.mine(selected).kind).toBe('connected');
      for (const { address } of ring) expect(scene.chain.account(address).balance).toBe(100n);
      expect(scene.chain.account(SINK).balance).toBe(0n);
    }), { numRuns: 20 });
  });
});
