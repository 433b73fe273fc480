/**
 * Goal: nothing is signed that was not looked at, and one look is one payment.
 * Method: the events of a form in the right order, then in any order.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Payment } from '../../../api/schema/chain.ts';
import type { Review } from '../../../api/schema/wallet.ts';
import { replacementFeeMin } from '../../../consensus/waiting.ts';
import { formatCoins } from '../../../wallet/amount.ts';
import { leastFee, nextState, START } from './send-state.ts';
import type { SendEvent, SendState } from './send-state.ts';

const review = { total: '2.5' } as Review;
const payment = { id: 'ab' } as Payment;

const EVENTS: readonly SendEvent[] = [
  { kind: 'typed', change: { amount: '2.5' } }, { kind: 'asked' }, { kind: 'signed' },
  { kind: 'changed' }, { kind: 'reviewed', review, key: 'one' },
  { kind: 'reviewed', review, key: 'two' }, { kind: 'sent', payment },
  { kind: 'failed', error: new Error('no') }, { kind: 'began', draft: { to: 'bob' } },
];

function after(events: readonly SendEvent[]): SendState {
  return events.reduce(nextState, START as SendState);
}

test('a payment is typed, looked at, signed and sent', () => {
  const state = after([
    { kind: 'typed', change: { to: 'alice' } }, { kind: 'typed', change: { amount: '2.5' } },
    { kind: 'asked' }, { kind: 'reviewed', review, key: 'one' }, { kind: 'signed' },
  ]);
  expect(state).toMatchObject({ step: 'review', key: 'one', isSending: true });
  expect(nextState(state, { kind: 'sent', payment })).toEqual({ step: 'sent', payment });
});

test('what stands in the fields does not change while it is asked about', () => {
  const asked = after([{ kind: 'typed', change: { amount: '1' } }, { kind: 'asked' }]);
  const typed = nextState(asked, { kind: 'typed', change: { amount: '100' } });
  expect(typed).toEqual(asked);
});

test('a second try after no answer has the same key', () => {
  const state = after([
    { kind: 'asked' }, { kind: 'reviewed', review, key: 'one' }, { kind: 'signed' },
    { kind: 'failed', error: new Error('no answer') }, { kind: 'signed' },
  ]);
  expect(state).toMatchObject({ step: 'review', key: 'one', isSending: true });
  expect(state).not.toHaveProperty('error');
});

test('in any order, only what was reviewed is sent, and a late review changes nothing', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...EVENTS)), (events) => {
    let state: SendState = START;
    for (const event of events) {
      const next = nextState(state, event);
      if (next.step === 'sent' && state.step !== 'sent') expect(state.step).toBe('review');
      if (next.step === 'review' && state.step === 'draft') expect(state.isAsking).toBe(true);
      if (next.step === 'review' && state.step === 'review') {
        expect(next.key).toBe(state.key);
        expect(next.draft).toBe(state.draft);
      }
      state = next;
    }
  }));
});

test('the least fee of a replacement is the one that miners ask for', () => {
  expect(leastFee('0')).toBe('0.000001');
  expect(leastFee('1')).toBe('1.1');
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 15n), (fee) => {
    expect(leastFee(formatCoins(fee))).toBe(formatCoins(replacementFeeMin(fee)));
  }));
});
