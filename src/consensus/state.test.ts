/**
 * Connecting and disconnecting blocks on plain maps (threats row 17): undo is the inverse, always.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESSES, factory, plantTree, treePlans } from '../../test/model/random-blocks.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import { placeOf } from './place.ts';
import { isRejection } from './rejection.ts';
import { Signatures } from './signatures.ts';
import { connectBlock, disconnectBlock, isEmptyAccount, StateView } from './state.ts';
import type { Trail } from './state.ts';
import { EMPTY_ACCOUNT } from './types.ts';
import type { AccountRecord, Address, Block } from './types.ts';

type Accounts = Map<Address, AccountRecord>;

function viewOf(accounts: Accounts): StateView {
  return new StateView((address) => accounts.get(address) ?? EMPTY_ACCOUNT);
}

function commit(accounts: Accounts, view: StateView): void {
  for (const [address, account] of view.changes) {
    if (isEmptyAccount(account)) accounts.delete(address);
    else accounts.set(address, account);
  }
}

function sumOf(accounts: Accounts): bigint {
  return [...accounts.values()].reduce((sum, { balance }) => sum + balance, 0n);
}

/**
 * The valid blocks of a line, each with the accounts before it and what is needed to take it back.
 */
function connectLine(blocks: readonly Block[], accounts: Accounts) {
  const signatures = new Signatures(new ToyVerifier(), factory.networkId);
  const connected: { block: Block; before: Accounts; trail: Trail }[] = [];
  for (const block of blocks) {
    const before = new Map(accounts);
    const view = viewOf(accounts);
    const result = connectBlock(view, block, signatures);
    expect(accounts, 'the base is not changed').toEqual(before);
    if (isRejection(result)) break;
    commit(accounts, view);
    connected.push({ block, before, trail: result });
  }
  return connected;
}

describe('taking a block back', () => {
  it('takes every account back to what it was, block by block', () => {
    fc.assert(fc.property(treePlans(20), (plans) => {
      const line = plans.map((plan) => ({ ...plan, back: 0, rewardError: 0 }));
      const accounts: Accounts = new Map();
      const connected = connectLine(plantTree(line), accounts);
      expect(sumOf(accounts)).toBe(factory.params.blockReward * BigInt(connected.length));
      for (const { block, before, trail } of connected.reverse()) {
        const view = viewOf(accounts);
        disconnectBlock(view, block, trail);
        commit(accounts, view);
        expect(accounts).toEqual(before);
      }
      expect(accounts.size).toBe(0);
    }), { numRuns: 60 });
  });

  it('gives each account its places of before, of a payer who pays himself, too', () => {
    const pay = { from: 0, to: 1, amount: 3, fee: 1, flaw: 'none' } as const;
    const none = { back: 0, rewardError: 0, payments: [] };
    const blocks = plantTree([
      { ...none, miner: 0 },
      { ...none, miner: 0, payments: [pay, { ...pay, to: 0 }, { ...pay, to: 0 }] },
      { ...none, miner: 1, payments: [{ ...pay, to: 0 }, pay] },
    ]);
    const [, second, third] = connectLine(blocks, new Map());
    const accounts = third!.before;
    const [first, again] = [0, 1].map((index) => placeOf({ height: 3, index }));
    expect(third!.trail).toEqual([
      [placeOf({ height: 2, index: 2 }), placeOf({ height: 2, index: 3 })],
      [first, placeOf({ height: 2, index: 0 })],
      [0, again],
    ]);
    const view = viewOf(accounts);
    disconnectBlock(view, second!.block, second!.trail);
    commit(accounts, view);
    expect(accounts).toEqual(second!.before);
  });
});

describe('a view', () => {
  it('shows its own changes and leaves its base alone', () => {
    const [alice, bob] = ADDRESSES as [Address, Address];
    const accounts: Accounts = new Map([[alice, { ...EMPTY_ACCOUNT, balance: 5n }]]);
    const view = viewOf(accounts);
    view.set(alice, { ...EMPTY_ACCOUNT, balance: 1n, sequence: 2 });
    expect(view.account(alice)).toMatchObject({ balance: 1n, sequence: 2 });
    expect(view.account(bob)).toEqual(EMPTY_ACCOUNT);
    expect(accounts.get(alice)).toMatchObject({ balance: 5n, sequence: 0 });
    expect([...view.changes.keys()]).toEqual([alice]);
  });
});
