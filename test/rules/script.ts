/**
 * What a row of the rule table is: encoded blocks in the order in which a node gets them, and what
 * must be true after each. Rows are data, so that they can be fed to a `Chain`, or to a process
 * over TCP.
 */
import { encodeBlock } from '../../src/consensus/encoding.ts';
import type { ChainParams } from '../../src/consensus/params.ts';
import type { RejectionCode } from '../../src/consensus/rejection.ts';
import type { Address, Amount, Block, BlockId, Payment } from '../../src/consensus/types.ts';
import type { Signer } from '../../src/ports.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS, NOW } from '../support/block-factory.ts';
import type { BlockParts, Parent } from '../support/block-factory.ts';

/** What becomes of a block; a code is a rejection's, and `malformed` bytes are no block at all. */
export type Outcome = 'connected' | 'sideBranch' | 'known' | 'orphan' | RejectionCode;

export interface RuleStep {
  readonly bytes: Uint8Array;
  /** The node's clock. */
  readonly now: number;
  readonly outcome: Outcome;
  /** The tip afterwards. */
  readonly tip: BlockId;
  /** What these addresses have afterwards. */
  readonly balances: readonly (readonly [Address, Amount])[];
  /** The node is stopped and started before this step. */
  readonly isAfterRestart: boolean;
}

export interface RuleRow {
  readonly name: string;
  /** The row of the threats table that it tests. */
  readonly threat: number;
  readonly params: ChainParams;
  readonly steps: readonly RuleStep[];
}

/** The signers that rows use, so that the same rows can run with toy and with real signatures. */
export interface Cast {
  readonly alice: Signer;
  readonly bob: Signer;
  readonly carol: Signer;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Writes a row: each call feeds a block and says what must become of it. */
export class Script {
  readonly factory: BlockFactory;
  readonly alice: Signer;
  readonly bob: Signer;
  readonly carol: Signer;
  readonly steps: Mutable<RuleStep>[] = [];
  #tip: Parent;
  #isAfterRestart = false;

  constructor(cast: Cast, params: ChainParams) {
    this.factory = new BlockFactory(params);
    ({ alice: this.alice, bob: this.bob, carol: this.carol } = cast);
    this.#tip = this.factory.genesis;
  }

  /** The main chain's last block, as the row has it so far. */
  get tip(): Parent {
    return this.#tip;
  }

  /** A payment of Alice's, of one unit to Bob unless said otherwise. */
  pay(
    sequence: number,
    parts: { amount?: Amount; fee?: Amount; to?: Signer; from?: Signer } = {},
  ): Payment {
    const { amount = 1n, fee = 0n, to = this.bob, from = this.alice } = parts;
    return this.factory.pay({ from, to: addressOfSigner(to), amount, fee, sequence });
  }

  /** A block on the tip, which is not fed. */
  next(parts: BlockParts = {}): Block {
    return this.factory.block(this.#tip, parts);
  }

  /** A block whose transactions are the payments and a reward of this amount. */
  nextPaying(amount: Amount, payments: readonly Payment[] = []): Block {
    const height = this.#tip.header.height + 1;
    const reward = this.factory.reward(height, addressOfSigner(this.carol), amount);
    return this.next({ transactions: [...payments, reward] });
  }

  /** Mines and feeds good blocks on the tip whose reward is the signer's. */
  fund(to: Signer, count = 1): Block[] {
    const blocks = this.factory.line(this.#tip, count, { to: addressOfSigner(to) });
    for (const block of blocks) this.connects(block);
    return blocks;
  }

  connects(block: Block, now = NOW): this {
    this.#tip = block;
    return this.#feed(encodeBlock(block), 'connected', now);
  }

  /** The block does not become the tip. */
  is(outcome: Exclude<Outcome, 'connected'>, block: Block, now = NOW): this {
    return this.#feed(encodeBlock(block), outcome, now);
  }

  /** The bytes are no block. */
  isNoBlock(bytes: Uint8Array): this {
    return this.#feed(bytes, 'malformed', NOW);
  }

  has(owner: Signer, amount: Amount): this {
    const last = this.steps.at(-1)!;
    last.balances = [...last.balances, [addressOfSigner(owner), amount]];
    return this;
  }

  restart(): this {
    this.#isAfterRestart = true;
    return this;
  }

  #feed(bytes: Uint8Array, outcome: Outcome, now: number): this {
    const isAfterRestart = this.#isAfterRestart;
    this.#isAfterRestart = false;
    this.steps.push({ bytes, now, outcome, tip: this.#tip.id, balances: [], isAfterRestart });
    return this;
  }
}

/** A row that has not met its cast yet. */
export interface RowDraft {
  readonly name: string;
  readonly threat: number;
  readonly params?: Partial<ChainParams>;
  readonly write: (script: Script) => void;
}

/** The row with all its blocks mined. */
export function writeRow(draft: RowDraft, cast: Cast): RuleRow {
  const { name, threat, write } = draft;
  const params = { ...EASY_PARAMS, ...draft.params };
  const script = new Script(cast, params);
  write(script);
  return { name, threat, params, steps: script.steps };
}
