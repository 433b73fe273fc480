/**
 * Writes `test/golden/kernel-vectors.json`: searches with their results, from Node's OpenSSL alone,
 * one hash after the other, so that no kernel of ours is in its own judgement.
 *
 * `node kernels/make-vectors.mjs` (a few seconds). The output is always the same.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const HIGH_HALF = 1n << 32n;
/** Nonces with 31 and 36 zero bits for the header "hard", which took a long search to find. */
const HARD_NONCES = [2_199_439_304_117n, 2_199_574_238_154n];

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** 116 bytes that look like nothing, from a name. */
function headerOf(name) {
  const parts = [0, 1, 2, 3].map((part) => sha256(`kernel vector ${name} ${part}`));
  return new Uint8Array(Buffer.concat(parts).subarray(0, 116));
}

function digestOf(header, nonce) {
  const bytes = Buffer.from(header);
  bytes.writeBigUInt64BE(nonce, 108);
  return sha256(bytes);
}

const asInteger = (digest) => BigInt(`0x${digest.toString('hex')}`);
const hexOf = (bytes) => Buffer.from(bytes).toString('hex');
const hex64 = (value) => value.toString(16).padStart(64, '0');

function vector(name, header, target, [firstNonce, count]) {
  let expected;
  for (let nonce = firstNonce; nonce < firstNonce + BigInt(count); nonce++) {
    if (asInteger(digestOf(header, nonce)) >= target) continue;
    expected = nonce;
    break;
  }
  return {
    name, header: hexOf(header), target: hex64(target),
    firstNonce: String(firstNonce), count,
    expectedNonce: expected === undefined ? null : String(expected),
  };
}

/** The nonce with the least digest in a range, and that digest. */
function leastOf(header, firstNonce, count) {
  let least = { nonce: 0n, digest: 1n << 256n };
  for (let nonce = firstNonce; nonce < firstNonce + BigInt(count); nonce++) {
    const digest = asInteger(digestOf(header, nonce));
    if (digest < least.digest) least = { nonce, digest };
  }
  return least;
}

function makeVectors() {
  const vectors = [];
  for (const bits of [0, 1, 7, 8, 9, 12, 16]) {
    const target = bits === 0 ? (1n << 256n) - 1n : 1n << BigInt(256 - bits);
    const range = [BigInt(bits) * 1000n, 2 ** bits * 8 + 8];
    vectors.push(vector(`${bits} zero bits`, headerOf(`bits ${bits}`), target, range));
  }
  // floor(2^(256 - difficulty)) for 7.5, 10.25 and 12.75 bits.
  const fractions = [
    [7, 0xb504f333f9de6484n],
    [10, 0xd744fccad69d6af4n],
    [12, 0x9837f0518db8a96fn],
  ];
  for (const [bits, factor] of fractions) {
    const target = factor << BigInt(192 - bits);
    const range = [77n, 2 ** bits * 16];
    vectors.push(vector(`${bits} and a fraction`, headerOf(`fraction ${bits}`), target, range));
  }
  for (const [name, first] of [
    ['below 2^32', HIGH_HALF - 2500n],
    ['below a change of the high half', 5n * HIGH_HALF - 2501n],
    ['below 2^63', (1n << 63n) - 2502n],
    ['the last nonces', (1n << 64n) - 5000n],
  ]) {
    const header = headerOf(name);
    const { nonce, digest } = leastOf(header, first, 5000);
    vectors.push(vector(`${name}: none`, header, digest, [first, 5000]));
    vectors.push(vector(`${name}: only ${nonce}`, header, digest + 1n, [first, 5000]));
  }
  vectors.push(vector('no nonces', headerOf('no nonces'), (1n << 256n) - 1n, [9n, 0]));
  vectors.push(vector('a target of zero', headerOf('zero'), 0n, [9n, 5000]));
  const header = headerOf('hard');
  for (const nonce of HARD_NONCES) {
    const digest = asInteger(digestOf(header, nonce));
    const zeroBits = 256 - digest.toString(2).length;
    const range = [nonce - 999n, 2000];
    for (const bits of [31, 32, 33, 36, 37]) {
      const target = 1n << BigInt(256 - bits);
      vectors.push(vector(`${zeroBits} zero bits for ${bits}`, header, target, range));
    }
    vectors.push(vector(`${zeroBits} zero bits: equal`, header, digest, range));
    vectors.push(vector(`${zeroBits} zero bits: above`, header, digest + 1n, range));
  }
  return vectors;
}

const output = new URL('../test/golden/kernel-vectors.json', import.meta.url);
writeFileSync(output, `${JSON.stringify(makeVectors(), undefined, 2)}\n`);
