/**
 * Keys and signatures have one form each (threats rows 21 to 24, 26).
 *
 * RSA: keys that Node made, and every change of one byte of their structure. Ed25519: the curve's
 * special points, computed here with big integers rather than copied from a list.
 */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add, allEncodings, BASE, encode, encodeY, L, littleEndian, multiply, NEUTRAL, P, pointAt,
  smallOrderPoints,
} from '../../test/support/ed25519-curve.ts';
import {
  KEY_NAMES, privateKeyOf, publicBytesOf, signerOf,
} from '../../test/support/real-signers.ts';
import { bytesToHex, concatBytes } from '../lib/bytes.ts';
import {
  addressTextOf, ALGORITHM_ED25519, ALGORITHM_RSA, isSignatureShaped, KEY_BYTES_MAX, publicKeyKind,
  RSA_BITS, SIGNATURE_BYTES_MAX,
} from './keys.ts';
import { sha256 } from './sha256.ts';

const RSA_KEYS = RSA_BITS.map((bits) => {
  const name = KEY_NAMES.find((one) => one === `rsa${bits}`)!;
  return { bits, key: publicBytesOf(privateKeyOf(name)) };
});

/** The DER of an integer or a sequence, its length in the shortest form. */
function der(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const header = length < 0x80 ? [tag, length]
    : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return concatBytes(Uint8Array.from(header), content);
}

function derInteger(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = Uint8Array.from(Buffer.from(even, 'hex'));
  return der(2, bytes[0]! >= 0x80 ? concatBytes(Uint8Array.of(0), bytes) : bytes);
}

function rsaKey(modulus: bigint, exponent: bigint): Uint8Array {
  const content = concatBytes(derInteger(modulus), derInteger(exponent));
  return concatBytes(Uint8Array.of(ALGORITHM_RSA), der(0x30, content));
}

function modulusOf(key: Uint8Array): bigint {
  const jwk = createPublicKey({ key: Buffer.from(key.subarray(1)), format: 'der', type: 'pkcs1' })
    .export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(jwk.n!, 'base64url').toString('hex')}`);
}

describe('an RSA key', () => {
  it.each(RSA_KEYS)('of $bits bits is accepted in the form that Node exports', ({ bits, key }) => {
    expect(publicKeyKind(key)).toEqual({ algorithm: 'rsa', bits });
    expect(key.length).toBeLessThanOrEqual(KEY_BYTES_MAX);
    expect(rsaKey(modulusOf(key), 65_537n)).toEqual(key);
  });

  it('of the longest kind has the greatest length', () => {
    expect(RSA_KEYS.at(-1)!.key.length).toBe(KEY_BYTES_MAX);
    expect(SIGNATURE_BYTES_MAX).toBe(RSA_KEYS.at(-1)!.bits / 8);
  });

  it('that was just made is accepted', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(publicKeyKind(publicBytesOf(publicKey))).toEqual({ algorithm: 'rsa', bits: 1024 });
  });

  it.each(RSA_KEYS)('of $bits bits is refused after any change of structure', ({ bits, key }) => {
    const modulusStart = key.length - 5 - bits / 8;
    for (let index = 0; index < key.length; index++) {
      if (index >= modulusStart && index < key.length - 5) continue;
      for (let flip = 1; flip < 256; flip++) {
        const changed = key.slice();
        changed[index]! ^= flip;
        expect(publicKeyKind(changed), `byte ${index} ^ ${flip}`).toBeUndefined();
      }
    }
  });

  it.each(RSA_KEYS)('of $bits bits is refused when bytes are added or cut', ({ key }) => {
    expect(publicKeyKind(concatBytes(key, Uint8Array.of(0)))).toBeUndefined();
    expect(publicKeyKind(concatBytes(key.subarray(0, 1), Uint8Array.of(0), key.subarray(1)))).toBe(
      undefined,
    );
    for (let length = 0; length < key.length; length++) {
      expect(publicKeyKind(key.subarray(0, length))).toBeUndefined();
    }
  });

  it('has an odd modulus of exactly its size', () => {
    for (const bits of RSA_BITS) {
      const least = (1n << BigInt(bits - 1)) + 1n;
      expect(publicKeyKind(rsaKey(least, 65_537n))).toEqual({ algorithm: 'rsa', bits });
      expect(publicKeyKind(rsaKey(least + 1n, 65_537n))).toBeUndefined();
      expect(publicKeyKind(rsaKey(least - 2n, 65_537n))).toBeUndefined();
      expect(publicKeyKind(rsaKey((1n << BigInt(bits)) + 1n, 65_537n))).toBeUndefined();
      expect(publicKeyKind(rsaKey((1n << BigInt(bits)) - 1n, 65_537n))).toBeDefined();
    }
  });

  it.each([512, 768, 1016, 1023, 1025, 1536, 2047, 2056, 4088, 4104, 8192, 16_384])(
    'of %d bits is refused', (bits) => {
      expect(publicKeyKind(rsaKey((1n << BigInt(bits)) - 1n, 65_537n))).toBeUndefined();
    });

  it.each([1n, 2n, 3n, 17n, 65_535n, 65_536n, 65_539n, 0x800001n, (1n << 3071n) + 1n])(
    'with the exponent %d is refused', (exponent) => {
      expect(publicKeyKind(rsaKey(modulusOf(RSA_KEYS[1]!.key), exponent))).toBeUndefined();
    });

  it('is refused in every other form that Node would import', () => {
    const privateKey = privateKeyOf('rsa2048');
    const publicKey = createPublicKey(privateKey);
    const pem = publicKey.export({ type: 'pkcs1', format: 'pem' }) as string;
    const others: (string | Uint8Array)[] = [
      publicKey.export({ type: 'spki', format: 'der' }),
      privateKey.export({ type: 'pkcs1', format: 'der' }),
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      pem,
      pem.replaceAll('\n', '\r\n'),
      `\n${pem}`,
      `junk\n${pem}junk`,
    ];
    for (const other of others) {
      const key = concatBytes(Uint8Array.of(ALGORITHM_RSA), Buffer.from(other));
      expect(publicKeyKind(key)).toBeUndefined();
    }
  });
});

describe('an Ed25519 key', () => {
  const key = publicBytesOf(privateKeyOf('ed25519'));
  const kindOf = (encoded: Uint8Array): unknown =>
    publicKeyKind(concatBytes(Uint8Array.of(ALGORITHM_ED25519), encoded));

  it('is accepted in the form that Node has, and is a point', () => {
    expect(publicKeyKind(key)).toEqual({ algorithm: 'ed25519' });
    const y = BigInt(`0x${bytesToHex(key.slice(1).reverse())}`) % (1n << 255n);
    expect(multiply(pointAt(y)!, 8n * L)).toEqual(NEUTRAL);
  });

  it('is any multiple of the base point', () => {
    expect(multiply(BASE, L)).toEqual(NEUTRAL);
    for (let scalar = 1n; scalar < 20n; scalar++) {
      expect(kindOf(encode(multiply(BASE, scalar)))).toEqual({ algorithm: 'ed25519' });
    }
  });

  it('is refused in all 14 encodings of the points of small order', () => {
    const points = smallOrderPoints();
    expect(points).toHaveLength(8);
    for (const point of points) expect(multiply(point, 8n)).toEqual(NEUTRAL);
    const encodings = new Set(points.flatMap(allEncodings).map((key) => bytesToHex(key)));
    expect(encodings.size).toBe(14);
    for (const hex of encodings) expect(kindOf(Buffer.from(hex, 'hex')), hex).toBeUndefined();
  });

  it('may have a part of small order, which the verifier then judges', () => {
    const order8 = smallOrderPoints().find((one) => multiply(one, 4n).y !== 1n)!;
    expect(kindOf(encode(add(BASE, order8)))).toEqual({ algorithm: 'ed25519' });
  });

  it('is refused when y is not below the prime', () => {
    expect(kindOf(encodeY(P - 2n, 0))).toBeDefined();
    for (let y = P; y < 1n << 255n; y++) {
      expect(kindOf(encodeY(y, 0))).toBeUndefined();
      expect(kindOf(encodeY(y, 1))).toBeUndefined();
    }
  });

  it('has 32 bytes', () => {
    expect(publicKeyKind(key.subarray(0, 32))).toBeUndefined();
    expect(publicKeyKind(concatBytes(key, Uint8Array.of(0)))).toBeUndefined();
  });
});

describe('a signature', () => {
  it('of RSA has the length of the modulus', () => {
    for (const bits of RSA_BITS) {
      for (const length of [0, bits / 8 - 1, bits / 8, bits / 8 + 1]) {
        const isShaped = isSignatureShaped({ algorithm: 'rsa', bits }, new Uint8Array(length));
        expect(isShaped).toBe(length === bits / 8);
      }
    }
  });

  const shaped = (r: Uint8Array, s: bigint): boolean =>
    isSignatureShaped({ algorithm: 'ed25519' }, concatBytes(r, littleEndian(s)));

  it('of Ed25519 by Node has the form, and not with the order added to its scalar', () => {
    fc.assert(fc.property(fc.uint8Array(), (message) => {
      const signature = signerOf(privateKeyOf('ed25519')).sign(message);
      const scalar = BigInt(`0x${bytesToHex(signature.slice(32).reverse())}`);
      expect(shaped(signature.subarray(0, 32), scalar)).toBe(true);
      expect(shaped(signature.subarray(0, 32), scalar + L)).toBe(false);
    }), { numRuns: 20 });
  });

  it('of Ed25519 has a scalar below the order', () => {
    const r = encode(BASE);
    expect(shaped(r, 0n)).toBe(true);
    expect(shaped(r, L - 1n)).toBe(true);
    for (const s of [L, L + 1n, 2n * L, 1n << 253n, (1n << 256n) - 1n]) {
      expect(shaped(r, s)).toBe(false);
    }
  });

  it('of Ed25519 has a canonical point', () => {
    const canonical = smallOrderPoints().map((point) => bytesToHex(encode(point)));
    for (const point of smallOrderPoints()) {
      for (const r of allEncodings(point)) {
        expect(shaped(r, 1n)).toBe(canonical.includes(bytesToHex(r)));
      }
    }
    for (let y = P; y < 1n << 255n; y++) {
      expect(shaped(encodeY(y, 0), 1n)).toBe(false);
      expect(shaped(encodeY(y, 1), 1n)).toBe(false);
    }
  });

  it('of Ed25519 has 64 bytes', () => {
    const signature = concatBytes(encode(BASE), new Uint8Array(33));
    for (const length of [0, 32, 63, 65]) {
      const other = signature.subarray(0, length);
      expect(isSignatureShaped({ algorithm: 'ed25519' }, other)).toBe(false);
    }
    expect(isSignatureShaped({ algorithm: 'ed25519' }, signature.subarray(0, 64))).toBe(true);
  });
});

describe('the algorithm byte', () => {
  it.each([0, 3, 0x30, 255])('%d is no algorithm', (algorithm) => {
    for (const { key } of RSA_KEYS) {
      expect(publicKeyKind(Uint8Array.of(algorithm, ...key.subarray(1)))).toBeUndefined();
    }
  });

  it('of another algorithm does not fit a key, and gives another address', () => {
    for (const name of KEY_NAMES) {
      const key = publicBytesOf(privateKeyOf(name));
      const other = key.slice();
      other[0] = key[0] === ALGORITHM_RSA ? ALGORITHM_ED25519 : ALGORITHM_RSA;
      expect(publicKeyKind(other)).toBeUndefined();
      expect(addressTextOf(other)).not.toBe(addressTextOf(key));
      expect(addressTextOf(key)).not.toBe(bytesToHex(sha256(key)));
    }
  });

  it('must be there', () => {
    expect(publicKeyKind(new Uint8Array(0))).toBeUndefined();
  });
});
