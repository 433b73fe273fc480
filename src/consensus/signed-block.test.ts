/**
 * Goal: signatures and ids found in a block's bytes are those of its decoded transactions, and
 * nonsense does no harm. Method: laws, on blocks that need not be valid.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocks, NETWORK_ID } from '../../test/support/arbitraries.ts';
import { SPAN_NUMBERS, signedIn } from '../crypto/signed-batch.ts';
import { encodeBlock, encodeBody, HEADER_BYTES, signedOf } from './encoding.ts';
import { tagsOf } from './network-tags.ts';
import { signaturesIn, transactionIdIn } from './signed-block.ts';

describe('the signatures in a block', () => {
  it('are those of its payments, in order', () => {
    fc.assert(fc.property(blocks, (block) => {
      const bytes = encodeBlock(block);
      const prefix = tagsOf(NETWORK_ID).payment;
      const found = signedIn({ bytes, prefix, spans: signaturesIn(bytes) });
      const payments = block.transactions.filter((one) => one.type === 'payment');
      expect(found).toEqual(payments.map((payment) => signedOf(payment, NETWORK_ID)));
    }));
  });

  it('lie within the bytes, whatever these are', () => {
    const header = new Uint8Array(HEADER_BYTES);
    const nonsense = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 2_000 })
        .map((body) => Uint8Array.of(...header, 0, 0, 0, 9, ...body)),
      fc.tuple(blocks, fc.nat(), fc.nat(255)).map(([block, at, byte]) => {
        const bytes = encodeBlock(block);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    fc.assert(fc.property(nonsense, (bytes) => {
      const spans = signaturesIn(bytes);
      expect(spans.length % SPAN_NUMBERS).toBe(0);
      for (let at = 0; at < spans.length; at += 2) {
        expect(spans[at]!).toBeLessThanOrEqual(spans[at + 1]!);
        expect(spans[at + 1]!).toBeLessThanOrEqual(bytes.length);
      }
    }));
  });
});

describe('the ids in a body', () => {
  it('are those of its transactions, and there are no more', () => {
    fc.assert(fc.property(blocks, ({ transactions }) => {
      const body = encodeBody(transactions);
      for (const [index, { id }] of transactions.entries()) {
        expect(transactionIdIn(body, index, NETWORK_ID)).toBe(id);
      }
      expect(transactionIdIn(body, transactions.length, NETWORK_ID)).toBeUndefined();
    }));
  });

  it('are looked for within the bytes, whatever these are', () => {
    const bodies = fc.uint8Array({ maxLength: 400 }).map((rest) => Uint8Array.of(0, 0, 1, ...rest));
    fc.assert(fc.property(bodies, fc.nat(400), (body, index) => {
      expect(() => transactionIdIn(body, index, NETWORK_ID)).not.toThrow();
      expect(transactionIdIn(body.subarray(0, 48), index, NETWORK_ID)).toBeUndefined();
    }));
  });
});
