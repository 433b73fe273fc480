/**
 * The long chain that starting and memory are measured on.
 *
 * Owns: its size, and that no miner makes it longer: all money that there can be is there, so a
 * miner waits. Does not own: making it (`places.ts`).
 */
import { AMOUNT_MAX } from '../consensus/types.ts';
import { paramsFor } from './generate-chain.ts';
import type { ChainSpec } from './generate-chain.ts';
import type { BenchSize } from './row.ts';

const BLOCKS = { tiny: 50, full: 1_000_000 } as const;
const ACCOUNTS = { tiny: 10, full: 1_000_000 } as const;

/** A chain of rewards, each to another account; nobody may write into its place. */
export function longChain(size: BenchSize): ChainSpec {
  const blocks = BLOCKS[size];
  const params = { ...paramsFor(0), blockReward: AMOUNT_MAX / BigInt(blocks) };
  return { blocks, paymentsPerBlock: 0, accounts: ACCOUNTS[size], key: 'ed25519', seed: 1, params };
}
