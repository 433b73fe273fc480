/**
 * The chain's bytes are what they have always been. First the file is compared with what the code
 * makes now; then it is checked against the protocol's words with nothing but Node's own
 * cryptography.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBlock, decodePayment } from '../../src/consensus/encoding.ts';
import { decodeParams, DEFAULT_PARAMS, networkIdOf } from '../../src/consensus/params.ts';
import { SPACE } from '../../src/consensus/records.ts';
import type { NetworkId } from '../../src/consensus/types.ts';
import { privateKeyOf } from '../support/real-signers.ts';
import { chainVectors, OTHER_PARAMS } from './generate.ts';

interface PaymentVector {
  readonly key: string;
  readonly address: string;
  readonly signingBytes: string;
  readonly signature: string;
  readonly id: string;
  readonly digest: string;
  readonly bytes: string;
}

interface Golden {
  readonly payments: { readonly rsa2048: PaymentVector; readonly ed25519: PaymentVector };
  readonly reward: { readonly bytes: string; readonly id: string; readonly digest: string };
  readonly params: Readonly<Record<'default' | 'other', {
    readonly bytes: string; readonly genesisHeader: string; readonly networkId: string;
  }>>;
  readonly chain: {
    readonly outcomes: readonly string[];
    readonly blocks: readonly { readonly id: string; readonly bytes: string }[];
    readonly records: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  };
}

const FILE = new URL('./chain-vectors.json', import.meta.url);
if (process.env['MVB_GOLDEN'] === 'write') {
  writeFileSync(FILE, `${JSON.stringify(chainVectors(), undefined, 1)}\n`);
}
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;

/** SHA-256 of a tag with its zero byte, and hexadecimal text. */
function tagged(tag: string, ...hex: readonly string[]): string {
  const hash = createHash('sha256').update(tag, 'latin1');
  if (tag !== '') hash.update(Uint8Array.of(0));
  return hash.update(Buffer.from(hex.join(''), 'hex')).digest('hex');
}

describe('the chain\'s vectors', () => {
  it.each(Object.entries(chainVectors()))('of %s are what they were', (name, now) => {
    expect(now).toEqual((golden as unknown as Record<string, unknown>)[name]);
  });

  it('are all of them', () => {
    expect(Object.keys(golden)).toEqual(Object.keys(chainVectors()));
  });
});

describe('by the words of the protocol', () => {
  const networkId = golden.params.default.networkId;

  it.each(['rsa2048', 'ed25519'] as const)('a payment of %s is what it says', (name) => {
    const { key, address, signingBytes, signature, id, digest, bytes } = golden.payments[name];
    expect(tagged('mvb/address/1', key)).toBe(address);
    expect(tagged('', signingBytes)).toBe(id);
    expect(tagged('', '00', bytes)).toBe(digest);
    const keyLength = (key.length / 2).toString(16).padStart(4, '0');
    const signatureLength = (signature.length / 2).toString(16).padStart(4, '0');
    const terms = [
      '01', keyLength, key, '0123456789abcdef'.repeat(4), '0000011f71fb04cb', '000000000000b26e',
      '000000000000038e', (1_767_323_045_678).toString(16).padStart(16, '0'),
    ].join('');
    const tag = Buffer.from('mvb/payment/1\0', 'latin1').toString('hex');
    expect(signingBytes).toBe(`${tag}${networkId}${terms}`);
    expect(bytes).toBe(`${terms}${signatureLength}${signature}`);
    const publicKey = createPublicKey(privateKeyOf(name));
    const hash = name === 'ed25519' ? null : 'sha256';
    const [message, signed] = [Buffer.from(signingBytes, 'hex'), Buffer.from(signature, 'hex')];
    expect(verify(hash, message, publicKey, signed)).toBe(true);
    const decoded = decodePayment(Buffer.from(bytes, 'hex'), networkId as NetworkId);
    expect(decoded).toMatchObject({ id, digest, from: address });
  });

  it('a reward is what it says', () => {
    const { bytes, id, digest } = golden.reward;
    expect(bytes).toBe(`020000000000001234${'0123456789abcdef'.repeat(4)}0000000000989681`);
    expect(tagged('mvb/reward/1', networkId, bytes)).toBe(id);
    expect(tagged('', '00', bytes)).toBe(digest);
  });

  it('genesis commits to the parameters', () => {
    for (const [name, params] of [['default', DEFAULT_PARAMS], ['other', OTHER_PARAMS]] as const) {
      const { bytes, genesisHeader, networkId: id } = golden.params[name];
      expect(tagged('', genesisHeader)).toBe(id);
      expect(genesisHeader.slice(88, 152)).toBe(tagged('mvb/params/1', bytes));
      expect(decodeParams(Buffer.from(bytes, 'hex'))).toEqual(params);
    }
    expect(golden.params.default.bytes)
      .toBe('01046d61696e001a00000000000500000000009896800000003c000f4240');
  });

  it('blocks have the work and the ids that they claim', () => {
    const { outcomes, blocks } = golden.chain;
    expect(outcomes).toEqual(['connected', 'connected']);
    for (const { id, bytes } of blocks) {
      expect(id).toMatch(/^00/);
      expect(tagged('', bytes.slice(0, 232))).toBe(id);
      expect(decodeBlock(Buffer.from(bytes, 'hex'), networkIdOf(OTHER_PARAMS))?.id).toBe(id);
    }
  });

  it('every key space of a chain has records, under its number', () => {
    // Of these two only wallets write.
    const { payment: _, order: __, ...spaces } = SPACE;
    const names = Object.keys(golden.chain.records);
    expect(names.sort()).toEqual(Object.keys(spaces).sort());
    for (const [name, number] of Object.entries(spaces)) {
      for (const [key] of golden.chain.records[name]!) {
        expect(key.slice(0, 2)).toBe(number.toString(16).padStart(2, '0'));
      }
    }
  });
});
