/**
 * Why a payment waits: one reason for each case, the most telling first.
 * Method: a payment in a network of block_size 5, and one circumstance changed at a time.
 */
import { describe, expect, it } from 'vitest';
import { DEFAULT_PARAMS } from '../consensus/params.ts';
import type { Payment, TransactionId } from '../consensus/types.ts';
import type { PaymentReport } from '../protocol/messages.ts';
import { reasonOf } from './payment-reason.ts';
import type { Circumstances } from './payment-reason.ts';

const id = '9b'.repeat(32) as TransactionId;
const other = '77'.repeat(32) as TransactionId;

const FACTS: Circumstances = {
  status: { kind: 'pending' },
  payment: { amount: 9_000_000n, fee: 1_000_000n } as Payment,
  ageMs: 42_000,
  params: { ...DEFAULT_PARAMS, blockWaitSeconds: 0 },
  finalDepth: 6,
  tip: { height: 17, ageMs: 30_000 },
  balance: 8_000_000n,
  miners: [{ heardAgoMs: 3_000, height: 17 }],
  reports: [],
};

function report(changes: Partial<PaymentReport>): PaymentReport {
  return {
    kind: 'paymentReport', id, state: 'waiting', height: 0, reason: 'ready', ready: 3, needed: 5,
    ...changes,
  };
}

describe('the reason', () => {
  it.each<[string, Partial<Circumstances>, RegExp]>([
    ['block-not-full', { reports: [report({})] },
      /^Pending for 42 s because the block is not full: 2 of 4 payments \(block_size 5\)\.$/],
    ['mining', { reports: [report({ ready: 5 })] }, /a miner is searching for the block/],
    ['gap-at-miner', { reports: [report({ reason: 'gap' })] }, /lacks an earlier payment/],
    ['not-funded', { reports: [report({ reason: 'not-funded' })] }, /balance of 8 at block 17/],
    ['not-funded', { status: { kind: 'pending', hindrance: 'funds' } }, /this one costs 10\)/],
    ['gap', { status: { kind: 'pending', hindrance: 'gap' } }, /an earlier payment/],
    ['no-miner', { miners: [] }, /because no miner was heard\.$/],
    ['no-answer', {}, /did not answer/],
    ['not-arrived', { reports: [report({ state: 'unknown' })] }, /did not have it yet/],
    ['miner-behind', { miners: [{ heardAgoMs: 0, height: 3 }] }, /at block 3 .* at block 17/],
    ['confirmed-elsewhere', { reports: [report({ state: 'confirmed', height: 18 })] },
      /A miner has it in block 18; the blockchain here is at block 17/],
    ['confirmed', { status: { kind: 'confirmed', height: 13, depth: 5 } }, /in block 13, 5 deep/],
    ['final', { status: { kind: 'confirmed', height: 12, depth: 6 } }, /in block 12, 6 deep/],
    ['superseded', { status: { kind: 'superseded', by: other, height: 9, depth: 2 } },
      /payment 77777777 of the same address took its place in block 9, 2 deep/],
    ['replaced', { status: { kind: 'replaced', by: other } }, /^Your payment 77777777 stands/],
  ])('is %s', (code, changes, sentence) => {
    const reason = reasonOf({ ...FACTS, ...changes });
    expect(reason.code).toBe(code);
    expect(reason.sentence).toMatch(sentence);
    expect(reason.next).not.toBe('');
  });

  it('counts what is missing, and says when the wait is over', () => {
    const full = { ...FACTS, reports: [report({ ready: 4 })] };
    expect(reasonOf(full).next).toMatch(/make 1 more payment, or wait for others/);
    const waiting = { ...full, params: { ...FACTS.params, blockWaitSeconds: 60 } };
    expect(reasonOf(waiting).next).toMatch(/or wait 0:30: then a smaller block is valid/);
    expect(reasonOf({ ...waiting, tip: { height: 17, ageMs: 61_000 } }).next)
      .toMatch(/a smaller block is valid by now/);
  });
});
