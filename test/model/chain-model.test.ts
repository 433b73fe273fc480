/**
 * `Chain` against the naive model (threats rows 1, 4, 16, 17, 49): commands that fast-check draws
 * and shrinks mine good and bad blocks on any block, keep them back, send them late, out of order
 * or twice, and open the store again. After each command both have the same tip and the same
 * accounts; in the end the store holds what a store has that only ever saw the main chain.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { AddBlockResult, Chain } from '../../src/consensus/chain.ts';
import { findSpent, findTransaction, receivedBy, spentBy } from '../../src/consensus/history.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block, BlockId } from '../../src/consensus/types.ts';
import { mainState, moneyIn } from '../rules/run-row.ts';
import { NOW } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ToyVerifier } from '../support/toy-signatures.ts';
import { NaiveChain } from './naive-chain.ts';
import {
  ADDRESSES, blockPlan, factory, isSigned, plantBlock, plantTree, treePlans,
} from './random-blocks.ts';
import type { BlockPlan } from './random-blocks.ts';

const { networkId, params } = factory;

function open(store: MemoryStore): Chain {
  return openChain(params, store, new Signatures(new ToyVerifier(), networkId));
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
function expectHistory(chain: Chain, blocks: readonly Block[]): void {
  const received = new Map<string, unknown[]>(ADDRESSES.map((address) => [address, []]));
  const spent = new Map<string, unknown[]>(ADDRESSES.map((address) => [address, []]));
  for (const { header, transactions } of blocks) {
    for (const [index, transaction] of transactions.entries()) {
      const position = { height: header.height, index };
      expect(findTransaction(chain.records, transaction.id)).toEqual(position);
      received.get(transaction.to)!.unshift(position);
      if (transaction.type === 'reward') continue;
      expect(findSpent(chain, transaction.from, transaction.sequence)).toEqual(position);
      spent.get(transaction.from)!.unshift(position);
    }
  }
  for (const address of ADDRESSES) {
    expect([...receivedBy(chain, address)]).toEqual(received.get(address));
    expect([...spentBy(chain, address)]).toEqual(spent.get(address));
  }
}

/** Feeds a block, keeps it while its parent is missing, and then those that waited for it. */
class Feeder {
  chain: Chain;
  readonly store = new MemoryStore();
  readonly model = new NaiveChain(factory.genesis, params.blockReward, isSigned);
  readonly #waiting: Block[] = [];

  constructor() {
    this.chain = open(this.store);
  }

  feed(block: Block): void {
    const before = this.chain.tip.id;
    const isKnown = this.model.blocks.has(block.id);
    const result = this.chain.addBlock(block, NOW);
    expectTold(result, before, this.chain);
    if (result.kind === 'orphan') {
      // A block that was refused unstored is forgotten when the store is opened again.
      const missing = this.model.blocks.get(result.missing);
      expect(missing && this.model.accountsAt(missing), 'forgets a good block').toBe(undefined);
      this.#waiting.push(block);
      return;
    }
    if (!isKnown) this.model.add(block);
    const isGood = this.model.accountsAt(block) !== undefined;
    if (result.kind === 'rejected') expect(isGood, 'refuses a good block').toBe(false);
    if (result.kind === 'known') expect(isKnown, 'knows what it was never told').toBe(true);
    expectSame(this.chain, this.store, this.model);
    for (const child of this.#waiting.filter((one) => one.header.previousId === block.id)) {
      this.#waiting.splice(this.#waiting.indexOf(child), 1);
      this.feed(child);
    }
  }

  /** What is in the store is all that is left. */
  reopen(): void {
    const { tip } = this.chain;
    this.chain = open(this.store);
    expect(this.chain.tip).toEqual(tip);
    expectSame(this.chain, this.store, this.model);
  }
}

/** The chain with what it was told, and all blocks that there are, told or not. */
class World {
  readonly feeder = new Feeder();
  readonly all = new NaiveChain(factory.genesis, params.blockReward, isSigned);
  readonly blocks = [factory.genesis];
  readonly secret: Block[] = [];

  mine(plan: BlockPlan): Block {
    const block = plantBlock(this.all, this.blocks, plan);
    this.all.add(block);
    this.blocks.push(block);
    return block;
  }
}

type Command = fc.Command<object, World>;

/** A command that is always possible; `words` are what a counterexample shows. */
function command(words: string, run: (world: World) => void): Command {
  return { check: () => true, run: (_, world) => run(world), toString: () => words };
}

const COMMANDS: fc.Arbitrary<Command>[] = [
  blockPlan.map((plan) => command(`mine ${fc.stringify(plan)}`, (world) => {
    world.feeder.feed(world.mine(plan));
  })),
  blockPlan.map((plan) => command(`mine in secret ${fc.stringify(plan)}`, (world) => {
    world.secret.push(world.mine(plan));
  })),
  fc.nat(20).map((back) => command(`send the secret block ${back} from the end`, (world) => {
    const [block] = world.secret.splice(Math.max(0, world.secret.length - 1 - back), 1);
    if (block !== undefined) world.feeder.feed(block);
  })),
  fc.nat(20).map((back) => command(`send again the block ${back} from the end`, (world) => {
    world.feeder.feed(world.blocks[Math.max(0, world.blocks.length - 1 - back)]!);
  })),
  fc.constant(command('open the store again', (world) => world.feeder.reopen())),
];

describe('a chain and the naive model', () => {
  it('agree after every command', () => {
    const commands = fc.commands(COMMANDS, { maxCommands: 60, size: 'max' });
    fc.assert(fc.property(commands, (list) => {
      const world = new World();
      fc.modelRun(() => ({ model: {}, real: world }), list);
      const { feeder } = world;
      for (const block of world.secret) feeder.feed(block);
      feeder.reopen();
      const { chain, store } = feeder;
      const blocks = mainBlocks(chain);
      expectHistory(chain, blocks);

      const replayed = new MemoryStore();
      const fresh = open(replayed);
      for (const block of blocks.slice(1)) {
        expect(fresh.addBlock(block, NOW).kind).toBe('connected');
      }
      expect(mainState(store)).toEqual(mainState(replayed));
    }), { numRuns: 100 });
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
