/**
 * A signature that is known to be good, to try a verifier with as it is loaded.
 *
 * Owns: that one, of RSA-1024, made with OpenSSL. Does not own: trying.
 */
import { asciiToBytes, hexToBytes } from '../lib/bytes.ts';
import type { Signed } from '../ports.ts';

const KEY =
  '0130818902818100c57488d74832f11bce450b882cc5b1e74aa76fad16e9f86cf17d3b833707a9df7b43f6e9'
  + '475a4d528e56ddf0d29a31a2fd30a672462d0202f4b2f2ce3993e5a6fc7e0f2031b08eae648bd4da731f94ea'
  + '8dbb54aff270bd58dc60d4f15299b2bec4248158c5e857304d2471b15057f88f0cb6e14e2b2cd7f11f791951'
  + '609eaa610203010001';
const SIGNATURE =
  '7adf763a8b76627b5566b6e2ec10bc1e3b57fee6fa96f81e325eb1d9bfc381521885dcc7c8ab04f7343cc84e'
  + '14d2379e772ea29d88fd5b188a8843f83d0ccfb5a9015fd93c2efdd3c828af2a154d5a4bda5486483ef129f7'
  + '85cdea6cfd07a0dde05e719c0f3284906b826e8f3f44afdb4f5243a332359d006d603def8637cfdd';

/** Whoever refuses it, or takes it with any part changed, is no verifier. */
export const SELF_TEST_GOOD: Signed = {
  key: hexToBytes(KEY)!,
  message: asciiToBytes('minimum-viable-blockchain'),
  signature: hexToBytes(SIGNATURE)!,
};
