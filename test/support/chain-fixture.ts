/**
 * A chain in memory that tests grow by hand: each block costs nothing and goes where it is told.
 *
 * Owns: setting the scene. Does not own: any rule; every block goes through the real `Chain`.
 */
import {
  addressOf, makeBlock, makePayment, makeReward, signingBytes,
} from '../../src/consensus/encoding.ts';
import { openChain } from '../../src/consensus/chain.ts';
import type { AddBlockResult, Chain } from '../../src/consensus/chain.ts';
import { merkleRootOf } from '../../src/consensus/merkle.ts';
import { DEFAULT_PARAMS, networkIdOf } from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { HeaderNode } from '../../src/consensus/records.ts';
import type { Address, Amount, Block, Payment } from '../../src/consensus/types.ts';
import type { Signer, Store } from '../../src/ports.ts';
import { MemoryStore } from './memory-store.ts';
import { toySigner, ToyVerifier } from './toy-signatures.ts';

/** The signer of this name with its address. */
export function testSigner(name: string): Signer & { readonly address: Address } {
  const signer = toySigner(name);
  return { ...signer, address: addressOf(signer.key) };
}

/** Free blocks of any size. */
export const TEST_PARAMS: ChainParams = {
  ...DEFAULT_PARAMS, network: 'test', difficulty: 0, blockSize: 1,
};

/** When the first block is found; each next one a second later. */
export const START_TIME = 1_700_000_000_000;

/** A chain on a store of its own, with its signatures. */
export function testChain(params: ChainParams = TEST_PARAMS, store: Store = new MemoryStore()): {
  chain: Chain; store: Store; signatures: Signatures;
} {
  const signatures = new Signatures(new ToyVerifier(), networkIdOf(params));
  return { chain: openChain(params, store, signatures), store, signatures };
}

/** A payment with these terms, signed, whether or not it makes sense. */
export function testPayment(
  chain: Chain,
  payer: Signer,
  terms: { to: Address; amount: Amount; sequence: number; fee?: Amount; time?: number },
): Payment {
  const full = { fee: 0n, time: START_TIME, ...terms, key: payer.key };
  return makePayment(full, payer.sign(signingBytes(full, chain.networkId)), chain.networkId);
}

/** A block on `parent` (the tip) with these payments that pays its reward to the address. */
export function blockOn(
  chain: Chain,
  rewardTo: Address,
  payments: readonly Payment[] = [],
  parent: HeaderNode = chain.tip,
): Block {
  const height = parent.header.height + 1;
  const amount = payments.reduce((sum, { fee }) => sum + fee, chain.params.blockReward);
  const reward = makeReward({ height, to: rewardTo, amount }, chain.networkId);
  const transactions = [...payments, reward];
  const { difficulty } = chain.params;
  return makeBlock({
    version: 1, height, previousId: parent.id, merkleRoot: merkleRootOf(transactions),
    time: START_TIME + 1000 * height, difficulty, tag: 'test', nonce: 0n,
  }, transactions);
}

/** Adds a block to the tip, or to `parent`. */
export function mine(
  chain: Chain,
  rewardTo: Address,
  payments: readonly Payment[] = [],
  parent: HeaderNode = chain.tip,
): AddBlockResult {
  const block = blockOn(chain, rewardTo, payments, parent);
  return chain.addBlock(block, block.header.time);
}
