/**
 * Goal: what a visitor writes into a field is what the node would read there.
 * Method: the node's own encoding of random headers.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../../consensus/encoding.ts';
import type { BlockHeader, BlockId } from '../../consensus/types.ts';
import { zeroBitsOf } from '../../lib/bytes.ts';
import { FIELDS, fieldText, withField, withFlippedBit } from './header-fields.ts';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const headers: fc.Arbitrary<BlockHeader> = fc.record({
  version: fc.nat(), height: fc.maxSafeNat(), previousId: hex.map((text) => text as BlockId),
  merkleRoot: hex, time: fc.maxSafeNat(), difficulty: fc.nat(),
  tag: fc.stringMatching(/^[!-~]{0,20}$/), nonce: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
});

const textsOf = (header: BlockHeader): Record<string, string> => ({
  version: String(header.version), height: String(header.height), previous_id: header.previousId,
  merkle_root: header.merkleRoot, time: String(header.time),
  difficulty: String(header.difficulty), tag: header.tag, nonce: String(header.nonce),
});

describe('the fields of a header', () => {
  test('cover every byte once', () => {
    expect(FIELDS.map(({ from }) => from)).toEqual([0, ...FIELDS.slice(0, -1).map(({ to }) => to)]);
    expect(FIELDS.at(-1)!.to).toBe(HEADER_BYTES);
  });

  test('say what the header says', () => {
    fc.assert(fc.property(headers, (header) => {
      const bytes = encodeHeader(header);
      const texts = Object.fromEntries(
        FIELDS.map((field) => [field.name, fieldText(bytes, field)]));
      expect(texts).toEqual(textsOf(header));
    }));
  });

  test('take another header\'s texts and become that header', () => {
    fc.assert(fc.property(headers, headers, (one, other) => {
      const texts = textsOf(other);
      let bytes = encodeHeader(one);
      for (const field of FIELDS) bytes = withField(bytes, field, texts[field.name]!)!;
      expect(decodeHeader(bytes)).toEqual(other);
    }));
  });

  test.each([
    ['version', '4294967296'], ['version', '-1'], ['version', ''], ['version', '1e3'],
    ['nonce', '18446744073709551616'], ['previous_id', 'ab'], ['previous_id', 'xy'.repeat(32)],
    ['tag', 'a'.repeat(21)], ['tag', 'é'],
  ])('refuse what does not fit: %s %j', (name, text) => {
    const field = FIELDS.find((one) => one.name === name)!;
    expect(withField(new Uint8Array(HEADER_BYTES), field, text)).toBeUndefined();
  });
});

test('a flipped bit comes back when it is flipped again, and is one bit', () => {
  fc.assert(fc.property(headers, fc.nat(HEADER_BYTES - 1), (header, index) => {
    const bytes = encodeHeader(header);
    const flipped = withFlippedBit(bytes, index);
    expect(flipped.filter((byte, at) => byte !== bytes[at])).toHaveLength(1);
    expect(withFlippedBit(flipped, index)).toEqual(bytes);
  }));
});

test.each([
  ['ff', 0], ['7f', 1], ['0f', 4], ['01', 7], ['00', 8], ['0008', 12],
])('%s begins with %i zero bits', (text, bits) => {
  expect(zeroBitsOf(text)).toBe(bits);
});
