/**
 * The payments that were saved in this place, by this process or by others, as its node needs them.
 *
 * Owns: which rows are new, and how much time goes into looking. Every look reads the whole table,
 * and with tens of thousands of payments takes a second: it must not keep a node from its work.
 * Does not own: the table (`wallet/payments.ts`).
 */
import type { Chain } from '../consensus/chain.ts';
import type { Payment, TransactionId } from '../consensus/types.ts';
import type { Store } from '../ports.ts';
import { pendingOf, readPayment, savedIds } from '../wallet/payments.ts';
import { StoreWatch } from './node-place.ts';

/** (policy) After a look of some time there is no other for so many times as long. */
const REST_FACTOR = 30;

export class OwnPayments {
  readonly #store: Store;
  readonly #watch: StoreWatch;
  /** Rows that the node was given. */
  readonly #seen: Set<TransactionId>;
  readonly #freshLooks: Pace;
  readonly #pendingLooks: Pace;
  #mayHaveFresh = false;
  #pending: readonly Payment[] = [];

  /**
   * The rows that are there now are not new: a node that starts is given them by `pending`.
   * `elapsedMs` is a clock that never goes back.
   */
  constructor(store: Store, storeDir: string, elapsedMs = () => performance.now()) {
    this.#store = store;
    this.#freshLooks = new Pace(elapsedMs);
    this.#pendingLooks = new Pace(elapsedMs);
    this.#watch = new StoreWatch(storeDir);
    this.#seen = new Set(savedIds(store));
  }

  /** Rows that came since the last look; while it is too soon for another, they come later. */
  fresh(chain: Chain): Payment[] {
    this.#mayHaveFresh ||= this.#watch.mayHaveChanged();
    const fresh: Payment[] = [];
    if (!this.#mayHaveFresh) return fresh;
    this.#freshLooks.run(() => {
      this.#mayHaveFresh = false;
      for (const id of savedIds(this.#store)) {
        if (this.#seen.has(id)) continue;
        this.#seen.add(id);
        const saved = readPayment(this.#store, chain.networkId, id);
        if (saved !== undefined) fresh.push(saved.payment);
      }
    });
    return fresh;
  }

  /** Those that are not confirmed, as of now or of a moment ago. */
  pending(chain: Chain): readonly Payment[] {
    this.#pendingLooks.run(() => {
      this.#pending = pendingOf(chain, this.#store).map(({ payment }) => payment);
    });
    return this.#pending;
  }
}

/** Keeps something that may be slow to a small share of the time. */
class Pace {
  readonly #elapsedMs: () => number;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Does it, unless the last time was too lately for what it took. */
  run(act: () => void): void {
    const startedAt = this.#elapsedMs();
    if (startedAt < this.#restsUntil) return;
    act();
    const endedAt = this.#elapsedMs();
    this.#restsUntil = endedAt + REST_FACTOR * (endedAt - startedAt);
  }
}
