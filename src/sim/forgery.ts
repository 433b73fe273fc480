/**
 * Branches that liars offer: really mined, heavier than the chain they leave, and wrong somewhere.
 *
 * Owns: making blocks whose proof of work is good and whose content breaks one named rule, and
 * bodies that are not their header's. Does not own: how they are offered (`liar.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import { medianTime } from '../consensus/checks.ts';
import {
  addressOf, encodeHeader, HEADER_VERSION, makeBlock, makePayment, makeReward, signingBytes,
} from '../consensus/encoding.ts';
import { merkleRootOf } from '../consensus/merkle.ts';
import { genesisBlock } from '../consensus/params.ts';
import { targetOf } from '../consensus/pow.ts';
import type {
  Address, Block, BlockHeader, Payment, PaymentTerms, Transaction,
} from '../consensus/types.ts';
import { searchReference } from '../crypto/sha256-search.ts';
import { assert } from '../lib/assert.ts';
import { bigintToBytes } from '../lib/bytes.ts';
import type { Signer, UnixMs } from '../ports.ts';
import { Ledger } from './ledger.ts';
import type { Chance } from './random.ts';

/** What is wrong with one block of a branch. */
export const FLAWS = [
  'overspend', 'unsigned', 'sequence-skipped', 'replay', 'reward-too-high', 'two-rewards',
  'no-reward', 'wrong-root', 'wrong-height', 'wrong-difficulty', 'no-work', 'time-too-old',
  'spent-twice', 'wrong-version', 'reward-of-another-height',
] as const;
/** `none` makes a good branch: a deep but honest fork. */
export type Flaw = (typeof FLAWS)[number] | 'none';

/** A branch with the main chain below it, as its liar would tell it. */
export interface Branch {
  readonly flaw: Flaw;
  /** Headers from height 1 on. */
  readonly headers: readonly BlockHeader[];
  /** The blocks after the fork, oldest first. */
  readonly blocks: readonly Block[];
}

export interface ForgeryParts {
  readonly chain: Chain;
  readonly chance: Chance;
  readonly signer: Signer;
  /**
   * Where the rewards go of a branch that others will take: not to the liar, or nobody else can
   * pay.
   */
  readonly beneficiary: Address;
  readonly now: UnixMs;
  readonly flaw: Flaw;
  /** How far below the tip it leaves the chain, and how far it goes above it; in blocks. */
  readonly depth: number;
  readonly lead: number;
  /** Which of its blocks has the flaw, 0 for the first; drawn when it is not given. */
  readonly flawAt?: number;
}

const SPACING_MS = 1_000;
const NONCES_MAX = 1 << 20;

/**
 * Mines the branch; undefined when the chain is too short, or its time too near for that many
 * blocks.
 */
export function forgeBranch(parts: ForgeryParts): Branch | undefined {
  const { chain, chance, depth, lead } = parts;
  const forkHeight = chain.tip.header.height - depth;
  if (forkHeight < 0) return undefined;
  const forger = new Forger(parts, forkHeight);
  const drawn = chance.between(0, depth + lead - 1);
  const flawAt = parts.flawAt ?? drawn;
  for (let index = 0; index < depth + lead; index++) {
    if (!forger.extend(index === flawAt)) return undefined;
  }
  const { headers, blocks } = forger;
  return { flaw: parts.flaw, headers, blocks };
}

/** A body that is not the header's, from one that is. */
export function mutateBody(block: Block, chance: Chance, networkId: Chain['networkId']): Block {
  const [first, ...others] = block.transactions;
  const reward = block.transactions.at(-1);
  assert(reward?.type === 'reward');
  const richer = makeReward({ ...reward, amount: reward.amount + 1n }, networkId);
  const bodies: readonly (readonly Transaction[])[] = [
    others, [...block.transactions, reward], [...block.transactions.slice(0, -1), richer],
    first?.type === 'payment' ? [withJunkSignature(first, networkId), ...others] : [],
  ];
  return { ...block, transactions: chance.pick(bodies) };
}

/** The same payment, and the same id, with a signature that nobody made. */
export function withJunkSignature(payment: Payment, networkId: Chain['networkId']): Payment {
  const signature = payment.signature.slice();
  signature[5]! ^= 0x40;
  return makePayment(payment, signature, networkId);
}

class Forger {
  readonly headers: BlockHeader[] = [];
  readonly blocks: Block[] = [];
  readonly #parts: ForgeryParts;
  readonly #ledger: Ledger;
  readonly #address: Address;
  #parent: Block;
  #lastPayment: Payment | undefined;
  /** Of everybody who has paid so far. */
  readonly #keys = new Map<Address, Uint8Array>();

  constructor(parts: ForgeryParts, forkHeight: number) {
    const { chain, signer } = parts;
    this.#parts = parts;
    this.#ledger = new Ledger(chain.params, chain.networkId, true);
    this.#address = addressOf(signer.key);
    this.#parent = genesisBlock(chain.params);
    for (let height = 1; height <= forkHeight; height++) {
      const block = chain.block(chain.headerAt(height)!.id)!;
      this.headers.push(block.header);
      this.#learn(block);
    }
  }

  /** Mines the next block, with the flaw or without; false when there is no time left for one. */
  extend(isFlawed: boolean): boolean {
    const { now, chain } = this.#parts;
    const times = [0, ...this.headers.map((header) => header.time)].slice(-11);
    const spacingMs = Math.max(SPACING_MS, chain.params.blockWaitSeconds * 1_000);
    const time = Math.max(this.#parent.header.time + spacingMs, medianTime(times) + 1);
    if (time > now + 60_000) return false;
    const flaw = isFlawed ? this.#parts.flaw : 'none';
    const payments = this.#payments(flaw);
    if (payments === undefined) return false;
    const transactions = this.#transactions(flaw, payments);
    const header: BlockHeader = {
      version: HEADER_VERSION + (flaw === 'wrong-version' ? 1 : 0),
      height: this.#height + (flaw === 'wrong-height' ? 1 : 0),
      previousId: this.#parent.id,
      merkleRoot: flaw === 'wrong-root' ? '5a'.repeat(32) : merkleRootOf(transactions),
      time: flaw === 'time-too-old' ? medianTime(times) : time,
      difficulty: chain.params.difficulty - (flaw === 'wrong-difficulty' ? 65_536 : 0),
      tag: 'liar',
      nonce: 0n,
    };
    const block = makeBlock(mineHeader(header, flaw === 'no-work'), transactions);
    this.headers.push(block.header);
    this.blocks.push(block);
    this.#learn(block);
    return true;
  }

  get #rewardTo(): Address {
    return this.#parts.flaw === 'none' ? this.#parts.beneficiary : this.#address;
  }

  get #height(): number {
    return this.#parent.header.height + 1;
  }

  /** Keeps accounts as far as the blocks are right; after a flaw the rest is only for show. */
  #learn(block: Block): void {
    this.#ledger.apply(block);
    this.#parent = block;
    for (const transaction of block.transactions) {
      if (transaction.type !== 'payment') continue;
      this.#lastPayment = transaction;
      this.#keys.set(transaction.from, transaction.key);
    }
  }

  #transactions(flaw: Flaw, payments: readonly Payment[]): Transaction[] {
    const { chain, chance } = this.#parts;
    const fees = payments.reduce((sum, { fee }) => sum + fee, 0n);
    const extra = flaw === 'reward-too-high' ? BigInt(chance.between(1, 1_000)) : 0n;
    const amount = chain.params.blockReward + fees + extra;
    const height = this.#height - (flaw === 'reward-of-another-height' ? 1 : 0);
    const reward = makeReward({ height, to: this.#rewardTo, amount }, chain.networkId);
    if (flaw === 'no-reward') return [...payments];
    return flaw === 'two-rewards' ? [...payments, reward, reward] : [...payments, reward];
  }

  /**
   * One payment of the liar to itself more than a block needs, and the flawed one; undefined when
   * the flaw needs money or payments that are not there.
   */
  #payments(flaw: Flaw): Payment[] | undefined {
    const { blockSize } = this.#parts.chain.params;
    const { balance, sequence } = this.#ledger.account(this.#address);
    const payments: Payment[] = [];
    while (this.#height > 1 && payments.length < blockSize && balance > 0n) {
      payments.push(this.#sign({ amount: 1n, fee: 0n, sequence: sequence + payments.length }));
    }
    const next = sequence + payments.length;
    switch (flaw) {
      case 'overspend': {
        const amount = balance + BigInt(this.#parts.chance.between(1, 1_000));
        const { beneficiary } = this.#parts;
        return [...payments, this.#sign({ amount, fee: 0n, sequence: next }, beneficiary)];
      }
      case 'sequence-skipped':
        if (balance === 0n) return undefined;
        return [...payments, this.#sign({ amount: 1n, fee: 0n, sequence: next + 1 })];
      case 'replay':
        return this.#lastPayment === undefined ? undefined : [...payments, this.#lastPayment];
      case 'unsigned': {
        const theft = this.#theft();
        return theft === undefined ? undefined : [...payments, theft];
      }
      case 'spent-twice':
        return payments.length === 0 ? undefined : [...payments, payments[0]!];
      case 'no-reward':
        return payments.length === 0 ? undefined : payments;
      default:
        return payments;
    }
  }

  /** All the money of somebody who never signed for it. */
  #theft(): Payment | undefined {
    const victims = [...this.#keys].filter(([address]) =>
      address !== this.#address && this.#ledger.account(address).balance > 0n,
    );
    if (victims.length === 0) return undefined;
    const [from, key] = this.#parts.chance.pick(victims);
    const { balance, sequence } = this.#ledger.account(from);
    const { networkId } = this.#parts.chain;
    const terms = { key, to: this.#address, amount: balance, fee: 0n, sequence, time: 0 };
    const signature = this.#parts.signer.sign(signingBytes(terms, networkId));
    return makePayment(terms, signature, networkId);
  }

  #sign(
    { amount, fee, sequence }: Pick<PaymentTerms, 'amount' | 'fee' | 'sequence'>,
    to: Address = this.#address,
  ): Payment {
    const { signer, chain } = this.#parts;
    const terms = { key: signer.key, to, amount, fee, sequence, time: 0 };
    return makePayment(terms, signer.sign(signingBytes(terms, chain.networkId)), chain.networkId);
  }
}

/** The header with a nonce that proves its work; or surely does not. */
export function mineHeader(header: BlockHeader, isUnproved = false): BlockHeader {
  const bytes = encodeHeader(header);
  const target = bigintToBytes(targetOf(header.difficulty), 32);
  if (isUnproved) {
    let nonce = 0n;
    while (searchReference(bytes, target, nonce, 1) !== undefined) nonce++;
    return { ...header, nonce };
  }
  const nonce = searchReference(bytes, target, 0n, NONCES_MAX);
  assert(nonce !== undefined, 'the difficulty is too high for the simulator');
  return { ...header, nonce };
}
