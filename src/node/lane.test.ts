/**
 * Goal: fee rates compare exactly, whatever their size. Method: against integers of any size.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testChain, testPayment } from '../../test/support/chain-fixture.ts';
import { SINK } from '../../test/support/node-scene.ts';
import { toySigner } from '../../test/support/toy-signatures.ts';
import { wideSigner } from '../../test/support/wide-signatures.ts';
import { AMOUNT_MAX } from '../consensus/types.ts';
import { compareFeeRates, makeEntry } from './lane.ts';
import type { Entry } from './lane.ts';

const { chain } = testChain();
const SIGNERS = [toySigner('a'), wideSigner('b', 1024), wideSigner('c', 4096)];

function entryOf(fee: bigint, size: number): Entry {
  const terms = { to: SINK, amount: 1n, fee, sequence: 0 };
  return makeEntry(testPayment(chain, SIGNERS[size]!, terms), 0, 0);
}

function sizeOf(size: number): bigint {
  return BigInt(entryOf(0n, size).payment.bytes.length);
}

test('fee rates compare as fractions do', () => {
  const fee = fc.oneof(
    fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: AMOUNT_MAX }),
  );
  const size = fc.nat({ max: 2 });
  const near = fc.bigInt({ min: -2n, max: 2n });
  fc.assert(fc.property(fee, size, fee, size, near, fc.boolean(), (...values) => {
    const [feeA, sizeA, other, sizeB, delta, isNear] = values;
    const a = entryOf(feeA, sizeA);
    const [lengthA, lengthB] = [sizeA, sizeB].map(sizeOf);
    // Rates that no double tells apart are where a quick comparison would go wrong.
    const close = feeA * lengthB! / lengthA! + delta;
    const feeB = !isNear ? other : close < 0n ? 0n : close > AMOUNT_MAX ? AMOUNT_MAX : close;
    const b = entryOf(feeB, sizeB);
    const difference = feeA * lengthB! - feeB * lengthA!;
    const sign = difference < 0n ? -1 : difference > 0n ? 1 : 0;
    expect(Math.sign(compareFeeRates(a, b))).toBe(sign);
    expect(Math.sign(compareFeeRates(b, a)) + sign).toBe(0);
  }), { numRuns: 1_000 });
});
