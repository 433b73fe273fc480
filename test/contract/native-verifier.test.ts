/**
 * Goal: the native verifier gives Node's verdict on every signature, is never taken where it does
 * not work, and reads no memory but what it is given. Method: batches of good and bent signatures
 * of all kinds beside `crypto.verify`; files that are no module; modules and spans that lie.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf, signedIn } from '../../src/crypto/signed-batch.ts';
import { concatBytes } from '../../src/lib/bytes.ts';
import { createNativeVerifier } from '../../src/platform/native-verifier.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import { chooseVerifier } from '../../src/platform/verifier-choice.ts';
import { SELF_TEST_GOOD } from '../../src/platform/verifier-self-test.ts';
import type { Signed } from '../../src/ports.ts';
import { builtNativeVerifier } from '../support/native-verifier.ts';

const file = builtNativeVerifier();
const folder = mkdtempSync(join(tmpdir(), 'mvb-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const message = Uint8Array.from({ length: 300 }, (_, index) => index);
const ed = generateKeyPairSync('ed25519');
const edKey = Buffer.from(ed.publicKey.export({ format: 'jwk' }).x!, 'base64url');
/** Good ones: of RSA keys of several sizes, two of one, and of Ed25519. */
const GOOD: readonly Signed[] = [
  ...[1024, 1024, 2048, 3072].map((modulusLength): Signed => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const key = concatBytes(Uint8Array.of(1), publicKey.export({ type: 'pkcs1', format: 'der' }));
    return { key, message, signature: new Uint8Array(sign('sha256', message, privateKey)) };
  }),
  {
    key: concatBytes(Uint8Array.of(2), edKey), message,
    signature: new Uint8Array(sign(null, message, ed.privateKey)),
  },
];

/** A part of a good signature, changed somewhere, cut, or taken from another one. */
const signeds: fc.Arbitrary<Signed> = fc.record({
  good: fc.constantFrom(...GOOD), other: fc.constantFrom(...GOOD),
  part: fc.constantFrom('key' as const, 'message' as const, 'signature' as const),
  how: fc.constantFrom('as it is', 'as it is', 'bent', 'cut', 'swapped'), at: fc.nat(),
}).map(({ good, other, part, how, at }) => {
  if (how === 'as it is') return good;
  if (how === 'swapped') return { ...good, [part]: other[part] };
  const bytes = good[part];
  const index = at % bytes.length;
  const changed = how === 'cut' ? bytes.subarray(0, index)
    : bytes.with(index, bytes[index]! ^ (1 << (at % 8)));
  return { ...good, [part]: changed };
});

function moduleOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe.runIf(file !== undefined)('the native verifier', () => {
  it('says of every batch what Node says', () => {
    const [native, openssl] = [createNativeVerifier(file!), createOpensslVerifier()];
    fc.assert(fc.property(fc.array(signeds, { maxLength: 40 }), (list) => {
      const expected = list.map((signed) => (openssl.verify(signed) ? 1 : 0));
      expect([...native.verifyAll(batchOf(list))]).toEqual(expected);
    }));
  });

  it('joins the prefix of a batch and what follows it', () => {
    const native = createNativeVerifier(file!);
    const { key, signature } = GOOD[2]!;
    for (const cut of [0, 1, 64, 299, 300]) {
      const rest = batchOf([{ key, message: message.subarray(cut), signature }]);
      const batch = { ...rest, prefix: message.subarray(0, cut) };
      expect([...native.verifyAll(batch)]).toEqual([1]);
      expect(signedIn(batch)[0]!.message).toEqual(message);
      expect([...native.verifyAll({ ...batch, prefix: message.subarray(0, cut + 1) })]).toEqual(
        cut === 300 ? [1] : [0]);
    }
  });

  it('judges the same with keys that it has had for many batches', () => {
    const native = createNativeVerifier(file!);
    const [first, second] = [GOOD[0]!, GOOD[1]!];
    const list = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? first : second));
    for (let turn = 0; turn < 50; turn++) {
      expect([...new Set(native.verifyAll(batchOf(list)))]).toEqual([1]);
    }
  });

  it('reads nothing outside the memory of the batch, whatever the spans say', () => {
    const native = createRequire(import.meta.url)(file!) as {
      importKey(der: Uint8Array): unknown;
      verify(...parts: readonly unknown[]): void;
    };
    const { key, signature } = GOOD[2]!;
    const imported = native.importKey(key.subarray(1));
    expect(imported).toBeDefined();
    const bytes = concatBytes(message, signature);
    const [end, signatureAt] = [bytes.length, message.length];
    const judge = (spans: readonly number[], keys: readonly unknown[] = [imported]): number => {
      const verdicts = Uint8Array.of(9);
      native.verify(keys, bytes, new Uint8Array(0), Uint32Array.from(spans), verdicts);
      return verdicts[0]!;
    };
    expect(judge([0, 0, 0, signatureAt, signatureAt, end])).toBe(1);
    for (const spans of [
      [0, 0, 0, signatureAt, signatureAt, end + 1], [0, 0, 0, end + 1, signatureAt, end],
      [0, 0, 1, 0, signatureAt, end], [0, 0, 0, signatureAt, end, signatureAt],
      [0, 0, 0, 2 ** 32 - 1, 0, 2 ** 32 - 1], [0, 0, 2 ** 32 - 1, 0, 2 ** 32 - 1, 0],
      [0, 0, 0, 0, 0, 0], [0, 0, end, end, end, end],
    ]) expect(judge(spans), String(spans)).toBe(0);
    expect(judge([0, 0, 0, signatureAt, signatureAt, end], [undefined])).toBe(9);
    expect(() => judge([0, 0, 0, signatureAt, signatureAt])).toThrow(TypeError);
    expect(() => judge([])).toThrow(TypeError);
    expect(() => native.verify([imported], bytes)).toThrow(TypeError);
    expect(() => native.importKey('key' as unknown as Uint8Array)).toThrow(TypeError);
    for (let length = 0; length < key.length - 1; length += 7) {
      expect(native.importKey(key.subarray(1, 1 + length))).toBeUndefined();
    }
  });

  it('is the one that threads take', () => {
    expect(chooseVerifier(pathToFileURL(file!)).name).toBe('native');
  });
});

describe('Node\'s own verifier is taken where', () => {
  const list = [...GOOD, { ...GOOD[0]!, message: Uint8Array.of(1) }];
  it.each([
    ['there is no module', join(folder, 'none.node')],
    ['the module is of another system', moduleOf('other.node', 'MZ this is no library')],
    ['it takes everything', moduleOf('yes.cjs',
      'module.exports = { importKey: () => 1, verify: (...all) => { all[4].fill(1); } };')],
    ['it takes nothing', moduleOf('no.cjs',
      'module.exports = { importKey: () => 1, verify: (...all) => { all[4].fill(0); } };')],
    ['it has no functions', moduleOf('empty.cjs', 'module.exports = {};')],
  ])('%s', (_, path) => {
    const { name, judge } = chooseVerifier(pathToFileURL(path));
    expect(name).toBe('openssl');
    expect([...judge(batchOf(list))]).toEqual([1, 1, 1, 1, 1, 0]);
  });
});

describe('the signature of the self-test', () => {
  it('is one of Node\'s', () => {
    expect(createOpensslVerifier().verify(SELF_TEST_GOOD)).toBe(true);
  });
});
