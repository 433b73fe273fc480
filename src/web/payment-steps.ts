/**
 * What has happened to a payment, and what is still to come. Pure.
 */
import type { Payment } from '../api/schema/chain.ts';

export interface PaymentStep {
  readonly name: 'made' | 'seen' | 'inBlock' | 'deepEnough' | 'takenOver';
  readonly state: 'done' | 'now' | 'soon' | 'never';
  /** When, where that is known. */
  readonly at: number | null;
}

export function stepsOf(payment: Payment): PaymentStep[] {
  const { type, status, time_ms, seen_at_ms, depth, final_depth } = payment;
  const isIn = status === 'confirmed';
  const isLost = status === 'superseded' || status === 'replaced';
  const isFinal = isIn && (depth ?? 0) >= final_depth;
  const begun: PaymentStep[] = type === 'reward' ? [] : [
    { name: 'made', state: 'done', at: time_ms },
    { name: 'seen', state: 'done', at: seen_at_ms },
  ];
  if (isLost) {
    return [...begun, { name: 'takenOver', state: 'done', at: null },
      { name: 'inBlock', state: 'never', at: null }];
  }
  return [
    ...begun,
    { name: 'inBlock', state: isIn ? 'done' : 'now', at: null },
    { name: 'deepEnough', state: isFinal ? 'done' : isIn ? 'now' : 'soon', at: null },
  ];
}
