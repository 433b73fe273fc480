/**
 * Makes a long valid chain: real proof of work at a low difficulty, real signatures,
 * every block judged by `Chain`.
 *
 * Owns: the chain of a few numbers. Does not own: which payments (`chain-plan.ts`), folders
 * (`places.ts`).
 */
import { BLOCK_BYTES_LIMIT, DEFAULT_PARAMS, DIFFICULTY_BIT } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { Address, Block } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import { blocksOf, ChainPlan } from './chain-plan.ts';
import { KEYS_MAX, makeKeys, publicBytesOf } from './keys.ts';
import type { KeyKind } from './keys.ts';
import { connectAll, encoded } from './pipeline.ts';
import { openChainOn } from './product.ts';
import { signHere, signInThreads } from './signing.ts';
import type { Signing } from './signing.ts';

/** What a chain shall be like. */
export interface ChainSpec {
  /** Above genesis. */
  readonly blocks: number;
  /** In each block but the first; 0 for blocks with nothing but a reward. */
  readonly paymentsPerBlock: number;
  /** Addresses that are paid. */
  readonly accounts: number;
  /** How many of them pay; as many as can when not given, none where there are no payments. */
  readonly payers?: number;
  readonly key: KeyKind;
  readonly seed: number;
  /** Gets every hundredth reward. */
  readonly rewardTo?: Address;
  /** Instead of `paramsFor(paymentsPerBlock)`. */
  readonly params?: ChainParams;
}

/** An RSA-4096 payment; header, count and reward (`consensus/params.ts`). */
const PAYMENT_BYTES_MAX = 1_108;
const BLOCK_BYTES_FIXED = 169;
/** Payments that a block can have room for, of any kind. */
export const PAYMENTS_MAX = Math.floor((BLOCK_BYTES_LIMIT - BLOCK_BYTES_FIXED) / PAYMENT_BYTES_MAX);

/** Parameters under which such blocks are valid, and found with two hashes. */
export function paramsFor(paymentsPerBlock: number): ChainParams {
  const bytes = BLOCK_BYTES_FIXED + paymentsPerBlock * PAYMENT_BYTES_MAX;
  return {
    ...DEFAULT_PARAMS,
    network: 'bench',
    difficulty: DIFFICULTY_BIT,
    blockSize: paymentsPerBlock + 1,
    blockBytesMax: Math.max(DEFAULT_PARAMS.blockBytesMax, bytes),
  };
}

/** A chain that can be made longer. */
export interface GrowingChain {
  readonly params: ChainParams;
  readonly plan: ChainPlan;
  readonly signing: Signing;
}

/** The plan of a chain, and its signers; `close` the signing afterwards. */
export function planOf(spec: ChainSpec): GrowingChain {
  const params = spec.params ?? paramsFor(spec.paymentsPerBlock);
  const usual = spec.paymentsPerBlock === 0 ? 0 : Math.min(spec.accounts, KEYS_MAX);
  const keys = makeKeys(spec.key, spec.payers ?? usual);
  const plan = new ChainPlan({
    params, payers: keys.map(publicBytesOf), accountCount: spec.accounts, seed: spec.seed,
    rewardTo: spec.rewardTo,
  });
  // Ed25519 signs so fast that a thread would only cost.
  const signing = spec.key === 'rsa2048' && spec.paymentsPerBlock > 0
    ? signInThreads(keys) : signHere(keys);
  return { params, plan, signing };
}

/** Puts the chain of the spec into an empty store, which stays open; gives its parameters. */
export async function generateChain(
  spec: ChainSpec, store: Store, onBlock?: (block: Block) => void,
): Promise<ChainParams> {
  const { params, plan, signing } = planOf(spec);
  const opened = openChainOn(store, params);
  try {
    const { blocks: count, paymentsPerBlock: payments } = spec;
    await connectAll(opened, encoded(blocksOf(plan, signing, { count, payments })), onBlock);
    opened.chain.settle();
    return params;
  } finally {
    await Promise.all([signing.close(), opened.close()]);
  }
}
