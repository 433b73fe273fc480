/**
 * Goal: signatures found in a block's bytes are those of its decoded payments, and nonsense does no
 * harm. Method: laws, on blocks that need not be valid.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocks, NETWORK_ID } from '../../test/support/arbitraries.ts';
import { SPAN_NUMBERS, signedIn } from '../crypto/signed-batch.ts';
import { encodeBlock, HEADER_BYTES, signedOf } from './encoding.ts';
import { tagsOf } from './network-tags.ts';
import { signaturesIn } from './signed-block.ts';

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
