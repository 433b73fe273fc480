/**
 * Which blocks a made-up chain has: a seed decides who pays whom, and everybody can afford it.
 *
 * Owns: payments, rewards, times and nonces. Does not own: signatures (`signing.ts`), the keys, the
 * rules: what comes out is judged by `Chain` like a stranger's block.
 */
import {
  addressOf, encodeHeader, HEADER_VERSION, makeBlock, makePayment, makeReward, signingBytes,
} from '../consensus/encoding.ts';
import { merkleRootOf } from '../consensus/merkle.ts';
import { genesisBlock } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { targetOf } from '../consensus/pow.ts';
import type { Address, Block, BlockHeader, NetworkId, PaymentTerms } from '../consensus/types.ts';
import { searchReference } from '../crypto/sha256-search.ts';
import { sha256 } from '../crypto/sha256.ts';
import { assert } from '../lib/assert.ts';
import { bigintToBytes, bytesToHex } from '../lib/bytes.ts';
import { ByteWriter } from '../lib/codec.ts';
import { Chance } from '../sim/random.ts';
import type { Signing, SigningJob } from './signing.ts';

export interface PlanParts {
  readonly params: ChainParams;
  /** Public keys of those who pay, with their algorithm bytes. */
  readonly payers: readonly Uint8Array[];
  /** Addresses that are paid, the payers first; at least as many as payers. */
  readonly accountCount: number;
  readonly seed: number;
  /** Gets every hundredth reward, instead of the next account. */
  readonly rewardTo?: Address | undefined;
}

/** When the first block is found, and the time to the next. */
const FIRST_TIME_MS = 1_700_000_000_000;
const SPACING_MS = 1_000;
const OWN_REWARD_EVERY = 100;
/** What a payment moves, in units. */
const AMOUNT = 1n;
/** Difficulty is low here: who needs more nonces than this asks for too much. */
const NONCES_MAX = 1 << 26;

/** Who gets rewards, in turn: all accounts, or those who pay. */
export type Rewards = 'accounts' | 'payers';

/** A block that lacks its signatures, and its place in the chain. */
export interface Draft {
  readonly height: number;
  readonly terms: readonly PaymentTerms[];
  readonly jobs: readonly SigningJob[];
  readonly rewardTo: Address;
}

export class ChainPlan {
  readonly networkId: NetworkId;
  readonly #parts: PlanParts;
  readonly #chance: Chance;
  readonly #payers: readonly Address[];
  #sequences: number[];
  #balances: bigint[];
  readonly #target: Uint8Array;
  /** What a payer without money gets from one that has some. */
  readonly #grant: bigint;
  /** The first so many payers have had money. */
  #richCount = 0;
  #turn = 0;
  #draftHeight = 0;
  #parent: Block;

  constructor(parts: PlanParts) {
    assert(parts.accountCount >= parts.payers.length);
    const genesis = genesisBlock(parts.params);
    this.networkId = genesis.id;
    this.#parts = parts;
    this.#chance = new Chance(parts.seed, 'chain');
    this.#target = targetBytesOf(parts.params.difficulty);
    this.#grant = parts.params.blockReward / BigInt(Math.max(1, 2 * parts.payers.length));
    this.#payers = parts.payers.map(addressOf);
    this.#sequences = parts.payers.map(() => 0);
    this.#balances = parts.payers.map(() => 0n);
    this.#parent = genesis;
  }

  /** The same plan with another future. No draft of this one may be unfinished. */
  branch(seed: number): ChainPlan {
    assert(this.#draftHeight === this.#parent.header.height);
    const other = new ChainPlan({ ...this.#parts, seed });
    other.#sequences = this.#sequences.slice();
    other.#balances = this.#balances.slice();
    other.#richCount = this.#richCount;
    other.#turn = this.#turn;
    other.#draftHeight = this.#draftHeight;
    other.#parent = this.#parent;
    return other;
  }

  /** The address of an account by its number. */
  addressAt(index: number): Address {
    const own = this.#payers[index];
    if (own !== undefined) return own;
    const name = new ByteWriter(16).u64(this.#parts.seed).u64(index).finish();
    return bytesToHex(sha256(name)) as Address;
  }

  /**
   * The next block with so many payments; the first has none, for nobody has money. Its reward goes
   * to the next account, or to the next of those who pay.
   */
  draft(paymentCount: number, rewards: Rewards = 'accounts'): Draft {
    const height = ++this.#draftHeight;
    const terms: PaymentTerms[] = [];
    const jobs: SigningJob[] = [];
    while (height > 1 && terms.length < paymentCount) {
      const signer = this.#nextPayer();
      const made = this.#payment(signer, height);
      terms.push(made);
      jobs.push({ signer, message: signingBytes(made, this.networkId) });
    }
    return { height, terms, jobs, rewardTo: this.#rewardTo(height, rewards) };
  }

  /** The block of the draft; drafts are finished in order. */
  finish(draft: Draft, signatures: readonly Uint8Array[]): Block {
    const { height, terms, rewardTo } = draft;
    const { params } = this.#parts;
    assert(height === this.#parent.header.height + 1);
    const payments = terms.map((one, index) =>
      makePayment(one, signatures[index]!, this.networkId));
    const reward = makeReward({ height, to: rewardTo, amount: params.blockReward }, this.networkId);
    const transactions = [...payments, reward];
    const header = this.#mine({
      version: HEADER_VERSION,
      height,
      previousId: this.#parent.id,
      merkleRoot: merkleRootOf(transactions),
      time: FIRST_TIME_MS + height * SPACING_MS,
      difficulty: params.difficulty,
      tag: 'bench',
      nonce: 0n,
    });
    this.#parent = makeBlock(header, transactions);
    return this.#parent;
  }

  /** In turn, those who can pay. */
  #nextPayer(): number {
    for (let tries = 0; tries < this.#richCount; tries++) {
      const signer = this.#turn++ % this.#richCount;
      if (this.#balances[signer]! > AMOUNT) return signer;
    }
    throw new Error('nobody has money: the block reward is too small for so many payments');
  }

  #payment(signer: number, height: number): PaymentTerms {
    const isGrant = this.#richCount < this.#payers.length && this.#balances[signer]! > this.#grant;
    const to = isGrant ? this.#richCount++ : this.#chance.u32() % this.#parts.accountCount;
    const amount = isGrant ? this.#grant : AMOUNT;
    const sequence = this.#sequences[signer]!;
    this.#sequences[signer] = sequence + 1;
    this.#balances[signer]! -= amount;
    if (to < this.#payers.length) this.#balances[to]! += amount;
    const key = this.#parts.payers[signer]!;
    const time = FIRST_TIME_MS + height * SPACING_MS;
    return { key, to: this.addressAt(to), amount, fee: 0n, sequence, time };
  }

  #rewardTo(height: number, rewards: Rewards): Address {
    const { rewardTo, accountCount, params } = this.#parts;
    if (rewardTo !== undefined && height % OWN_REWARD_EVERY === 0) return rewardTo;
    const to = (height - 1) % (rewards === 'accounts' ? accountCount : this.#payers.length);
    if (to < this.#payers.length) this.#balances[to]! += params.blockReward;
    if (to === this.#richCount && to < this.#payers.length) this.#richCount++;
    return this.addressAt(to);
  }

  #mine(header: BlockHeader): BlockHeader {
    const nonce = searchReference(encodeHeader(header), this.#target, 0n, NONCES_MAX);
    if (nonce === undefined) throw new Error('the difficulty is too high to make a chain');
    return { ...header, nonce };
  }
}

/** Drafts that wait for signatures while blocks before them are used, and payments in them. */
const DRAFTS_AHEAD = 64;
const PAYMENTS_AHEAD = 4_096;

/** What the next blocks shall be like. */
export interface BlocksWanted {
  readonly count: number;
  /** In each, but none in the first of the chain. */
  readonly payments: number;
  /** All accounts when not given. */
  readonly rewards?: Rewards;
}

/** The next blocks of the plan, in order. */
export async function* blocksOf(
  plan: ChainPlan, signing: Signing, wanted: BlocksWanted,
): AsyncGenerator<Block> {
  const { count, payments, rewards } = wanted;
  const ahead: { draft: Draft; signatures: Promise<readonly Uint8Array[]> }[] = [];
  const most = Math.max(1, Math.min(DRAFTS_AHEAD, PAYMENTS_AHEAD / Math.max(1, payments)));
  for (let drafted = 0, made = 0; made < count; made++) {
    for (; drafted < count && ahead.length < most; drafted++) {
      const draft = plan.draft(payments, rewards);
      const signatures = draft.jobs.length === 0 ? NO_SIGNATURES : signing.sign(draft.jobs);
      ahead.push({ draft, signatures });
    }
    const { draft, signatures } = ahead.shift()!;
    yield plan.finish(draft, draft.jobs.length === 0 ? [] : await signatures);
  }
}

const NO_SIGNATURES: Promise<readonly Uint8Array[]> = Promise.resolve([]);

/** The 32 bytes that a search gets for a difficulty. */
function targetBytesOf(difficulty: number): Uint8Array {
  const target = targetOf(difficulty);
  return bigintToBytes(target === 1n << 256n ? target - 1n : target, 32);
}
