/**
 * Bytes and their text forms: each conversion is undone by its inverse, and refuses what it should.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asciiToBytes, bigintToBytes, bytesToAscii, bytesToBigint, bytesToHex, compareBytes, concatBytes,
  equalBytes, hexToBytes, startsWith,
} from './bytes.ts';

/** Many of the length of an id, which is written in a way of its own. */
const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 32, maxLength: 32 }),
);

describe('hexadecimal', () => {
  it('has two lower-case digits for each byte', () => {
    expect(bytesToHex(Uint8Array.of(0, 1, 0x0f, 0x10, 0xab, 0xff))).toBe('00010f10abff');
    expect(bytesToHex(new Uint8Array(0))).toBe('');
  });

  it('comes back as it was, and is what Node makes of it', () => {
    fc.assert(fc.property(someBytes, (bytes) => {
      expect(bytesToHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes);
    }));
  });

  it.each(['0', '0g', 'G0', 'AB', ' 0', '0x', '/0', ':0', '`0', '\n0', '0\n', '\u0660\u0661'])(
    'is not %j', (text) => {
      expect(hexToBytes(text)).toBeUndefined();
    });

  it('of any text is refused or spells that text', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const bytes = hexToBytes(text);
      if (bytes !== undefined) expect(bytesToHex(bytes)).toBe(text);
    }));
  });
});

describe('joining and comparing', () => {
  it('joins in order, into fresh memory', () => {
    const part = Uint8Array.of(1, 2);
    const joined = concatBytes(part, new Uint8Array(0), Uint8Array.of(3));
    part[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatBytes()).toEqual(new Uint8Array(0));
  });

  it('orders as Node does, and only equal bytes are equal', () => {
    fc.assert(fc.property(someBytes, someBytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      expect(equalBytes(a, a.slice())).toBe(true);
      expect(startsWith(concatBytes(a, b), a)).toBe(true);
      expect(startsWith(a, b)).toBe(Buffer.from(a).subarray(0, b.length).equals(b));
    }));
  });

  it('puts a prefix before what it begins', () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(0xff), Uint8Array.of(0x7f, 1))).toBeGreaterThan(0);
  });
});

describe('ASCII', () => {
  it('is the printable range and nothing else', () => {
    for (let code = 0; code < 256; code++) {
      const isPrintable = code >= 0x20 && code <= 0x7e;
      const text = bytesToAscii(Uint8Array.of(0x41, code));
      expect(text).toBe(isPrintable ? `A${String.fromCharCode(code)}` : undefined);
      if (text !== undefined) expect(asciiToBytes(text)).toEqual(Uint8Array.of(0x41, code));
    }
  });
});

describe('integers', () => {
  it('are big-endian', () => {
    expect(bytesToBigint(Uint8Array.of(1, 0))).toBe(256n);
    expect(bytesToBigint(new Uint8Array(0))).toBe(0n);
    expect(bigintToBytes(258n, 4)).toEqual(Uint8Array.of(0, 0, 1, 2));
  });

  it('come back as they were', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      expect(bigintToBytes(bytesToBigint(bytes), bytes.length)).toEqual(bytes);
    }));
  });

  it('that do not fit are refused', () => {
    expect(() => bigintToBytes(256n, 1)).toThrow(RangeError);
    expect(() => bigintToBytes(65_536n, 1)).toThrow(RangeError);
    expect(() => bigintToBytes(-1n, 1)).toThrow(RangeError);
  });
});
