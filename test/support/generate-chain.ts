/**
 * Builds a long valid chain straight into a store: real Ed25519 signatures, real proof of work at a
 * low difficulty, judged by `Chain` like a stranger's.
 *
 * Owns: which blocks and payments. Does not own: their forms (`block-factory.ts`), rules.
 */
import { generateKeyPairSync } from 'node:crypto';
import { openChain } from '../../src/consensus/chain.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block, Payment } from '../../src/consensus/types.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';
import type { Signer, Store } from '../../src/ports.ts';
import { addressOfSigner, BlockFactory } from './block-factory.ts';
import { signerOf } from './real-signers.ts';

const SIGNERS = 50;
/** Between two blocks. */
const SPACING_MS = 1_000;

/**
 * Puts `count` blocks into an empty store; each but the first has as many payments as the network's
 * block size asks for.
 */
export function generateChain(params: ChainParams, store: Store, count: number): void {
  const factory = new BlockFactory(params);
  const signatures = new Signatures(createOpensslVerifier(), factory.networkId);
  const chain = openChain(params, store, signatures);
  const signers = Array.from(
    { length: SIGNERS }, () => signerOf(generateKeyPairSync('ed25519').privateKey),
  );
  const sequences = new Map<Signer, number>();
  const beganAt = Date.now() - count * SPACING_MS;
  let parent: Block = factory.genesis;
  for (let height = 1; height <= count; height++) {
    const payments: Payment[] = [];
    // Who has mined has money, and spends little of it.
    const rich = Math.min(height - 1, SIGNERS);
    while (height > 1 && payments.length < params.blockSize - 1) {
      const from = signers[(height + payments.length) % rich]!;
      const to = addressOfSigner(signers[(7 * height + payments.length) % SIGNERS]!);
      const sequence = sequences.get(from) ?? 0;
      sequences.set(from, sequence + 1);
      payments.push(factory.pay({ from, to, amount: 10n, sequence, time: beganAt }));
    }
    const miner = signers[(height - 1) % SIGNERS]!;
    const header = { time: beganAt + height * SPACING_MS };
    const block = factory.block(parent, { payments, to: addressOfSigner(miner), header });
    const result = chain.addBlock(block, Date.now());
    if (result.kind !== 'connected') throw new Error(`block ${height}: ${JSON.stringify(result)}`);
    parent = block;
  }
}
