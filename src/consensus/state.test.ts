/**
 * Connecting and disconnecting blocks on plain maps (threats row 17): undo is the inverse, always.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESSES, factory, plantTree, treePlans } from '../../test/model/random-blocks.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import { blockAt, decodeUndo, undoWrite } from './records.ts';
import { isRejection } from './rejection.ts';
import { Signatures } from './signatures.ts';
import { connectBlock, disconnectBlock, isEmptyAccount, StateView } from './state.ts';
import type { Undo } from './state.ts';
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
 * The valid blocks of a line, each with the accounts before it and its undo as the store would give
 * it.
 */
function connectLine(blocks: readonly Block[], accounts: Accounts) {
  const signatures = new Signatures(new ToyVerifier(), factory.networkId);
  const connected: { before: Accounts; undo: Undo }[] = [];
  for (const block of blocks) {
    const before = new Map(accounts);
    const view = viewOf(accounts);
    const result = connectBlock(view, block, signatures);
    expect(accounts, 'the base is not changed').toEqual(before);
    if (isRejection(result)) break;
    commit(accounts, view);
    connected.push({ before, undo: decodeUndo(undoWrite(blockAt(block), result.undo).value!) });
  }
  return connected;
}

describe('undo', () => {
  it('takes every account back to what it was, block by block', () => {
    fc.assert(fc.property(treePlans(20), (plans) => {
      const line = plans.map((plan) => ({ ...plan, back: 0, rewardError: 0 }));
      const accounts: Accounts = new Map();
      const connected = connectLine(plantTree(line), accounts);
      expect(sumOf(accounts)).toBe(factory.params.blockReward * BigInt(connected.length));
      for (const { before, undo } of connected.reverse()) {
        const view = viewOf(accounts);
        disconnectBlock(view, undo);
        commit(accounts, view);
        expect(accounts).toEqual(before);
      }
      expect(accounts.size).toBe(0);
    }), { numRuns: 60 });
  });

  it('names each address once, with what it had before the block', () => {
    const pay = { from: 0, to: 1, amount: 3, fee: 1, flaw: 'none' } as const;
    const none = { back: 0, rewardError: 0, payments: [] };
    const blocks = plantTree([
      { ...none, miner: 0 },
      { ...none, miner: 0, payments: [pay, pay, { ...pay, to: 0 }] },
    ]);
    const [, second] = connectLine(blocks, new Map());
    const addresses = second!.undo.map(([address]) => address);
    expect(addresses.sort()).toEqual([ADDRESSES[0]!, ADDRESSES[1]!].sort());
    for (const [address, account] of second!.undo) {
      expect(account).toEqual(second!.before.get(address) ?? EMPTY_ACCOUNT);
    }
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
