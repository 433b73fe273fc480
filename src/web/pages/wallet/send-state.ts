/**
 * A payment from the first letter that is typed until it is on its way, as states. Pure.
 *
 * Owns: what may follow on what; that what is signed is what was looked at; one key for each order,
 * so that a double click, or a second try after no answer, is one payment.
 * Does not own: asking the node (`send-card.tsx`).
 */
import type { Payment } from '../../../api/schema/chain.ts';
import type { Review } from '../../../api/schema/wallet.ts';
import { replacementFeeMin } from '../../../consensus/waiting.ts';
import { formatCoins, parseCoins } from '../../../wallet/amount.ts';

/** What the fields hold. */
export interface Draft {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly fee: string;
  /** The waiting payment whose place this one takes. */
  readonly replaces: string | undefined;
}

export type SendState =
  | { readonly step: 'draft'; readonly draft: Draft; readonly isAsking: boolean;
    readonly error?: Error }
  | { readonly step: 'review'; readonly draft: Draft; readonly review: Review;
    readonly key: string; readonly isSending: boolean; readonly error?: Error }
  | { readonly step: 'sent'; readonly payment: Payment };

export type SendEvent =
  | { readonly kind: 'typed'; readonly change: Partial<Draft> }
  | { readonly kind: 'asked' | 'signed' | 'changed' }
  | { readonly kind: 'reviewed'; readonly review: Review; readonly key: string }
  | { readonly kind: 'sent'; readonly payment: Payment }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'began'; readonly draft: Partial<Draft> };

const EMPTY_DRAFT: Draft = { from: '', to: '', amount: '', fee: '0', replaces: undefined };

export const START = {
  step: 'draft', draft: EMPTY_DRAFT, isAsking: false,
} as const satisfies SendState;

/** What follows; an event that does not fit, such as a late answer, changes nothing. */
export function nextState(state: SendState, event: SendEvent): SendState {
  if (event.kind === 'began') {
    return { ...START, draft: { ...EMPTY_DRAFT, ...event.draft } };
  }
  switch (state.step) {
    case 'draft':
      return afterDraft(state, event);
    case 'review':
      return afterReview(state, event);
    case 'sent':
      return state;
  }
}

type DraftState = Extract<SendState, { readonly step: 'draft' }>;
type ReviewState = Extract<SendState, { readonly step: 'review' }>;

function afterDraft(state: DraftState, event: SendEvent): SendState {
  const { draft, isAsking } = state;
  switch (event.kind) {
    case 'typed':
      // What is asked for must be what stands there.
      return isAsking ? state : { step: 'draft', isAsking, draft: { ...draft, ...event.change } };
    case 'asked':
      return { step: 'draft', draft, isAsking: true };
    case 'reviewed': {
      if (!isAsking) return state;
      const { review, key } = event;
      return { step: 'review', draft, review, key, isSending: false };
    }
    case 'failed':
      return { step: 'draft', draft, isAsking: false, error: event.error };
    default:
      return state;
  }
}

function afterReview(state: ReviewState, event: SendEvent): SendState {
  const { error: _, ...rest } = state;
  switch (event.kind) {
    case 'changed':
      return state.isSending ? state : { step: 'draft', draft: state.draft, isAsking: false };
    case 'signed':
      return { ...rest, isSending: true };
    case 'sent':
      return { step: 'sent', payment: event.payment };
    case 'failed':
      return { ...rest, isSending: false, error: event.error };
    default:
      return state;
  }
}

/** The least fee that takes the place of a waiting payment with this one. */
export function leastFee(fee: string): string {
  return formatCoins(replacementFeeMin(parseCoins(fee) ?? 0n));
}
