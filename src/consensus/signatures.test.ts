/**
 * Verdicts on signatures: what reaches the verifier, and what is remembered under which name
 * (threats rows 22, 28, 31). The verifier is a toy that counts.
 */
import { describe, expect, it } from 'vitest';
import { addressOfSigner, BlockFactory } from '../../test/support/block-factory.ts';
import { toySigner, ToyVerifier } from '../../test/support/toy-signatures.ts';
import { ALGORITHM_ED25519, ALGORITHM_RSA } from '../crypto/keys.ts';
import { concatBytes } from '../lib/bytes.ts';
import { encodeBlock, makePayment } from './encoding.ts';
import { Signatures } from './signatures.ts';
import type { Payment } from './types.ts';

const factory = new BlockFactory();
const ALICE = toySigner('alice');
const BOB = toySigner('bob');

function payment(sequence = 0): Payment {
  return factory.pay({ from: ALICE, to: addressOfSigner(BOB), amount: 1n, sequence });
}

function setUp(): { verifier: ToyVerifier; signatures: Signatures } {
  const verifier = new ToyVerifier();
  return { verifier, signatures: new Signatures(verifier, factory.networkId) };
}

/** The payment with another key or signature, as anybody could send it. */
function altered(from: Payment, change: { key?: Uint8Array; signature?: Uint8Array }): Payment {
  const { key = from.key, signature = from.signature } = change;
  return makePayment({ ...from, key }, signature, factory.networkId);
}

function prefetch(signatures: Signatures, payments: readonly Payment[]): Promise<void> {
  return new Promise((resolve) => {
    signatures.prefetch(payments, resolve);
  });
}

describe('a verdict', () => {
  it('is asked for once', () => {
    const { verifier, signatures } = setUp();
    expect(signatures.isValid(payment())).toBe(true);
    expect(signatures.isValid(payment())).toBe(true);
    expect(verifier.calls).toBe(1);
    expect(signatures.isValid(payment(1))).toBe(true);
    expect(verifier.calls).toBe(2);
  });

  it('is asked for once when it is bad', () => {
    const { verifier, signatures } = setUp();
    const forged = factory.forge(payment());
    expect(signatures.isValid(forged)).toBe(false);
    expect(signatures.isValid(forged)).toBe(false);
    expect(verifier.calls).toBe(1);
  });

  it('on a junk-signed copy that comes first says nothing about the real payment', () => {
    const { signatures } = setUp();
    const real = payment();
    const forged = factory.forge(real);
    expect(forged.id).toBe(real.id);
    expect(signatures.isValid(forged)).toBe(false);
    expect(signatures.isValid(real)).toBe(true);
    expect(signatures.isValid(forged)).toBe(false);
  });

  it('on a real payment says nothing about a junk-signed copy', () => {
    const { signatures } = setUp();
    expect(signatures.isValid(payment())).toBe(true);
    expect(signatures.isValid(factory.forge(payment()))).toBe(false);
  });

  it('is of one network', () => {
    const other = new BlockFactory({ ...factory.params, network: 'other' });
    const signatures = new Signatures(new ToyVerifier(), other.networkId);
    expect(signatures.isValid(payment())).toBe(false);
  });

  it('is bad under a key that did not sign', () => {
    expect(setUp().signatures.isValid(altered(payment(), { key: BOB.key }))).toBe(false);
  });
});

describe('the verifier', () => {
  it.each([
    ['an empty key', new Uint8Array(0)],
    ['an unknown algorithm', concatBytes(Uint8Array.of(3), ALICE.key.subarray(1))],
    ['a key of the wrong algorithm', Uint8Array.of(ALGORITHM_RSA, ...ALICE.key.subarray(1))],
    ['a key that signs everything', Uint8Array.of(ALGORITHM_ED25519, 1, ...new Uint8Array(31))],
    ['a key with a byte too many', concatBytes(ALICE.key, Uint8Array.of(0))],
  ])('is not asked about %s', async (_, key) => {
    const { verifier, signatures } = setUp();
    const bad = altered(payment(), { key });
    await prefetch(signatures, [bad]);
    expect(signatures.isValid(bad)).toBe(false);
    expect(verifier.calls).toBe(0);
  });

  it.each([
    ['no signature', new Uint8Array(0)],
    ['a signature of another length', payment().signature.subarray(1)],
    ['a scalar above the order', payment().signature.fill(0xff, 63)],
    ['a point that is not canonical', payment().signature.fill(0xff, 0, 32)],
  ])('is not asked about %s', async (_, signature) => {
    const { verifier, signatures } = setUp();
    const bad = altered(payment(), { signature });
    await prefetch(signatures, [bad]);
    expect(signatures.isValid(bad)).toBe(false);
    expect(verifier.calls).toBe(0);
  });
});

describe('prefetching', () => {
  it('learns all verdicts, each for its own payment, before it says that it is done', async () => {
    const { verifier, signatures } = setUp();
    const list = [payment(0), factory.forge(payment(1)), payment(2), factory.forge(payment(3))];
    await prefetch(signatures, list);
    expect(verifier.calls).toBe(4);
    expect(list.map((one) => signatures.isValid(one))).toEqual([true, false, true, false]);
    expect(verifier.calls).toBe(4);
  });

  it('does not ask again for what is known', async () => {
    const { verifier, signatures } = setUp();
    signatures.isValid(payment(0));
    await prefetch(signatures, [payment(0), payment(1)]);
    expect(verifier.calls).toBe(2);
    await prefetch(signatures, [payment(0), payment(1)]);
    expect(verifier.calls).toBe(2);
  });

  it('of nothing is done too', async () => {
    await expect(prefetch(setUp().signatures, [])).resolves.toBeUndefined();
  });
});

describe('the signatures of a block that is not decoded yet', () => {
  const payments = [payment(0), factory.forge(payment(1)), payment(2)];
  const block = factory.block(factory.genesis, { payments });

  function prefetchBlock(signatures: Signatures): Promise<readonly boolean[]> {
    return new Promise((resolve) => signatures.prefetchBlock(encodeBlock(block), resolve));
  }

  it('are checked ahead, and known once the block is', async () => {
    const { verifier, signatures } = setUp();
    const verdicts = await prefetchBlock(signatures);
    expect(verdicts).toEqual([true, false, true]);
    signatures.remember(block, verdicts);
    expect(payments.map((one) => signatures.isValid(one))).toEqual([true, false, true]);
    expect(verifier.calls).toBe(3);
  });

  it('are known of a block that waits while others connect', async () => {
    const { verifier, signatures } = setUp();
    signatures.remember(block, await prefetchBlock(signatures));
    const other = payment(3);
    signatures.remember(factory.block(factory.genesis, { payments: [other] }), [true]);
    expect(signatures.isValid(other)).toBe(true);
    expect(payments.map((one) => signatures.isValid(one))).toEqual([true, false, true]);
    expect(verifier.calls).toBe(3);
  });

  it('are bad under a key that is not canonical, whatever the verifier says', () => {
    const { signatures } = setUp();
    const key = concatBytes(ALICE.key, Uint8Array.of(0));
    const bad = altered(payment(), { key });
    signatures.remember(factory.block(factory.genesis, { payments: [bad] }), [true]);
    expect(signatures.isValid(bad)).toBe(false);
  });

  it('are not those of another block', async () => {
    const { signatures } = setUp();
    const longer = factory.block(factory.genesis, { payments: [...payments, payment(3)] });
    const verdicts = await prefetchBlock(signatures);
    expect(() => signatures.remember(longer, verdicts)).toThrow('another block');
  });
});
