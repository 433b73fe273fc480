/**
 * Checks the signatures of the blocks that an audit comes to next, on all cores.
 *
 * Owns: how far ahead.
 * Does not own: the audit, which finds the verdicts known, or asks for those that are not.
 */
import type { Chain } from '../consensus/chain.ts';
import type { Signatures } from '../consensus/signatures.ts';
import type { Payment } from '../consensus/types.ts';

/** (policy) Payments that are given to the threads at once; as many are being replayed then. */
const PAYMENTS_AHEAD = 4_096;

export class SignaturesAhead {
  readonly #chain: Chain;
  readonly #signatures: Signatures;
  /** The first height that was not given to the threads. */
  #next = 0;
  /** Below this height all are checked. */
  #reached = 0;
  #running: Promise<number> | undefined;

  constructor(chain: Chain, signatures: Signatures) {
    this.#chain = chain;
    this.#signatures = signatures;
  }

  /** Resolves when the signatures at this height are checked, as far as there are any. */
  async reach(height: number): Promise<void> {
    while (height >= this.#reached) {
      this.#reached = await (this.#running ?? this.#checkNext());
      // While the caller replays these blocks.
      this.#running = this.#checkNext();
    }
  }

  /** The height up to which the next ones are then checked. */
  #checkNext(): Promise<number> {
    const payments: Payment[] = [];
    while (payments.length < PAYMENTS_AHEAD) {
      const found = this.#paymentsAt(this.#next);
      if (found === undefined) break;
      payments.push(...found);
      this.#next++;
    }
    const reached = payments.length === 0 ? Number.POSITIVE_INFINITY : this.#next;
    return new Promise((resolve) => {
      this.#signatures.prefetch(payments, () => resolve(reached));
    });
  }

  /** Undefined at the end of the chain, and at a damaged block, which is the audit's to report. */
  #paymentsAt(height: number): Payment[] | undefined {
    try {
      const node = this.#chain.headerAt(height);
      const block = node && this.#chain.block(node.id);
      return block?.transactions.filter((transaction) => transaction.type === 'payment');
    } catch {
      return undefined;
    }
  }
}
