/**
 * A store that fails at each of its calls in turn (threats rows 51 and 83): memory and disk agree
 * afterwards, the chain goes on, and in the end nothing is different.
 */
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { readMeta, SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block } from '../../src/consensus/types.ts';
import { NOW } from '../support/block-factory.ts';
import { DiskError, MemoryStore } from '../support/memory-store.ts';
import { ToyVerifier } from '../support/toy-signatures.ts';
import { ADDRESSES, factory, plantTree } from './random-blocks.ts';

const SPACES = Object.values(SPACE);

function open(store: MemoryStore): Chain {
  return openChain(factory.params, store, new Signatures(new ToyVerifier(), factory.networkId));
}

/** Extends, a side branch, a reorganisation, a refused branch and a refused block. */
function story(): Block[] {
  const none = { payments: [], rewardError: 0 };
  const pay = { from: 0, to: 1, amount: 5, fee: 1, flaw: 'none' } as const;
  const forged = { ...pay, flaw: 'forged' } as const;
  return plantTree([
    { ...none, back: 0, miner: 0 },
    { ...none, back: 0, miner: 0, payments: [pay] },
    { ...none, back: 1, miner: 2, payments: [pay, { ...pay, to: 2 }] },
    { ...none, back: 0, miner: 1 },
    { ...none, back: 2, miner: 1, payments: [forged] },
    { ...none, back: 0, miner: 1 },
    { ...none, back: 0, miner: 1 },
    { ...none, back: 3, miner: 3, payments: [forged] },
    { ...none, back: 4, miner: 3, payments: [{ ...pay, from: 2 }] },
  ]);
}

/** Until the call does not throw; what else it throws than the disk's error is a bug. */
function insist<Result>(run: () => Result, afterFailure: () => void): Result {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      afterFailure();
    }
  }
}

/** Tells the story on the store; gives what became of each block. */
function tell(store: MemoryStore): string[] {
  let failures = 0;
  const chain = insist(() => open(store), () => failures++);
  const outcomes = story().map((block) => insist(() => chain.addBlock(block, NOW).kind, () => {
    failures++;
    expect(chain.tip.id).toBe(readMeta(store)?.tipId);
    const fresh = open(store.copy());
    expect(fresh.tip).toEqual(chain.tip);
    for (const address of ADDRESSES) expect(chain.account(address)).toEqual(fresh.account(address));
    for (let height = 0; height <= chain.tip.header.height; height++) {
      expect(chain.headerAt(height)).toEqual(fresh.headerAt(height));
    }
  }));
  return [...outcomes, `${failures} failures`];
}

describe('a store that fails once', () => {
  const perfect = new MemoryStore();
  const outcomes = tell(perfect);

  it('is asked often enough, in a story with every outcome', () => {
    const all = ['connected', 'sideBranch', 'rejected', '0 failures'];
    expect(new Set(outcomes)).toEqual(new Set(all));
    expect(perfect.calls).toBeGreaterThan(30);
  });

  it('leaves memory as the disk is, at whichever call it fails, and everything comes right', () => {
    for (let call = 1; call <= perfect.calls; call++) {
      const store = new MemoryStore();
      store.failAfter(call);
      expect(tell(store)).toEqual([...outcomes.slice(0, -1), '1 failures']);
      expect(store.dump(...SPACES)).toEqual(perfect.dump(...SPACES));
    }
  });

  it('leaves what a process needs that starts again after it', () => {
    for (let call = 1; call <= perfect.calls; call++) {
      const store = new MemoryStore();
      store.failAfter(call);
      // Each block meets a new process, which may have forgotten why a block that it does not hold
      // is bad.
      for (const block of story()) insist(() => open(store).addBlock(block, NOW), () => undefined);
      expect(store.dump(...SPACES)).toEqual(perfect.dump(...SPACES));
    }
  });
});
