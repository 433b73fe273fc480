/**
 * Every reason to say no, as values.
 *
 * Owns: the closed list of codes, and what each means for whoever sent the thing.
 * Does not own: deciding. A rejection is an expected answer, not an exception. Severities:
 * - `invalid`: breaks a rule for ever; the sender is faulty.
 * - `mutated`: these bytes are not what the header promised; says nothing about the header.
 * - `early`: may be right later; try again.
 * - `policy`: this node does not want it now; nobody is at fault.
 */

export type Severity = 'invalid' | 'mutated' | 'early' | 'policy';

const SEVERITIES = {
  /** The bytes do not decode, or not to exactly one value. */
  malformed: 'invalid',
  'bad-amount': 'invalid',
  /** A sum of amounts is above 2^63 - 1. */
  'amount-overflow': 'invalid',
  /** The public key is not the canonical form of an allowed key. */
  'bad-key': 'invalid',
  'bad-signature': 'invalid',
  /** A block repeats or skips a payer's sequence. */
  'bad-sequence': 'invalid',
  'insufficient-funds': 'invalid',

  'bad-version': 'invalid',
  'bad-height': 'invalid',
  'bad-difficulty': 'invalid',
  'bad-proof-of-work': 'invalid',
  /** Not later than the median of the blocks before. */
  'time-too-old': 'invalid',
  /** Further ahead than two minutes of this node's clock. */
  'time-too-new': 'early',
  'bad-merkle-root': 'mutated',
  'too-few-transactions': 'invalid',
  'block-too-large': 'invalid',
  /** The reward is missing, not last, not alone, or for another height. */
  'bad-reward-position': 'invalid',
  /** The reward is not exactly the block reward and the fees. */
  'bad-reward-amount': 'invalid',
  /** The block would lift the sum of all money above 2^63 - 1. */
  'supply-overflow': 'invalid',
  /** Refused before, or built on a block that was. */
  'invalid-ancestor': 'invalid',

  /** The account has already made a payment with this sequence. */
  'sequence-used': 'policy',
  /**
   * Another payment with this sequence waits, and this one's fee is not high enough to replace it.
   */
  'fee-too-low': 'policy',
  'already-known': 'policy',
  /** The account's confirmed balance, less its waiting payments, does not cover it. */
  'not-funded': 'policy',
  /** The account already has as many waiting payments as the node keeps. */
  'too-many-pending': 'policy',
  /** The sequence is too far ahead of the account's next one. */
  'sequence-gap': 'policy',
  'mempool-full': 'policy',
} as const satisfies Record<string, Severity>;

export type RejectionCode = keyof typeof SEVERITIES;

/** Every code, for tables and tests. */
export const REJECTION_CODES = Object.keys(SEVERITIES) as readonly RejectionCode[];

/** What was found and what the rule wanted, as data for messages. */
export type RejectionDetails = Readonly<Record<string, string | number | bigint>>;

export interface Rejection {
  readonly code: RejectionCode;
  readonly details: RejectionDetails;
}

export function reject(code: RejectionCode, details: RejectionDetails = {}): Rejection {
  return { code, details };
}

export function severityOf(rejection: Rejection): Severity {
  return SEVERITIES[rejection.code];
}

/** Whether a result that may be a rejection is one. */
export function isRejection(value: object): value is Rejection {
  return 'code' in value && 'details' in value;
}
