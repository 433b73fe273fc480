/**
 * The chain as one would explain it: keep every block, and for each tip add up the money from
 * genesis. Owns: the rules of accounts and of fork choice, in plain loops, to compare `Chain` with.
 * Does not own: headers and counts (its blocks are good in these respects, on a network where one
 * transaction is enough).
 */
import type { Account, Address, Block, BlockId, Payment } from '../../src/consensus/types.ts';

export type Accounts = Map<Address, Account>;

const NOTHING: Account = { balance: 0n, sequence: 0 };

export class NaiveChain {
  readonly blocks = new Map<BlockId, Block>();
  readonly #blockReward: bigint;
  readonly #isSigned: (payment: Payment) => boolean;
  tip: Block;

  constructor(genesis: Block, blockReward: bigint, isSigned: (payment: Payment) => boolean) {
    this.blocks.set(genesis.id, genesis);
    this.tip = genesis;
    this.#blockReward = blockReward;
    this.#isSigned = isSigned;
  }

  /**
   * The block's parent must be here. All blocks have the same work, so the longest chain has the
   * most.
   */
  add(block: Block): void {
    this.blocks.set(block.id, block);
    if (block.header.height <= this.tip.header.height) return;
    if (this.accountsAt(block) !== undefined) this.tip = block;
  }

  /** Everybody's account after this block, or undefined when it or a block before it is invalid. */
  accountsAt({ header, transactions }: Block): Accounts | undefined {
    if (header.height === 0) return new Map();
    const accounts = this.accountsAt(this.blocks.get(header.previousId)!);
    if (accounts === undefined) return undefined;
    if (header.height === 1 && transactions.length > 1) return undefined;
    let reward = this.#blockReward;
    for (const transaction of transactions) {
      if (transaction.type === 'payment') {
        const { from, amount, fee, sequence } = transaction;
        const payer = accounts.get(from) ?? NOTHING;
        if (payer.sequence !== sequence || payer.balance < amount + fee) return undefined;
        if (amount <= 0n || !this.#isSigned(transaction)) return undefined;
        accounts.set(from, { balance: payer.balance - amount - fee, sequence: sequence + 1 });
        reward += fee;
      } else if (transaction.amount !== reward) return undefined;
      const to = accounts.get(transaction.to) ?? NOTHING;
      accounts.set(transaction.to, { ...to, balance: to.balance + transaction.amount });
    }
    return accounts;
  }
}
