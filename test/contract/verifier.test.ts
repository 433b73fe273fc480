/**
 * Goal: every verifier accepts what the rules accept and nothing else, and never throws (threats
 * C2). Method: real signatures with one thing changed, and the keys and signatures known to divide
 * libraries (https://eprint.iacr.org/2020/1244, RFC 8032 section 7.1), for each that there is here.
 */
import {
  constants, createPrivateKey, createPublicKey, generateKeyPairSync, privateEncrypt, sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/crypto/signed-batch.ts';
import { concatBytes, hexToBytes } from '../../src/lib/bytes.ts';
import { createNativeVerifier } from '../../src/platform/native-verifier.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import type { Signed, Verifier } from '../../src/ports.ts';
import { builtNativeVerifier } from '../support/native-verifier.ts';

const openssl = createOpensslVerifier();
const verifiers: [string, Verifier][] = [['openssl', openssl]];
const nativeFile = builtNativeVerifier();
if (nativeFile !== undefined) verifiers.push(['native', createNativeVerifier(nativeFile)]);

const message = Uint8Array.from({ length: 100 }, (_, index) => index);
const hex = (text: string): Uint8Array => hexToBytes(text)!;

function rsaKeyBytes(key: KeyObject): Uint8Array {
  return concatBytes(Uint8Array.of(1), key.export({ type: 'pkcs1', format: 'der' }));
}

function ed25519KeyBytes(key: KeyObject): Uint8Array {
  const { x } = key.export({ format: 'jwk' });
  return concatBytes(Uint8Array.of(2), Buffer.from(x!, 'base64url'));
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const rsaSigned: Signed = {
  key: rsaKeyBytes(rsa.publicKey), message, signature: sign('sha256', message, rsa.privateKey),
};
const edSigned: Signed = {
  key: ed25519KeyBytes(ed.publicKey), message, signature: sign(null, message, ed.privateKey),
};

/** The order of Ed25519's base point, added to S: the same signature in another form. */
function withGreaterS(signature: Uint8Array): Uint8Array {
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const reversed = Buffer.from(signature.subarray(32)).reverse().toString('hex');
  const sum = (BigInt(`0x${reversed}`) + order).toString(16).padStart(64, '0');
  return concatBytes(signature.subarray(0, 32), Buffer.from(sum, 'hex').reverse());
}

describe.each(verifiers)('the verifier %s', (_, verifier) => {
  it('accepts real signatures of every kind of key', () => {
    expect(verifier.verify(rsaSigned)).toBe(true);
    expect(verifier.verify(edSigned)).toBe(true);
    for (const modulusLength of [1024, 3072]) {
      const pair = generateKeyPairSync('rsa', { modulusLength });
      const signature = sign('sha256', message, pair.privateKey);
      expect(verifier.verify({ key: rsaKeyBytes(pair.publicKey), message, signature })).toBe(true);
    }
  });

  it('accepts the vectors of RFC 8032', () => {
    const key = hex('023d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = hex('92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da'
      + '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00');
    expect(verifier.verify({ key, message: Uint8Array.of(0x72), signature })).toBe(true);
    expect(verifier.verify({ key, message: Uint8Array.of(0x73), signature })).toBe(false);
  });

  it('refuses a signature when any byte of it or of the message or key is changed', () => {
    for (const signed of [rsaSigned, edSigned]) {
      for (const field of ['key', 'message', 'signature'] as const) {
        for (let index = 0; index < signed[field].length; index++) {
          const changed = Uint8Array.from(signed[field]);
          changed[index]! ^= 1 << (index % 8);
          expect(verifier.verify({ ...signed, [field]: changed }), `${field} ${index}`).toBe(false);
        }
      }
    }
  });

  it('refuses a signature that is cut, padded, or of another key or algorithm', () => {
    for (const signed of [rsaSigned, edSigned]) {
      const { signature } = signed;
      for (const bad of [
        new Uint8Array(0), signature.subarray(1), signature.subarray(0, -1),
        concatBytes(signature, Uint8Array.of(0)), concatBytes(Uint8Array.of(0), signature),
      ]) {
        expect(verifier.verify({ ...signed, signature: bad })).toBe(false);
      }
    }
    expect(verifier.verify({ ...rsaSigned, key: edSigned.key })).toBe(false);
    expect(verifier.verify({ ...edSigned, key: rsaSigned.key })).toBe(false);
    const crossed = concatBytes(Uint8Array.of(1), edSigned.key.subarray(1));
    expect(verifier.verify({ ...edSigned, key: crossed })).toBe(false);
  });

  it('knows one RSA scheme: no other padding, hash, or bare hash', () => {
    const { privateKey } = rsa;
    const pss = sign('sha256', message, {
      key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING,
    });
    const digest = sign('sha256', message, privateKey);
    const others = [
      pss, sign('sha1', message, privateKey), sign('sha512', message, privateKey),
      privateEncrypt(privateKey, digest.subarray(0, 32)),
    ];
    for (const signature of others) {
      expect(verifier.verify({ ...rsaSigned, signature })).toBe(false);
    }
  });

  it('refuses RSA keys with another exponent or size', () => {
    const options: readonly [number, number][] = [
      [1024, 3], [2048, 17], [512, 65_537], [1032, 65_537],
    ];
    for (const [modulusLength, publicExponent] of options) {
      const pair = generateKeyPairSync('rsa', { modulusLength, publicExponent });
      const signature = sign('sha256', message, pair.privateKey);
      const key = rsaKeyBytes(pair.publicKey);
      expect(verifier.verify({ key, message, signature })).toBe(false);
    }
  });

  it('refuses other encodings of a good RSA key', () => {
    const { publicKey, privateKey } = rsa;
    const encodings = [
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(publicKey.export({ type: 'pkcs1', format: 'pem' })),
      privateKey.export({ type: 'pkcs1', format: 'der' }),
      Buffer.concat([rsaSigned.key.subarray(1), Buffer.of(0)]),
    ];
    for (const encoded of encodings) {
      const key = concatBytes(Uint8Array.of(1), encoded);
      expect(verifier.verify({ ...rsaSigned, key })).toBe(false);
    }
    const bare = rsaSigned.key.subarray(1);
    expect(verifier.verify({ ...rsaSigned, key: bare })).toBe(false);
  });

  it('refuses an Ed25519 signature whose S is not below the order', () => {
    const signature = withGreaterS(edSigned.signature);
    expect(verifier.verify({ ...edSigned, signature })).toBe(false);
  });

  it('refuses keys of small order, under which one signature fits every message', () => {
    const points = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      // The same points in forms that are not canonical.
      '0100000000000000000000000000000000000000000000000000000000000080',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ];
    for (const point of points) {
      for (const r of points) {
        const signature = concatBytes(hex(r), new Uint8Array(32));
        const key = concatBytes(Uint8Array.of(2), hex(point));
        expect(verifier.verify({ key, message, signature })).toBe(false);
      }
    }
  });

  it('refuses a key that is no point of the curve', () => {
    const key = concatBytes(Uint8Array.of(2), hex(`02${'00'.repeat(31)}`));
    expect(verifier.verify({ ...edSigned, key })).toBe(false);
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 600 });
    const key = fc.oneof(bytes, bytes.map((rest) => concatBytes(Uint8Array.of(1), rest)),
      fc.uint8Array({ minLength: 32, maxLength: 32 })
        .map((rest) => concatBytes(Uint8Array.of(2), rest)));
    fc.assert(fc.property(key, bytes, bytes, (keyBytes, text, signature) => {
      expect(verifier.verify({ key: keyBytes, message: text, signature })).toBe(false);
    }));
  });

  it('gives the verdicts of a batch in its order, in a later turn', async () => {
    const bad = { ...edSigned, message: Uint8Array.of(1) };
    const batch = Array.from({ length: 300 }, (_, index) =>
      index % 3 === 0 ? edSigned : index % 3 === 1 ? bad : rsaSigned);
    let isDone = false;
    const verdicts = await new Promise<readonly boolean[]>((resolve) => {
      verifier.prefetch(batchOf(batch), (result) => {
        isDone = true;
        resolve(result);
      });
      expect(isDone).toBe(false);
    });
    expect(verdicts).toEqual(batch.map((_, index) => index % 3 !== 1));
    expect(await new Promise((resolve) => verifier.prefetch(batchOf([]), resolve))).toEqual([]);
  });

  it('verifies what Node signs with an imported RFC 8032 key', () => {
    const d = Buffer.from(
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex');
    const x = Buffer.from(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
    const privateKey = createPrivateKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', d: d.toString('base64url'), x: x.toString('base64url') },
    });
    const key = ed25519KeyBytes(createPublicKey(privateKey));
    const signature = sign(null, message, privateKey);
    expect(verifier.verify({ key, message, signature })).toBe(true);
  });
});
