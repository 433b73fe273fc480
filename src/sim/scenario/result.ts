/**
 * What one repetition of a scenario came to, as plain data: numbers and texts, no objects with
 * behaviour, so that it crosses threads and becomes JSON as it is.
 *
 * Owns: the form, and what each number means.
 * Does not own: how it is measured (`measure.ts`) or put together over repetitions.
 */

/** One miner. */
export interface MinerResult {
  readonly node: number;
  /** Of all hash power. */
  readonly share: number;
  /** Its blocks on the observer's main chain, and those that it found beside it. */
  readonly main: number;
  readonly stale: number;
}

/** How soon blocks of the main chain reached the network, since each was found. */
export interface Propagation {
  /** Seconds in which a block has reached this share of all nodes; the mean over the blocks. */
  readonly quantiles: readonly { readonly share: number; readonly seconds: number }[];
  /**
   * f(t): the mean share of all hash power that has a block, or a rival of the same height, so
   * many seconds after it was found.
   * Ascending; f is a step function, which keeps its value until the next entry.
   */
  readonly coverage: readonly { readonly seconds: number; readonly share: number }[];
  /** The integral of 1 - f(t), in seconds (Decker and Wattenhofer 2013). */
  readonly uninformedSeconds: number;
  /**
   * The same of heights in the place of blocks: the mean over all heights of the seconds for which
   * hash power mined below the greatest height that anybody had. Who has a rival of the block is
   * not behind, so this is the integral that forks come of: rivals per height are
   * `behindSeconds / blockSeconds`.
   */
  readonly behindSeconds: number;
}

/** What became of the attack. */
export type AttackResult =
  | {
    /** Of `doubleSpend`, `majority` and `eclipse`: is what the merchant trusted gone? */
    readonly kind: 'payment';
    readonly isReversed: boolean;
    readonly outcome: 'reversed' | 'gaveUp' | 'outOfTime';
    /** Blocks of each branch since the fork, when the attack ended. */
    readonly honestBlocks: number;
    readonly attackerBlocks: number;
    readonly seconds: number;
  }
  | {
    /** Of `selfish`, `withholding` and `timestamp`: what did it earn? */
    readonly kind: 'revenue';
    readonly share: number;
    /** The attacker's part of the blocks on the main chain: revenue by Eyal and Sirer. */
    readonly mainShare: number;
    /** The attacker's blocks on the main chain by all blocks found: income at fixed difficulty. */
    readonly foundShare: number;
    /** Ties in which the attacker showed its block, and the honest hash power that took it. */
    readonly ties: number;
    readonly gamma: number;
  }
  | {
    /** Of `partition`: what did each part lose when they met again? */
    readonly kind: 'partition';
    readonly deepestReorg: number;
    readonly staleBlocks: number;
  };

export interface ScenarioResult {
  readonly seed: number;
  /** 16 digits over all events: equal for equal runs. */
  readonly logHash: string;
  /** Events that the world ran: messages that arrived, timers, blocks that were found. */
  readonly events: number;
  readonly virtualSeconds: number;
  /** Height of the observer's tip: an honest node's, the last one that is not cut off. */
  readonly mainBlocks: number;
  /** All blocks that were found, on the main chain or beside it. */
  readonly foundBlocks: number;
  readonly staleBlocks: number;
  /** `staleBlocks / foundBlocks`. */
  readonly staleRate: number;
  readonly miners: readonly MinerResult[];
  /** Seconds between the moments in which the main chain's blocks were found, in order. */
  readonly intervals: readonly number[];
  readonly propagation: Propagation;
  /** How many times any honest node left a branch of so many blocks; ascending depths. */
  readonly reorgs: readonly { readonly depth: number; readonly count: number }[];
  /** Payments that were made, and those on the main chain. */
  readonly payments: number;
  readonly confirmedPayments: number;
  /** Undefined without an attacker. */
  readonly attack: AttackResult | undefined;
}
