/**
 * Which waiting payments the next block would take, and which places are free. Pure.
 *
 * Owns: places of the picture.
 * Does not own: the choice among payments, which is the node's: it lists them in its order.
 */
import type { Payment } from '../../../api/schema/chain.ts';
import type { Miner } from '../../../api/schema/network.ts';

/** (policy) Squares that can be told apart; the rest is a number. */
const PLACES_MAX = 120;

export interface Places {
  readonly taken: readonly Payment[];
  /** Payments that the block takes but that are not drawn. */
  readonly unseen: number;
  /** Places to be filled before the block can be found. */
  readonly free: number;
  /** Known, but not for the next block: an earlier one is missing, or money. */
  readonly later: readonly Payment[];
}

/** Reasons by which a payment cannot be in the very next block. */
const LATER: ReadonlySet<string> = new Set(['gap', 'not-funded', 'gap-at-miner']);

/**
 * `waiting` is the number of all payments that wait; `payments` are the first of them. Without a
 * miner nobody has chosen, and all that can be taken are.
 */
export function placesOf(
  payments: readonly Payment[], waiting: number,
  miner: Pick<Miner, 'ready' | 'needed'> | null,
): Places {
  const later = payments.filter(({ reason }) => LATER.has(reason.code));
  const able = payments.filter(({ reason }) => !LATER.has(reason.code));
  const count = miner === null ? Math.max(able.length, waiting - later.length)
    : Math.max(0, miner.ready - 1);
  const taken = able.slice(0, Math.min(count, PLACES_MAX));
  const missing = miner === null ? 0 : Math.max(0, miner.needed - miner.ready);
  return {
    taken, later: later.slice(0, PLACES_MAX), unseen: Math.max(0, count - taken.length),
    free: Math.min(missing, PLACES_MAX),
  };
}
