/** Fields: what is written is read back, and reading past the end fails without throwing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError } from './assert.ts';
import { ByteReader, ByteWriter } from './codec.ts';

/** One field of each kind: how it is written, and what reading it must give. */
const fields = fc.oneof(
  fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
  fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ kind: fc.constant('u64' as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('big64' as const), value: fc.bigInt(0n, (1n << 64n) - 1n) }),
  fc.record({ kind: fc.constant('short' as const), value: fc.uint8Array({ maxLength: 255 }) }),
  fc.record({ kind: fc.constant('long' as const), value: fc.uint8Array({ maxLength: 600 }) }),
);
type Field = typeof fields extends fc.Arbitrary<infer Value> ? Value : never;

function write(writer: ByteWriter, field: Field): void {
  switch (field.kind) {
    case 'big64': writer.big64(field.value); break;
    case 'short': writer.short(field.value); break;
    case 'long': writer.long(field.value); break;
    default: writer[field.kind](field.value);
  }
}

describe('a reader', () => {
  it('gives back what a writer was given, and knows that it is all', () => {
    fc.assert(fc.property(fc.array(fields, { maxLength: 12 }), fc.nat(9), (list, capacity) => {
      const writer = new ByteWriter(capacity);
      for (const field of list) write(writer, field);
      const reader = new ByteReader(writer.finish());
      for (const { kind, value } of list) expect(reader[kind]()).toEqual(value);
      expect(reader.complete).toBe(true);
    }));
  });

  it('fails, gives empty values and never throws when the bytes are cut anywhere', () => {
    const lists = fc.array(fields, { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(lists, fc.nat(), (list, cut) => {
      const writer = new ByteWriter();
      for (const field of list) write(writer, field);
      const bytes = writer.finish();
      const reader = new ByteReader(bytes.subarray(0, cut % bytes.length));
      for (const { kind } of list) reader[kind]();
      expect(reader.ok).toBe(false);
      expect(reader.complete).toBe(false);
      expect(reader.u8()).toBe(0);
      expect(reader.u32()).toBe(0);
      expect(reader.big64()).toBe(0n);
      expect(reader.bytes(1)).toEqual(new Uint8Array(0));
      expect(reader.hex(2)).toBe('0000');
      expect(reader.ok).toBe(false);
    }));
  });

  it('does not allocate what a length promises', () => {
    expect(new ByteReader(Uint8Array.of(0xff, 0xff, 1)).long()).toEqual(new Uint8Array(0));
    expect(new ByteReader(new Uint8Array(3)).hex(1e9)).toHaveLength(128);
  });

  it('reads inside a view of larger memory', () => {
    const memory = Uint8Array.of(9, 9, 0, 0, 1, 2, 9);
    const reader = new ByteReader(memory.subarray(2, 6));
    expect(reader.u32()).toBe(0x102);
    expect(reader.complete).toBe(true);
  });

  it('is not complete while bytes follow', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2));
    expect(reader.u8()).toBe(1);
    expect([reader.ok, reader.complete]).toEqual([true, false]);
    expect([reader.offset, reader.remaining]).toEqual([1, 1]);
    expect(reader.viewSince(0)).toEqual(Uint8Array.of(1));
    reader.fail();
    expect(reader.ok).toBe(false);
  });

  it('gives copies', () => {
    const bytes = Uint8Array.of(1, 2);
    const read = new ByteReader(bytes).bytes(2);
    bytes[0] = 9;
    expect(read).toEqual(Uint8Array.of(1, 2));
  });
});

describe('8-byte numbers', () => {
  it.each([0, 1, 0xffff_ffff, 0x1_0000_0000, 2 ** 53 - 1])('hold %d', (value) => {
    const bytes = new ByteWriter().u64(value).finish();
    expect(new DataView(bytes.buffer).getBigUint64(0)).toBe(BigInt(value));
    expect(new ByteReader(bytes).u64()).toBe(value);
  });

  it.each([2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n])('that no number holds fail: %d', (value) => {
    const reader = new ByteReader(new ByteWriter().big64(value).finish());
    expect(reader.u64()).toBe(0);
    expect(reader.ok).toBe(false);
  });
});

describe('a writer', () => {
  it.each([
    ['u16', (writer: ByteWriter) => writer.u16(0x1_0000)],
    ['u32', (writer: ByteWriter) => writer.u32(-1)],
    ['u64', (writer: ByteWriter) => writer.u64(2 ** 53)],
    ['u64', (writer: ByteWriter) => writer.u64(0.5)],
    ['big64', (writer: ByteWriter) => writer.big64(1n << 64n)],
    ['big64', (writer: ByteWriter) => writer.big64(-1n)],
    ['short', (writer: ByteWriter) => writer.short(new Uint8Array(256))],
    ['long', (writer: ByteWriter) => writer.long(new Uint8Array(65_536))],
    ['hex', (writer: ByteWriter) => writer.hex('xy')],
  ])('asserts that a value fits its field: %s', (_, run) => {
    expect(() => run(new ByteWriter())).toThrow(AssertionError);
  });

  it('gives memory of its own', () => {
    const writer = new ByteWriter().u8(1);
    const first = writer.finish();
    writer.u8(2);
    first[0] = 9;
    expect(writer.finish()).toEqual(Uint8Array.of(1, 2));
  });
});
