/**
 * Makes payments and blocks for tests: valid ones by default, and wrong ones on request.
 *
 * Owns: mining with the reference search on a network that is easy enough. Does not own: rules;
 * what comes out is judged by `Chain`.
 */
import { searchReference } from '../../src/crypto/sha256-search.ts';
import {
  addressOf, encodeHeader, HEADER_VERSION, makeBlock, makePayment, makeReward, signingBytes,
} from '../../src/consensus/encoding.ts';
import { merkleRootOf } from '../../src/consensus/merkle.ts';
import { DIFFICULTY_BIT, genesisBlock } from '../../src/consensus/params.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import { targetOf } from '../../src/consensus/pow.ts';
import type {
  Address, Amount, Block, BlockHeader, BlockId, NetworkId, Payment, Reward, Transaction,
} from '../../src/consensus/types.ts';
import { bigintToBytes } from '../../src/lib/bytes.ts';
import type { Signer } from '../../src/ports.ts';

/** Sixteen hashes a block, one transaction is enough, and 1,000 units for each. */
export const EASY_PARAMS: ChainParams = {
  network: 'test',
  difficulty: 4 * DIFFICULTY_BIT,
  blockSize: 1,
  blockReward: 1_000n,
  blockWaitSeconds: 60,
  blockBytesMax: 1_000_000,
};

/** A clock that is later than all blocks that the factory stamps by itself. */
export const NOW = 1_700_000_000_000;

/** Between a block and its parent, when nothing else is asked for. */
export const BLOCK_SPACING_MS = 1_000;

const NONCES_MAX = 1 << 20;

/** What a block is built on. */
export interface Parent {
  readonly id: BlockId;
  readonly header: BlockHeader;
}

/** What may differ from the plain next block. */
export interface BlockParts {
  readonly payments?: readonly Payment[];
  /** Who gets the reward; nobody's address by default. */
  readonly to?: Address;
  /** Instead of the payments and their reward. */
  readonly transactions?: readonly Transaction[];
  /** Instead of the right fields, before the nonce is searched. */
  readonly header?: Partial<BlockHeader>;
  /** Takes the first nonce that does not meet the difficulty. */
  readonly isUnproved?: boolean;
}

export interface PaymentParts {
  readonly from: Signer;
  readonly to: Address;
  readonly amount: Amount;
  readonly fee?: Amount;
  readonly sequence: number;
  readonly time?: number;
}

/** Nobody has the key of this address. */
export const NOBODY = 'ee'.repeat(32) as Address;

/** The 32 bytes that a search gets for a difficulty. */
export function targetBytesOf(difficulty: number): Uint8Array {
  const target = targetOf(difficulty);
  return bigintToBytes(target === 1n << 256n ? target - 1n : target, 32);
}

/** The header with the least nonce that meets its difficulty, or that does not. */
export function mineHeader(header: BlockHeader, isUnproved = false): BlockHeader {
  const bytes = encodeHeader(header);
  const target = targetBytesOf(header.difficulty);
  for (let nonce = 0n; isUnproved; nonce++) {
    if (searchReference(bytes, target, nonce, 1) === undefined) return { ...header, nonce };
  }
  const nonce = searchReference(bytes, target, 0n, NONCES_MAX);
  if (nonce === undefined) throw new Error('the difficulty is too high for a test');
  return { ...header, nonce };
}

export class BlockFactory {
  readonly params: ChainParams;
  readonly genesis: Block;
  readonly networkId: NetworkId;

  constructor(params: ChainParams = EASY_PARAMS) {
    this.params = params;
    this.genesis = genesisBlock(params);
    this.networkId = this.genesis.id;
  }

  pay({ from, to, amount, sequence, fee = 0n, time = NOW }: PaymentParts): Payment {
    const terms = { key: from.key, to, amount, fee, sequence, time };
    return makePayment(terms, from.sign(signingBytes(terms, this.networkId)), this.networkId);
  }

  /** The payment with one bit of its signature flipped: the same id, another digest. */
  forge(payment: Payment): Payment {
    const signature = payment.signature.slice();
    signature[8]! ^= 1;
    return makePayment(payment, signature, this.networkId);
  }

  reward(height: number, to: Address, amount: Amount = this.params.blockReward): Reward {
    return makeReward({ height, to, amount }, this.networkId);
  }

  /** A mined block on top of the parent. */
  block(parent: Parent, parts: BlockParts = {}): Block {
    const { payments = [], to = NOBODY } = parts;
    const height = parent.header.height + 1;
    let fees = 0n;
    for (const { fee } of payments) fees += fee;
    const transactions = parts.transactions
      ?? [...payments, this.reward(height, to, BigInt.asUintN(64, this.params.blockReward + fees))];
    const header: BlockHeader = {
      version: HEADER_VERSION,
      height,
      previousId: parent.id,
      merkleRoot: transactions.length === 0 ? '00'.repeat(32) : merkleRootOf(transactions),
      time: parent.header.time + BLOCK_SPACING_MS,
      difficulty: this.params.difficulty,
      tag: '',
      nonce: 0n,
      ...parts.header,
    };
    return makeBlock(mineHeader(header, parts.isUnproved), transactions);
  }

  /** `count` blocks in a row, oldest first. */
  line(parent: Parent, count: number, parts: BlockParts = {}): Block[] {
    const blocks: Block[] = [];
    let last = parent;
    while (blocks.length < count) {
      const block = this.block(last, parts);
      blocks.push(block);
      last = block;
    }
    return blocks;
  }
}

/** Where the signer's money is. */
export function addressOfSigner(signer: Signer): Address {
  return addressOf(signer.key);
}
