/**
 * Goal: what the wallet signs, a block can take; what it cannot afford, it refuses with the reason.
 * Method: a real chain in memory; each built payment is mined in the end.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Chain } from '../consensus/chain.ts';
import { isRejection } from '../consensus/rejection.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import type { Payment } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import {
  mine, START_TIME, testChain, testPayment, testSigner,
} from '../../test/support/chain-fixture.ts';
import { ACCOUNT_PAYMENTS_MAX, replacementFeeMin } from '../consensus/waiting.ts';
import { buildPayment } from './build.ts';
import type { PaymentRequest } from './build.ts';
import { savePayment } from './payments.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];
const miner = testSigner('miner');
const COIN = 1_000_000n;

let chain: Chain;
let store: Store;

function build(terms: Partial<PaymentRequest> = {}): ReturnType<typeof buildPayment> {
  return buildPayment({
    chain, store, signer: alice, to: bob.address, amount: COIN, fee: 0n, now: START_TIME, ...terms,
  });
}

function buildAndSave(terms: Partial<PaymentRequest> = {}): Payment {
  const payment = build(terms);
  if (isRejection(payment)) throw new Error(payment.code);
  savePayment(store, { payment, savedAt: START_TIME, keyName: 'alice' });
  return payment;
}

beforeEach(() => {
  ({ chain, store } = testChain());
  mine(chain, alice.address);
});

describe('a payment', () => {
  test('follows those before it, and a block takes them all', () => {
    const payments = [buildAndSave(), buildAndSave(), buildAndSave({ fee: 7n })];
    expect(payments.map((payment) => payment.sequence)).toEqual([0, 1, 2]);
    expect(mine(chain, miner.address, payments).kind).toBe('connected');
    expect(buildAndSave().sequence).toBe(3);
  });

  test('takes the first free sequence when a reorganisation left a gap', () => {
    const later = testPayment(chain, alice, { to: bob.address, amount: 1n, sequence: 1 });
    savePayment(store, { payment: later, savedAt: START_TIME, keyName: 'alice' });
    expect([buildAndSave(), buildAndSave()].map((payment) => payment.sequence)).toEqual([0, 2]);
  });

  test('may spend all that is not on its way already, and not one unit more', () => {
    buildAndSave({ amount: 4n * COIN, fee: 1n });
    const cost = 6n * COIN;
    expect(build({ amount: cost })).toEqual({
      code: 'insufficient-funds',
      details: {
        cost, available: cost - 1n, balance: 10n * COIN, pending: 4n * COIN + 1n, height: 1,
      },
    });
    expect(isRejection(build({ amount: cost - 1n }))).toBe(false);
  });

  test.each([
    [{ amount: 0n }, 'bad-amount'],
    [{ amount: -1n }, 'bad-amount'],
    [{ fee: -1n }, 'bad-amount'],
    [{ amount: AMOUNT_MAX + 1n }, 'bad-amount'],
    [{ amount: AMOUNT_MAX, fee: 1n }, 'amount-overflow'],
  ])('with %o is refused', (terms, code) => {
    expect(build(terms)).toMatchObject({ code });
  });

  test('is refused while as many wait as nodes keep', () => {
    for (let count = 0; count < ACCOUNT_PAYMENTS_MAX; count++) buildAndSave({ amount: 1n });
    expect(build({ amount: 1n })).toMatchObject({ code: 'too-many-pending' });
  });
});

describe('a replacement', () => {
  test('takes the place and the money of the old one', () => {
    const old = buildAndSave({ amount: 9n * COIN });
    const next = buildAndSave({ amount: 10n * COIN - 1n, fee: 1n, replace: old });
    expect(next.sequence).toBe(old.sequence);
    expect(mine(chain, miner.address, [next]).kind).toBe('connected');
  });

  test('needs a fee at least 10 % and 1 unit higher', () => {
    const old = buildAndSave({ fee: 100n });
    expect(build({ fee: 109n, replace: old })).toMatchObject({
      code: 'fee-too-low', details: { got: 109n, expected: 110n },
    });
    expect(isRejection(build({ fee: 110n, replace: old }))).toBe(false);
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 1n << 62n }), (fee) => {
      const least = replacementFeeMin(fee);
      expect(least > fee && 10n * least >= 11n * fee).toBe(true);
      expect(least === fee + 1n || 10n * (least - 1n) < 11n * fee).toBe(true);
    }));
  });

  test('is refused for what is confirmed, replaced, or of another payer', () => {
    const old = buildAndSave();
    const newer = buildAndSave({ fee: 1n, replace: old });
    expect(build({ fee: 9n, replace: old })).toMatchObject({ code: 'sequence-used' });
    expect(build({ fee: 9n, replace: newer, signer: bob })).toMatchObject({ code: 'bad-key' });
    mine(chain, miner.address, [newer]);
    expect(build({ fee: 9n, replace: newer })).toMatchObject({ code: 'sequence-used' });
  });
});
