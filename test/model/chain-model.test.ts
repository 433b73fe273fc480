/**
 * `Chain` against the naive model (threats rows 1, 4, 16, 17, 49): random trees with good and bad
 * payments, in any order. After every block both have the same tip and the same accounts; in the
 * end the store holds what a store has that only ever saw the main chain.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { AddBlockResult, Chain } from '../../src/consensus/chain.ts';
import { findSpent, findTransaction, receivedBy, spentBy } from '../../src/consensus/history.ts';
import { SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block, BlockId } from '../../src/consensus/types.ts';
import { moneyIn } from '../rules/run-row.ts';
import { NOW } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ToyVerifier } from '../support/toy-signatures.ts';
import { NaiveChain } from './naive-chain.ts';
import { ADDRESSES, factory, isSigned, plantTree, treePlans } from './random-blocks.ts';

const { networkId, params } = factory;

function open(store: MemoryStore): Chain {
  return openChain(params, store, new Signatures(new ToyVerifier(), networkId));
}

/** Everything in a store that depends on the main chain alone. */
function mainState(store: MemoryStore): unknown {
  const { meta, main, account, transaction, trail } = SPACE;
  return store.dump(meta, main, account, transaction, trail);
}

function mainBlocks(chain: Chain): Block[] {
  return Array.from({ length: chain.tip.header.height + 1 }, (_, height) =>
    chain.block(chain.headerAt(height)!.id)!);
}

function expectSame(chain: Chain, store: MemoryStore, model: NaiveChain): void {
  expect(chain.tip.id).toBe(model.tip.id);
  const accounts = model.accountsAt(model.tip)!;
  for (const address of ADDRESSES) {
    const account = accounts.get(address) ?? { balance: 0n, sequence: 0 };
    expect(chain.account(address)).toMatchObject(account);
  }
  expect(moneyIn(store)).toBe(params.blockReward * BigInt(model.tip.header.height));
}

/** What the result says happened is what the tips before and after are. */
function expectTold(result: AddBlockResult, before: BlockId, chain: Chain): void {
  if (result.kind !== 'connected') {
    expect(chain.tip.id).toBe(before);
    return;
  }
  const { connected, disconnected, tip } = result.change;
  expect(tip).toBe(chain.tip);
  expect(connected.at(-1)!.id).toBe(chain.tip.id);
  const fork = connected[0]!.header.previousId;
  expect(disconnected[0]?.id ?? fork).toBe(before);
  expect(disconnected.at(-1)?.header.previousId ?? fork).toBe(fork);
  for (const [index, block] of connected.entries()) {
    expect(chain.headerAt(block.header.height)?.id).toBe(block.id);
    if (index > 0) expect(block.header.previousId).toBe(connected[index - 1]!.id);
  }
}

/** The index of transactions, recomputed from the blocks of the main chain. */
function expectHistory(store: MemoryStore, blocks: readonly Block[]): void {
  const received = new Map<string, unknown[]>(ADDRESSES.map((address) => [address, []]));
  const spent = new Map<string, unknown[]>(ADDRESSES.map((address) => [address, []]));
  for (const { header, transactions } of blocks) {
    for (const [index, transaction] of transactions.entries()) {
      const position = { height: header.height, index };
      expect(findTransaction(store, transaction.id)).toEqual(position);
      received.get(transaction.to)!.unshift(position);
      if (transaction.type === 'reward') continue;
      expect(findSpent(store, transaction.from, transaction.sequence)).toEqual(position);
      spent.get(transaction.from)!.unshift(position);
    }
  }
  for (const address of ADDRESSES) {
    expect([...receivedBy(store, address)]).toEqual(received.get(address));
    expect([...spentBy(store, address)]).toEqual(spent.get(address));
  }
}

/** Feeds a block, keeps it while its parent is missing, and then those that waited for it. */
class Feeder {
  readonly chain: Chain;
  readonly store = new MemoryStore();
  readonly model = new NaiveChain(factory.genesis, params.blockReward, isSigned);
  readonly #waiting: Block[] = [];

  constructor() {
    this.chain = open(this.store);
  }

  feed(block: Block): void {
    const before = this.chain.tip.id;
    const result = this.chain.addBlock(block, NOW);
    expectTold(result, before, this.chain);
    if (result.kind === 'orphan') {
      expect(this.model.blocks.has(result.missing)).toBe(false);
      this.#waiting.push(block);
      return;
    }
    if (!this.model.blocks.has(block.id)) this.model.add(block);
    expectSame(this.chain, this.store, this.model);
    for (const child of this.#waiting.filter((one) => one.header.previousId === block.id)) {
      this.#waiting.splice(this.#waiting.indexOf(child), 1);
      this.feed(child);
    }
  }
}

/** The blocks in an order that the numbers decide, some of them twice. */
function shuffled(blocks: readonly Block[], ranks: readonly number[]): Block[] {
  const rankOf = (index: number): number => ranks[index % ranks.length]! + index / 1_000;
  const order = blocks.map((_, index) => index).sort((a, b) => rankOf(a) - rankOf(b));
  return [...order, ...order.filter((index) => index % 7 === 0)].map((index) => blocks[index]!);
}

const ranks = fc.oneof(
  fc.constant([0]),
  fc.array(fc.nat(100), { minLength: 30, maxLength: 30 }),
);

describe('a chain and the naive model', () => {
  it('agree after every block of a random tree, in any order', () => {
    fc.assert(fc.property(treePlans(40), ranks, (plans, order) => {
      const feeder = new Feeder();
      for (const block of shuffled(plantTree(plans), order)) feeder.feed(block);

      const { chain, store, model } = feeder;
      const reopened = open(store);
      expect(reopened.tip).toEqual(chain.tip);
      expectSame(reopened, store, model);
      const blocks = mainBlocks(chain);
      expectHistory(store, blocks);

      const replayed = new MemoryStore();
      const fresh = open(replayed);
      for (const block of blocks.slice(1)) {
        expect(fresh.addBlock(block, NOW).kind).toBe('connected');
      }
      expect(mainState(store)).toEqual(mainState(replayed));
    }), { numRuns: 80 });
  });

  it('see good, bad, reorganised and orphan blocks in such trees', () => {
    const seen = new Map<string, number>();
    for (const plans of fc.sample(treePlans(40), { numRuns: 60, seed: 1 })) {
      const chain = open(new MemoryStore());
      for (const block of plantTree(plans)) {
        const result = chain.addBlock(block, NOW);
        const depth = result.kind === 'connected' ? result.change.disconnected.length : 0;
        const kind = result.kind === 'rejected' ? result.rejection.code
          : depth > 2 ? 'deep' : depth > 0 ? 'reorganised' : result.kind;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
    const wanted = ['connected', 'sideBranch', 'reorganised', 'deep', 'bad-signature', 'bad-amount',
      'bad-sequence', 'insufficient-funds', 'invalid-ancestor', 'bad-reward-amount'];
    for (const kind of wanted) {
      expect(seen.get(kind) ?? 0, `${kind} of ${JSON.stringify([...seen])}`).toBeGreaterThan(4);
    }
  });
});

describe('the order in which blocks arrive', () => {
  it('does not matter to the state in the end, for all 720 orders of a small tree', () => {
    const none = { payments: [], rewardError: 0 };
    const pay = { from: 0, to: 1, amount: 5, fee: 1, flaw: 'none' } as const;
    const blocks = plantTree([
      { ...none, back: 0, miner: 0 },
      { ...none, back: 0, miner: 1, payments: [pay] },
      { ...none, back: 1, miner: 2, payments: [pay, pay] },
      { ...none, back: 0, miner: 0, payments: [{ ...pay, flaw: 'forged' }] },
      { ...none, back: 1, miner: 3 },
      { ...none, back: 0, miner: 3, payments: [{ ...pay, from: 2 }] },
    ]);
    const states = new Set<string>();
    const visit = (order: readonly Block[], rest: readonly Block[]): void => {
      if (rest.length === 0) {
        const feeder = new Feeder();
        for (const block of order) feeder.feed(block);
        states.add(JSON.stringify(mainState(feeder.store)));
      }
      for (const block of rest) visit([...order, block], rest.filter((one) => one !== block));
    };
    visit([], blocks);
    expect(states.size).toBe(1);
  });
});
