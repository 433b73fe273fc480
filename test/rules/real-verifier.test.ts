/**
 * Signatures with real keys and the real judge (threats rows 22 to 26): what OpenSSL alone would
 * accept and the chain must not, and the whole rule table once more, with Ed25519.
 *
 * The edge cases are those of "Taming the many EdDSAs" (https://eprint.iacr.org/2020/1244),
 * computed here.
 */
import {
  createHash, createPublicKey, generateKeyPairSync, publicEncrypt, verify,
} from 'node:crypto';
import { constants, privateEncrypt, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makePayment, signedOf, signingBytes } from '../../src/consensus/encoding.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Payment } from '../../src/consensus/types.ts';
import { ALGORITHM_ED25519, ALGORITHM_RSA } from '../../src/crypto/keys.ts';
import { bytesToHex, concatBytes } from '../../src/lib/bytes.ts';
import type { Signed, SignedBatch, Signer, Verifier } from '../../src/ports.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import { BlockFactory, NOBODY } from '../support/block-factory.ts';
import {
  add, BASE, encode, L, littleEndian, multiply, NEUTRAL, P, smallOrderPoints,
} from '../support/ed25519-curve.ts';
import type { Point } from '../support/ed25519-curve.ts';
import { KEY_NAMES, privateKeyOf, signerOf } from '../support/real-signers.ts';
import { runRow } from './run-row.ts';
import { RULE_DRAFTS } from './table.ts';
import { writeRow } from './script.ts';

const factory = new BlockFactory();

/** The real judge, which counts what it is asked. */
class CountingVerifier implements Verifier {
  readonly #judge = createOpensslVerifier();
  calls = 0;

  verify(signed: Signed): boolean {
    this.calls++;
    return this.#judge.verify(signed);
  }

  prefetch(batch: SignedBatch, done: (verdicts: readonly boolean[]) => void): void {
    this.#judge.prefetch(batch, done);
  }
}

/** A payment under this key whose signature depends on what is signed. */
function paymentOf(key: Uint8Array, signatureOf: (message: Uint8Array) => Uint8Array): Payment {
  const terms = { key, to: NOBODY, amount: 1n, fee: 0n, sequence: 0, time: 0 };
  return makePayment(terms, signatureOf(signingBytes(terms, factory.networkId)), factory.networkId);
}

/** Whether the chain accepts it, and how often it had to ask OpenSSL. */
function judged(payment: Payment): { isValid: boolean; calls: number } {
  const verifier = new CountingVerifier();
  const isValid = new Signatures(verifier, factory.networkId).isValid(payment);
  return { isValid, calls: verifier.calls };
}

const ACCEPTED = { isValid: true, calls: 1 };
const REFUSED_BY_OPENSSL = { isValid: false, calls: 1 };
const REFUSED_BEFORE = { isValid: false, calls: 0 };

describe('a real signature', () => {
  it.each(KEY_NAMES)('of %s is accepted, and not with another bit anywhere', (name) => {
    const { key, sign: signWith } = signerOf(privateKeyOf(name));
    const payment = paymentOf(key, signWith);
    expect(judged(payment)).toEqual(ACCEPTED);
    for (let bit = 0; bit < 8 * payment.signature.length; bit += 37) {
      const signature = payment.signature.slice();
      signature[bit >> 3]! ^= 1 << (bit & 7);
      expect(judged(paymentOf(key, () => signature)).isValid).toBe(false);
    }
    const { signature } = payment;
    for (const other of [signature.subarray(1), concatBytes(signature, new Uint8Array(1))]) {
      expect(judged(paymentOf(key, () => other))).toEqual(REFUSED_BEFORE);
    }
  });
});

describe('RSA', () => {
  const privateKey = privateKeyOf('rsa2048');
  const { key } = signerOf(privateKey);

  it('with the exponent 1, where the padded hash is its signature, never reaches OpenSSL', () => {
    // The modulus is that of a real key, its exponent is replaced, and the lengths are mended.
    const modulus = key.subarray(1 + 9, key.length - 5);
    const header = Uint8Array.of(0x30, 0x82, 0x01, 0x08, 0x02, 0x82, 0x01, 0x01, 0x00);
    const der = concatBytes(header, modulus, Uint8Array.of(0x02, 0x01, 0x01));
    const weak = concatBytes(Uint8Array.of(ALGORITHM_RSA), der);
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const padded = (message: Uint8Array): Uint8Array => {
      const info = concatBytes(prefix, createHash('sha256').update(message).digest());
      const filler = new Uint8Array(256 - 3 - info.length).fill(0xff);
      return concatBytes(Uint8Array.of(0, 1), filler, Uint8Array.of(0), info);
    };
    const forged = paymentOf(weak, padded);
    const { message, signature } = signedOf(forged, factory.networkId);
    const asNode = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' });
    expect(verify('sha256', message, asNode, signature), 'OpenSSL alone is fooled').toBe(true);
    expect(judged(forged)).toEqual(REFUSED_BEFORE);
  });

  it('of another scheme or with another hash is refused', () => {
    const schemes: ((message: Uint8Array) => Uint8Array)[] = [
      (message) => sign('sha1', message, privateKey),
      (message) => sign('sha512', message, privateKey),
      (message) => sign('sha256', message, {
        key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32,
      }),
      // The hash without the name of the hash, and the name of the hash without its padding.
      (message) => privateEncrypt(privateKey, createHash('sha256').update(message).digest()),
      () => publicEncrypt(createPublicKey(privateKey), new Uint8Array(32)),
      () => new Uint8Array(256),
      () => key.slice(10, 266),
    ];
    for (const scheme of schemes) {
      expect(judged(paymentOf(key, scheme))).toEqual(REFUSED_BY_OPENSSL);
    }
  });
});

/** The scalar that binds a signature to its message: SHA-512 of R, A and the message. */
function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  const digest = createHash('sha512').update(r).update(a).update(message).digest();
  return BigInt(`0x${bytesToHex(digest.reverse())}`) % L;
}

describe('Ed25519', () => {
  const secret = 123_456_789n;
  const order8 = smallOrderPoints().find((point) => multiply(point, 4n).y !== 1n)!;

  /** A signature by the secret for the key A + `inKey`, whose R has `inNonce` added. */
  function signed(inKey: Point, inNonce: Point): Payment {
    const a = encode(add(multiply(BASE, secret), inKey));
    const nonce = 987_654_321n;
    const r = encode(add(multiply(BASE, nonce), inNonce));
    return paymentOf(concatBytes(Uint8Array.of(ALGORITHM_ED25519), a), (message) =>
      concatBytes(r, littleEndian((nonce + challenge(r, a, message) * secret) % L)));
  }

  it('by the book is accepted', () => {
    expect(judged(signed(NEUTRAL, NEUTRAL))).toEqual(ACCEPTED);
  });

  it('with a part of small order in R is refused: the check is without a cofactor', () => {
    expect(judged(signed(NEUTRAL, order8))).toEqual(REFUSED_BY_OPENSSL);
  });

  it('with the order added to its scalar never reaches OpenSSL', () => {
    const { key, signature } = signed(NEUTRAL, NEUTRAL);
    const scalar = BigInt(`0x${bytesToHex(signature.slice(32).reverse())}`);
    const shifted = concatBytes(signature.subarray(0, 32), littleEndian(scalar + L));
    expect(judged(paymentOf(key, () => shifted))).toEqual(REFUSED_BEFORE);
  });

  it('with a key of small order, which fits every message, never reaches OpenSSL', () => {
    // Under the neutral point [S]B = R whatever the message says: R = B, S = 1.
    const key = concatBytes(Uint8Array.of(ALGORITHM_ED25519), encode(NEUTRAL));
    const signature = concatBytes(encode(BASE), littleEndian(1n));
    const forged = paymentOf(key, () => signature);
    const spki = concatBytes(Buffer.from('302a300506032b6570032100', 'hex'), encode(NEUTRAL));
    const asNode = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const { message } = signedOf(forged, factory.networkId);
    expect(verify(null, message, asNode, signature), 'OpenSSL alone is fooled').toBe(true);
    for (const point of smallOrderPoints()) {
      const weak = concatBytes(Uint8Array.of(ALGORITHM_ED25519), encode(point));
      expect(judged(paymentOf(weak, () => signature))).toEqual(REFUSED_BEFORE);
    }
  });

  it('with a key that is no point is refused', () => {
    let y = 2n;
    const isPoint = (some: bigint): boolean => {
      const key = concatBytes(Uint8Array.of(ALGORITHM_ED25519), littleEndian(some));
      const payment = paymentOf(key, () => concatBytes(encode(BASE), littleEndian(1n)));
      return judged(payment).isValid;
    };
    for (; y < 40n; y++) expect(isPoint(y)).toBe(false);
    expect(isPoint(P - 2n)).toBe(false);
  });

  it('of small order in R alone is what the one verifier says', () => {
    // S = k * secret makes R the neutral point: canonical, and right without a cofactor.
    const a = encode(multiply(BASE, secret));
    const r = encode(NEUTRAL);
    const payment = paymentOf(concatBytes(Uint8Array.of(ALGORITHM_ED25519), a), (message) =>
      concatBytes(r, littleEndian((challenge(r, a, message) * secret) % L)));
    expect(judged(payment)).toEqual(ACCEPTED);
  });
});

describe('the rule table with real signatures', () => {
  const signer = (): Signer => signerOf(generateKeyPairSync('ed25519').privateKey);
  const cast = { alice: signerOf(privateKeyOf('ed25519')), bob: signer(), carol: signer() };
  const verifier = createOpensslVerifier();

  it.each(RULE_DRAFTS)('row $threat: $name', (draft) => {
    runRow(writeRow(draft, cast), verifier);
  });
});
