/**
 * When blocks are committed changes nothing but what a crash leaves, and neither does how accounts
 * are written: a chain that commits soon, with deltas of accounts now and then, against one that
 * commits each block, on random trees; and crashes and failures in between.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountsPolicy } from '../../src/consensus/chain-memory.ts';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { auditStore } from '../../src/consensus/audit.ts';
import { findTransaction, receivedBy, spentBy } from '../../src/consensus/history.ts';
import { SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import { NOW } from '../support/block-factory.ts';
import { DiskError, MemoryStore } from '../support/memory-store.ts';
import { ToyVerifier } from '../support/toy-signatures.ts';
import { ADDRESSES, factory, plantTree, treePlans } from './random-blocks.ts';

const SPACES = Object.values(SPACE);

function signatures(): Signatures {
  return new Signatures(new ToyVerifier(), factory.networkId);
}

function open(store: MemoryStore, accounts: Partial<AccountsPolicy> = {}): Chain {
  return openChain(factory.params, store, signatures(), { memory: { accounts } });
}

/** Little memory, and downloads that begin with the second block or sooner. */
const policies = fc.record({
  countMax: fc.constantFrom(1, 3, 100),
  blockBytesMax: fc.constantFrom(0, 1_000, 1_000_000),
  recordsMax: fc.constantFrom(0, 3, 100),
  deltaChangesMin: fc.constantFrom(1, 200),
  sweepRecords: fc.constantFrom(1, 3),
});

/** Everything that anybody can ask of a chain. */
function viewOf(chain: Chain): unknown {
  const heights = Array.from({ length: chain.tip.header.height + 2 }, (_, height) => height);
  const main = heights.map((height) => chain.headerAt(height));
  return {
    tip: chain.tip,
    main,
    blocks: main.map((node) => node && chain.blockBytes(node.id)),
    accounts: ADDRESSES.map((address) => chain.account(address)),
    spent: ADDRESSES.map((address) => [...spentBy(chain, address)]),
    received: ADDRESSES.map((address) => [...receivedBy(chain, address)]),
    places: main.flatMap((node) => (node === undefined ? [] : chain.block(node.id)!.transactions))
      .map(({ id }) => findTransaction(chain.records, id)),
    locator: chain.locator(),
  };
}

function expectSound(store: MemoryStore): void {
  const audit = auditStore(store, signatures());
  for (;;) {
    const step = audit.next();
    if (step.done !== true) continue;
    expect(step.value.fault).toBeUndefined();
    return;
  }
}

const times = fc.array(fc.constantFrom('now', 'soon', 'soon', 'soon', 'flush'), {
  minLength: 25, maxLength: 25,
});

describe('blocks that are committed soon', () => {
  it('are seen by the chain at once, and in the store after a flush', () => {
    fc.assert(fc.property(treePlans(25), times, policies, (plans, plan, policy) => {
      const [lazyStore, store] = [new MemoryStore(), new MemoryStore()];
      const [lazy, chain] = [open(lazyStore, policy), open(store)];
      for (const [index, block] of plantTree(plans).entries()) {
        const time = plan[index % plan.length]!;
        if (time === 'flush') lazy.flush();
        const result = lazy.addBlock(block, NOW, time === 'now' ? 'now' : 'soon');
        expect(result).toEqual(chain.addBlock(block, NOW));
        expect(viewOf(lazy)).toEqual(viewOf(chain));
      }
      lazy.flush();
      expectSound(lazyStore);
      lazy.settle();
      expect(lazyStore.dump(...SPACES)).toEqual(store.dump(...SPACES));
    }), { numRuns: 40 });
  });

  it('are lost whole by a crash: what is left is sound, and goes on', () => {
    fc.assert(fc.property(treePlans(25), times, fc.nat(24), policies, (
      plans, plan, crashAt, policy,
    ) => {
      const blocks = plantTree(plans);
      const store = new MemoryStore();
      let chain = open(store, policy);
      for (const [index, block] of blocks.entries()) {
        if (index === crashAt) {
          expectSound(store);
          chain = open(store, policy);
        }
        const time = plan[index % plan.length]!;
        if (time === 'flush') chain.flush();
        chain.addBlock(block, NOW, time === 'now' ? 'now' : 'soon');
      }
      // What was lost comes again, as a peer would send it.
      const unlucky = open(new MemoryStore());
      for (const block of blocks) unlucky.addBlock(block, NOW);
      for (const block of blocks) chain.addBlock(block, NOW, 'soon');
      expect(chain.tip.work).toBe(unlucky.tip.work);
      chain.flush();
      expectSound(store);
    }), { numRuns: 50 });
  });

  it('stay in memory when the store fails, and are committed by the next flush', () => {
    fc.assert(fc.property(treePlans(25), times, fc.integer({ min: 1, max: 80 }), policies,
      (plans, plan, failAfter, policy) => {
        const [store, perfect] = [new MemoryStore(), new MemoryStore()];
        const [chain, other] = [open(store, policy), open(perfect)];
        store.failAfter(failAfter);
        const insist = <Result>(run: () => Result): Result => {
          try {
            return run();
          } catch (error) {
            if (!(error instanceof DiskError)) throw error;
            expectSound(store);
            return run();
          }
        };
        for (const [index, block] of plantTree(plans).entries()) {
          const time = plan[index % plan.length]!;
          if (time === 'flush') insist(() => chain.flush());
          const result = insist(
            () => chain.addBlock(block, NOW, time === 'now' ? 'now' : 'soon'),
          );
          expect(result).toEqual(other.addBlock(block, NOW));
        }
        insist(() => chain.settle());
        expect(store.dump(...SPACES)).toEqual(perfect.dump(...SPACES));
      }), { numRuns: 60 });
  });
});
