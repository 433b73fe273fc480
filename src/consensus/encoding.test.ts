/**
 * One encoding for each value (threats rows 14, 28, 30, 31, 35): what is encoded decodes to itself,
 * bytes decode to what encodes to them or to nothing, and no byte can change without being noticed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocks, headers, NETWORK_ID, payments, rewards, terms,
} from '../../test/support/arbitraries.ts';
import { addressOfSigner, BlockFactory } from '../../test/support/block-factory.ts';
import { toySigner, ToyVerifier } from '../../test/support/toy-signatures.ts';
import { bytesToHex, concatBytes, hexToBytes } from '../lib/bytes.ts';
import { ByteWriter } from '../lib/codec.ts';
import {
  addressOf, blockIdOf, decodeBlock, decodeHeader, decodePayment, encodeBlock, encodeHeader,
  HEADER_BYTES, makeBlock, makePayment, makeReward, signedOf, signingBytes, TRANSACTION_BYTES_MIN,
} from './encoding.ts';
import { merkleRootOf } from './merkle.ts';
import { Signatures } from './signatures.ts';
import type { BlockHeader, NetworkId, Payment, PaymentTerms } from './types.ts';

const OTHER_NETWORK = 'cd'.repeat(32) as NetworkId;
const ALICE = toySigner('alice');

function signedPayment(): Payment {
  const factory = new BlockFactory();
  const to = addressOfSigner(toySigner('bob'));
  return factory.pay({ from: ALICE, to, amount: 258n, fee: 3n, sequence: 7 });
}

/** A block of one payment and its reward, mined. */
function realBlock() {
  const factory = new BlockFactory();
  return { factory, block: factory.block(factory.genesis, { payments: [signedPayment()] }) };
}

/** Bytes that are nearly a value: some bytes of an encoding replaced, added or cut. */
function nearly(encodings: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(encodings, fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat(6)).map(
    ([bytes, place, patch, cut]) => {
      const at = place % (bytes.length + 1);
      return concatBytes(bytes.subarray(0, at), patch, bytes.subarray(at + cut));
    },
  );
}

describe('a payment', () => {
  it('comes back from its bytes', () => {
    fc.assert(fc.property(payments, (payment) => {
      expect(decodePayment(payment.bytes, NETWORK_ID)).toEqual(payment);
    }));
  });

  it('is the only value of its bytes', () => {
    const bytes = fc.oneof(fc.uint8Array(), nearly(payments.map((payment) => payment.bytes)));
    fc.assert(fc.property(bytes, (some) => {
      const payment = decodePayment(some, NETWORK_ID);
      if (payment !== undefined) expect(payment.bytes).toEqual(some);
    }), { numRuns: 500 });
  });

  it('is nothing when its bytes are cut, or followed by more', () => {
    const { bytes } = signedPayment();
    for (let length = 0; length < bytes.length; length++) {
      expect(decodePayment(bytes.subarray(0, length), NETWORK_ID)).toBeUndefined();
    }
    expect(decodePayment(concatBytes(bytes, Uint8Array.of(0)), NETWORK_ID)).toBeUndefined();
  });

  it('is nothing with another type, a longer key or a longer signature than any', () => {
    const some = { ...signedPayment() };
    const tooLongKey = { ...some, key: new Uint8Array(528) };
    const make = (from: PaymentTerms, signatureBytes: number): Uint8Array =>
      makePayment(from, new Uint8Array(signatureBytes), NETWORK_ID).bytes;
    expect(decodePayment(make(some, 512), NETWORK_ID)).toBeDefined();
    expect(decodePayment(make(some, 513), NETWORK_ID)).toBeUndefined();
    expect(decodePayment(make(tooLongKey, 64), NETWORK_ID)).toBeUndefined();
    for (let type = 0; type < 256; type++) {
      const bytes = some.bytes.slice();
      bytes[0] = type;
      expect(decodePayment(bytes, NETWORK_ID) === undefined).toBe(type !== 1);
    }
  });

  it('is not a reward', () => {
    fc.assert(fc.property(rewards, (reward) => {
      expect(decodePayment(reward.bytes, NETWORK_ID)).toBeUndefined();
    }));
  });

  it('gets another id, or a signature that fails, when any bit of it changes', () => {
    const { networkId } = new BlockFactory();
    const payment = signedPayment();
    const signatures = new Signatures(new ToyVerifier(), networkId);
    expect(signatures.isValid(payment)).toBe(true);
    const signatureStart = payment.bytes.length - payment.signature.length - 2;
    for (let bit = 0; bit < 8 * payment.bytes.length; bit++) {
      const bytes = payment.bytes.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const changed = decodePayment(bytes, networkId);
      if (changed === undefined) continue;
      expect(signatures.isValid(changed), `bit ${bit}`).toBe(false);
      expect(changed.digest).not.toBe(payment.digest);
      expect(changed.id === payment.id).toBe(bit >> 3 >= signatureStart);
    }
  });

  it('has an id that its owner alone decides: the signature is not in it, the network is', () => {
    fc.assert(fc.property(terms, fc.uint8Array(), fc.uint8Array(), (some, one, another) => {
      const payment = makePayment(some, one, NETWORK_ID);
      expect(makePayment(some, another, NETWORK_ID).id).toBe(payment.id);
      expect(makePayment(some, one, OTHER_NETWORK).id).not.toBe(payment.id);
      expect(makePayment(some, one, OTHER_NETWORK).digest).toBe(payment.digest);
      expect(payment.from).toBe(addressOf(some.key));
    }));
  });

  it('is signed over bytes that no other terms have', () => {
    const few = fc.record({
      key: fc.uint8Array({ maxLength: 3 }),
      to: fc.constantFrom('00'.repeat(32), '01'.repeat(32)).map((to) => to as Payment['to']),
      amount: fc.bigInt(0n, 2n),
      fee: fc.bigInt(0n, 2n),
      sequence: fc.nat(2),
      time: fc.nat(2),
    });
    const text = (some: PaymentTerms): string => [
      bytesToHex(some.key), some.to, some.amount, some.fee, some.sequence, some.time,
    ].join();
    fc.assert(fc.property(few, few, (a, b) => {
      const [one, other] = [signingBytes(a, NETWORK_ID), signingBytes(b, NETWORK_ID)];
      expect(bytesToHex(one) === bytesToHex(other)).toBe(text(a) === text(b));
      expect(signingBytes(a, NETWORK_ID)).not.toEqual(signingBytes(a, OTHER_NETWORK));
    }), { numRuns: 300 });
  });

  it('is verified over what was signed', () => {
    fc.assert(fc.property(payments, (payment) => {
      expect(signedOf(payment, NETWORK_ID)).toEqual({
        key: payment.key,
        message: signingBytes(payment, NETWORK_ID),
        signature: payment.signature,
      });
    }));
  });
});

describe('a reward', () => {
  it('has an id with its height and its network in it', () => {
    fc.assert(fc.property(rewards, (reward) => {
      const { height, to, amount } = reward;
      const again = makeReward({ height, to, amount }, NETWORK_ID);
      expect(again).toEqual(reward);
      expect(reward.bytes).toHaveLength(TRANSACTION_BYTES_MIN);
      const next = makeReward({ height: (height + 1) % 2 ** 53, to, amount }, NETWORK_ID);
      expect(next.id).not.toBe(reward.id);
      expect(makeReward({ height, to, amount }, OTHER_NETWORK).id).not.toBe(reward.id);
    }));
  });

  it('has no id twice on a long chain of equal ones', () => {
    const { to } = signedPayment();
    const ids = new Set<string>();
    for (let height = 0; height < 10_000; height++) {
      ids.add(makeReward({ height, to, amount: 1n }, NETWORK_ID).id);
    }
    expect(ids.size).toBe(10_000);
  });
});

describe('a header', () => {
  it('comes back from its 116 bytes', () => {
    fc.assert(fc.property(headers, (header) => {
      const bytes = encodeHeader(header);
      expect(bytes).toHaveLength(HEADER_BYTES);
      expect(decodeHeader(bytes)).toEqual(header);
    }));
  });

  it('is the only value of its bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 116, maxLength: 116 }), nearly(headers.map(encodeHeader)),
    );
    fc.assert(fc.property(bytes, (some) => {
      const header = decodeHeader(some);
      if (header !== undefined) expect(encodeHeader(header)).toEqual(some);
    }), { numRuns: 500 });
  });

  it('is nothing with another length', () => {
    const bytes = encodeHeader(realBlock().block.header);
    expect(decodeHeader(bytes.subarray(1))).toBeUndefined();
    expect(decodeHeader(concatBytes(bytes, Uint8Array.of(0)))).toBeUndefined();
    expect(decodeHeader(new Uint8Array(0))).toBeUndefined();
  });

  it.each([
    ['a byte after its zeros', [0x41, 0, 0x41]],
    ['a control character', [0x0a]],
    ['a character that is not ASCII', [0xc3, 0xa9]],
    ['a zero first', [0, 0x41]],
  ])('is nothing when its tag has %s', (_, tag) => {
    const bytes = encodeHeader(realBlock().block.header);
    bytes.set(tag, 88);
    expect(decodeHeader(bytes)).toBeUndefined();
  });

  it('may have a tag without a zero at its end', () => {
    const header = { ...realBlock().block.header, tag: 'x'.repeat(20) };
    expect(decodeHeader(encodeHeader(header))).toEqual(header);
  });

  it('lies in its bytes as the protocol says', () => {
    const header: BlockHeader = {
      version: 1, height: 2, previousId: '03'.repeat(32) as BlockHeader['previousId'],
      merkleRoot: '04'.repeat(32), time: 5, difficulty: 6, tag: 'A', nonce: 7n,
    };
    expect(bytesToHex(encodeHeader(header))).toBe([
      '00000001', '0000000000000002', '03'.repeat(32), '04'.repeat(32), '0000000000000005',
      '00000006', `41${'00'.repeat(19)}`, '0000000000000007',
    ].join(''));
  });

  it('has another id when any of its bits changes', () => {
    const { header, id } = realBlock().block;
    const ids = new Set([id]);
    for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
      const bytes = encodeHeader(header);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const changed = decodeHeader(bytes);
      if (changed !== undefined) ids.add(blockIdOf(changed));
      else ids.add(`${bit}` as typeof id);
    }
    expect(ids.size).toBe(8 * HEADER_BYTES + 1);
  });
});

describe('a block', () => {
  it('comes back from its bytes, and knows their count', () => {
    fc.assert(fc.property(blocks, (block) => {
      const bytes = encodeBlock(block);
      expect(decodeBlock(bytes, NETWORK_ID)).toEqual(block);
      expect(block.byteLength).toBe(bytes.length);
    }));
  });

  it('is the only value of its bytes', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly(blocks.map(encodeBlock)));
    fc.assert(fc.property(bytes, (some) => {
      const block = decodeBlock(some, NETWORK_ID);
      if (block !== undefined) expect(encodeBlock(block)).toEqual(some);
    }), { numRuns: 500 });
  });

  it('does not believe a count that its bytes cannot hold', () => {
    const header = encodeHeader(realBlock().block.header);
    for (const count of [1, 2, 0x7fff_ffff, 0xffff_ffff]) {
      const bytes = concatBytes(header, new ByteWriter().u32(count).finish(), new Uint8Array(48));
      expect(decodeBlock(bytes, NETWORK_ID)).toBeUndefined();
    }
    expect(decodeBlock(concatBytes(header, new Uint8Array(4)), NETWORK_ID)).toBeDefined();
    expect(decodeBlock(header, NETWORK_ID)).toBeUndefined();
  });

  it('shows every changed bit of its bytes: in its id, in its root, or by being no block', () => {
    const { factory: { networkId }, block } = realBlock();
    const bytes = encodeBlock(block);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const other = decodeBlock(changed, networkId);
      if (other === undefined) continue;
      const isOtherRoot = other.transactions.length === 0
        || merkleRootOf(other.transactions) !== other.header.merkleRoot;
      expect(other.id !== block.id || isOtherRoot, `bit ${bit}`).toBe(true);
    }
  });

  it('is made of a header and transactions', () => {
    const { block } = realBlock();
    expect(makeBlock(block.header, block.transactions)).toEqual(block);
  });
});

describe('an address', () => {
  it('is a hash of the key with its algorithm, behind a tag', () => {
    fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(addressOf(a) === addressOf(b)).toBe(bytesToHex(a) === bytesToHex(b));
      expect(hexToBytes(addressOf(a))).toHaveLength(32);
    }));
  });
});
