/**
 * Goal: copies differ from the header in one bit, or in the tag alone, and stay headers.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeader, encodeHeader } from '../../../consensus/encoding.ts';
import type { BlockId } from '../../../consensus/types.ts';
import { FIELDS } from '../../block/header-fields.ts';
import { tamperedWith, withOtherTag } from './header-copy.ts';

const header = encodeHeader({
  version: 1, height: 7, previousId: 'ab'.repeat(32) as BlockId, merkleRoot: 'cd'.repeat(32),
  time: 1_700_000_000_000, difficulty: 10 * 65_536, tag: 'a miner with a name', nonce: 99n,
});

test('one bit is turned over, in the field that is named', () => {
  fc.assert(fc.property(fc.nat(50), (turn) => {
    const { field, bytes } = tamperedWith(header, turn);
    const changed = [...bytes].flatMap((byte, at) => (byte === header[at] ? [] : [at]));
    expect(changed.length).toBe(1);
    const { from, to } = FIELDS.find(({ name }) => name === field)!;
    expect(changed[0]! >= from && changed[0]! < to).toBe(true);
    expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(bytes[changed[0]!]! ^ header[changed[0]!]!);
  }));
});

test('turns go through several fields', () => {
  expect(new Set([0, 1, 2, 3, 4].map((turn) => tamperedWith(header, turn).field)).size).toBe(5);
});

test('another tag makes another header, with all else as it was', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (seed) => {
    const { tag, ...rest } = decodeHeader(withOtherTag(header, seed))!;
    const { tag: before, ...original } = decodeHeader(header)!;
    expect(rest).toEqual(original);
    expect(tag).not.toBe(before);
  }));
  expect(withOtherTag(header, 1)).not.toEqual(withOtherTag(header, 2));
});
