/**
 * Goal: a node hears of each payment that is saved beside it, once, and looking for them never
 * takes much of its time. Method: a store in memory, a file whose times say that it changes, and a
 * clock by which every look takes as long as the test says.
 */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mine, testChain, testPayment, testSigner } from '../../test/support/chain-fixture.ts';
import type { Payment } from '../consensus/types.ts';
import { DATA_FILE } from '../platform/lmdb-pages.ts';
import { savePayment } from '../wallet/payments.ts';
import { OwnPayments } from './own-payments.ts';

const [alice, bob] = [testSigner('alice'), testSigner('bob')];
const LONG_AGO = new Date(0);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-own-payments-'));
  writeFileSync(join(folder, DATA_FILE), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Alice has money. A look takes `lookMs`; `pass` lets more time go by. */
function scene(lookMs = 0) {
  const { chain, store } = testChain();
  mine(chain, alice.address);
  let now = 0;
  const save = (sequence: number): Payment => {
    const payment = testPayment(chain, alice, { to: bob.address, amount: 1n, sequence });
    savePayment(store, { payment, savedAt: 0, keyName: 'alice' });
    return payment;
  };
  const first = save(0);
  const payments = new OwnPayments(store, folder, () => {
    now += lookMs;
    return now;
  });
  const fresh = (): string[] => payments.fresh(chain).map(({ id }) => id);
  const pending = (): string[] => payments.pending(chain).map(({ id }) => id);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { chain, save, first, fresh, pending, pass };
}

describe('payments that are saved beside a node', () => {
  it('are new once; those from before its start are not', () => {
    const { save, fresh } = scene();
    expect(fresh()).toEqual([]);
    const second = save(1);
    expect(fresh()).toEqual([second.id]);
    expect(fresh()).toEqual([]);
  });

  it('are pending until they are in the chain', () => {
    const { chain, save, first, pending } = scene();
    const second = save(1);
    expect(pending().toSorted()).toEqual([first.id, second.id].toSorted());
    mine(chain, bob.address, [first]);
    expect(pending()).toEqual([second.id]);
  });

  it('are looked for rarely when that takes long, and found in the end', () => {
    const { save, fresh, pass } = scene(1_000);
    expect(fresh()).toEqual([]);
    const second = save(1);
    expect(fresh()).toEqual([]);
    // The file does not change any more, and nothing is forgotten all the same.
    utimesSync(join(folder, DATA_FILE), LONG_AGO, LONG_AGO);
    pass(60_000);
    expect(fresh()).toEqual([second.id]);
  });

  it('are pending as of a moment ago when telling takes long', () => {
    const { chain, first, pending, pass } = scene(1_000);
    expect(pending()).toEqual([first.id]);
    mine(chain, bob.address, [first]);
    expect(pending()).toEqual([first.id]);
    pass(60_000);
    expect(pending()).toEqual([]);
  });
});
