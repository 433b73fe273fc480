/**
 * A second opinion: the rules of money once more, written as plainly as they can be said.
 *
 * Owns: balances and sequences after a list of blocks, found without any code that consensus judges
 * or undoes blocks with, so that the two are unlikely to be wrong in the same way. Does not own:
 * the rules (`consensus/`): where the two differ, one of them has a bug.
 */
import { signedOf } from '../consensus/encoding.ts';
import type { ChainParams } from '../consensus/params.ts';
import type { Account, Address, Block, NetworkId, Payment, Reward } from '../consensus/types.ts';
import { isSimSignature } from './signer.ts';

export class Ledger {
  readonly #params: ChainParams;
  readonly #isSigned: (payment: Payment) => boolean;
  readonly #accounts = new Map<Address, Account>();
  #height = 0;

  /** `isTrusting` takes signatures for good, for blocks that were checked before. */
  constructor(params: ChainParams, networkId: NetworkId, isTrusting = false) {
    this.#params = params;
    this.#isSigned = (payment) => isTrusting || isSimSignature(signedOf(payment, networkId));
  }

  account(address: Address): Account {
    return this.#accounts.get(address) ?? { balance: 0n, sequence: 0 };
  }

  /** Accounts that ever had money. */
  get accounts(): ReadonlyMap<Address, Account> {
    return this.#accounts;
  }

  /** Applies the next block; gives what is wrong with it in words, or undefined. */
  apply(block: Block): string | undefined {
    this.#height++;
    if (block.header.height !== this.#height) return `height ${block.header.height}`;
    const zeros = Math.floor(this.#params.difficulty / 65_536);
    if (BigInt(`0x${block.id}`) >> BigInt(256 - zeros) !== 0n) return 'no proof of work';
    const payments = block.transactions.slice(0, -1);
    const reward = block.transactions.at(-1);
    if (reward?.type !== 'reward') return 'the last transaction is no reward';
    let fees = 0n;
    for (const payment of payments) {
      if (payment.type !== 'payment') return 'two rewards';
      const fault = this.#pay(payment);
      if (fault !== undefined) return `payment ${payment.id}: ${fault}`;
      fees += payment.fee;
    }
    return this.#reward(reward, fees);
  }

  #pay(payment: Payment): string | undefined {
    if (!this.#isSigned(payment)) return 'is not signed by its payer';
    if (payment.amount < 1n || payment.fee < 0n) return 'has no amount';
    const { balance, sequence } = this.account(payment.from);
    if (payment.sequence !== sequence) return `has sequence ${payment.sequence}, not ${sequence}`;
    const left = balance - payment.amount - payment.fee;
    if (left < 0n) return `spends ${-left} units that are not there`;
    this.#accounts.set(payment.from, { balance: left, sequence: sequence + 1 });
    this.#credit(payment.to, payment.amount);
    return undefined;
  }

  #reward(reward: Reward, fees: bigint): string | undefined {
    const right = this.#params.blockReward + fees;
    if (reward.amount !== right) return `the reward is ${reward.amount}, not ${right}`;
    this.#credit(reward.to, reward.amount);
    return undefined;
  }

  #credit(address: Address, amount: bigint): void {
    const { balance, sequence } = this.account(address);
    this.#accounts.set(address, { balance: balance + amount, sequence });
  }
}
