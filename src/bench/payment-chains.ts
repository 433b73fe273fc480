/**
 * The chains of payments that validation and sync are measured on, and their bytes in memory.
 *
 * Owns: their sizes. Does not own: making them (`places.ts`).
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Chain } from '../consensus/chain.ts';
import { decodeBlock, signedOf } from '../consensus/encoding.ts';
import { networkIdOf } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import { DATA_FILE } from '../platform/lmdb-pages.ts';
import { openLmdbStore } from '../platform/lmdb-store.ts';
import { createOpensslVerifier } from '../platform/openssl-verifier.ts';
import type { Signed } from '../ports.ts';
import type { ChainSpec } from './generate-chain.ts';
import type { KeyKind } from './keys.ts';
import type { ChainPlace } from './places.ts';
import type { BenchSize } from './row.ts';

/** In a large block, and in a small one as a quiet network has them. */
export const LARGE_BLOCK = 100;
export const SMALL_BLOCK = 5;
/** Ed25519 takes some times as long to verify, so fewer say as much. */
const PAYMENTS = {
  rsa2048: { tiny: 400, full: 200_000 }, ed25519: { tiny: 400, full: 60_000 },
} as const;
/** Small blocks take this share of the payments. */
const SMALL_SHARE = 1 / 4;
const PAYERS = { tiny: 20, full: 1_000 } as const;
/** Signatures that the limit is measured on. */
const SAMPLE_MAX = 8_192;

/** A chain of payments by many payers; the first block has none. */
export function paymentChain(key: KeyKind, perBlock: number, size: BenchSize): ChainSpec {
  const share = perBlock === LARGE_BLOCK ? 1 : SMALL_SHARE;
  const payments = PAYMENTS[key][size] * share;
  return {
    blocks: 1 + payments / perBlock, paymentsPerBlock: perBlock, accounts: PAYERS[size], key,
    seed: 1,
  };
}

/** Payments in the chain. */
export function paymentsIn(spec: ChainSpec): number {
  return (spec.blocks - 1) * spec.paymentsPerBlock;
}

/** The encodings of all blocks above genesis. */
export function blockBytesOf(place: ChainPlace): Uint8Array[] {
  const store = openLmdbStore(place.storeDir, { readOnly: true });
  try {
    const signatures = new Signatures(createOpensslVerifier(), networkIdOf(place.params));
    const chain = new Chain(place.params, store, signatures);
    const blocks: Uint8Array[] = [];
    for (let height = 1; height <= chain.tip.header.height; height++) {
      blocks.push(chain.blockBytes(chain.headerAt(height)!.id)!);
    }
    return blocks;
  } finally {
    store.close();
  }
}

/** Signatures from the end of the chain, where all payers are at work. */
export function sampleOf(place: ChainPlace, blocks: readonly Uint8Array[]): Signed[] {
  const networkId = networkIdOf(place.params);
  const sample: Signed[] = [];
  for (const bytes of blocks.toReversed()) {
    for (const transaction of decodeBlock(bytes, networkId)!.transactions) {
      if (transaction.type === 'payment') sample.push(signedOf(transaction, networkId));
    }
    if (sample.length >= SAMPLE_MAX) break;
  }
  return sample;
}

/** Bytes of the store's file. */
export function storeBytesOf(storeDir: string): number {
  return statSync(join(storeDir, DATA_FILE)).size;
}
