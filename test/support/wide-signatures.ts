/**
 * Toy keys and signatures of the sizes that RSA ones have, beside those of `toy-signatures.ts`, so
 * that tests have payments of several sizes. Does not own: security; anybody can forge them.
 */
import { ALGORITHM_RSA } from '../../src/crypto/keys.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { asciiToBytes, concatBytes, equalBytes } from '../../src/lib/bytes.ts';
import type { Signed, Signer } from '../../src/ports.ts';
import { ToyVerifier } from './toy-signatures.ts';

/** SEQUENCE, INTEGER and a zero byte, for a modulus of this many bits. */
const PREFIXES = {
  1024: [0x30, 0x81, 0x89, 0x02, 0x81, 0x81, 0],
  4096: [0x30, 0x82, 0x02, 0x0a, 0x02, 0x82, 0x02, 0x01, 0],
} as const;
const SUFFIX = [0x02, 0x03, 0x01, 0x00, 0x01];

function stretch(bytes: Uint8Array, length: number): Uint8Array {
  const digest = sha256(bytes);
  return Uint8Array.from({ length }, (_, index) => digest[index % digest.length]!);
}

/** The signer of this name, whose keys have the form of RSA keys. */
export function wideSigner(name: string, bits: 1024 | 4096): Signer {
  const modulus = stretch(asciiToBytes(name), bits / 8);
  modulus[0]! |= 0x80;
  modulus[modulus.length - 1]! |= 1;
  const key = Uint8Array.from([ALGORITHM_RSA, ...PREFIXES[bits], ...modulus, ...SUFFIX]);
  return { key, sign: (message) => stretch(concatBytes(key, message), bits / 8) };
}

/** Believes wide and toy signatures. */
export class WideVerifier extends ToyVerifier {
  override verify(signed: Signed): boolean {
    const { key, message, signature } = signed;
    if (key[0] !== ALGORITHM_RSA) return super.verify(signed);
    this.calls++;
    return equalBytes(signature, stretch(concatBytes(key, message), signature.length));
  }
}
