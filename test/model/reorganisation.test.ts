/**
 * Deep and repeated reorganisations (threats rows 49 and 50), against a chain that never had any.
 */
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import type { Chain } from '../../src/consensus/chain.ts';
import { SPACE } from '../../src/consensus/records.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import type { Block } from '../../src/consensus/types.ts';
import { mainState } from '../rules/run-row.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS, NOW } from '../support/block-factory.ts';
import type { Parent } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { toySigner, ToyVerifier } from '../support/toy-signatures.ts';

const factory = new BlockFactory({ ...EASY_PARAMS, difficulty: 0 });
const [ALICE, BOB] = [toySigner('alice'), toySigner('bob')];

function open(store: MemoryStore): Chain {
  return openChain(factory.params, store, new Signatures(new ToyVerifier(), factory.networkId));
}

/** The state of a store that was only ever given these blocks, in this order. */
function stateAfter(blocks: readonly Block[]): unknown {
  const store = new MemoryStore();
  const chain = open(store);
  for (const block of blocks) expect(chain.addBlock(block, NOW).kind).toBe('connected');
  return mainState(store);
}

/** Blocks of Alice's, each with a payment to Bob of the next sequence; those of a tag differ. */
function payingLine(parent: Parent, count: number, firstSequence: number, tag: string): Block[] {
  const blocks: Block[] = [];
  let last = parent;
  for (let index = 0; index < count; index++) {
    const sequence = firstSequence + index;
    const terms = { from: ALICE, to: addressOfSigner(BOB), amount: 7n, sequence };
    const payment = factory.pay({ ...terms, time: NOW + tag.length + tag.charCodeAt(0) });
    const parts = { payments: [payment], to: addressOfSigner(ALICE), header: { tag } };
    const block = factory.block(last, parts);
    blocks.push(block);
    last = block;
  }
  return blocks;
}

describe('a reorganisation', () => {
  it.each([1, 10, 300])('of depth %d leaves nothing of the old branch', (depth) => {
    const store = new MemoryStore();
    const chain = open(store);
    const first = factory.block(factory.genesis, { to: addressOfSigner(ALICE) });
    const old = payingLine(first, depth, 0, 'old');
    for (const block of [first, ...old]) expect(chain.addBlock(block, NOW).kind).toBe('connected');
    const stateBefore = mainState(store);
    const next = payingLine(first, depth + 1, 0, 'new');
    for (const block of next.slice(0, -1)) {
      expect(chain.addBlock(block, NOW).kind).toBe('sideBranch');
    }
    expect(mainState(store)).toEqual(stateBefore);

    const result = chain.addBlock(next.at(-1)!, NOW);
    expect(result).toMatchObject({ kind: 'connected' });
    if (result.kind !== 'connected') return;
    const { disconnected, connected } = result.change;
    expect(disconnected.map(({ id }) => id)).toEqual(old.map(({ id }) => id).reverse());
    expect(connected.map(({ id }) => id)).toEqual(next.map(({ id }) => id));
    expect(mainState(store)).toEqual(stateAfter([first, ...next]));
    expect(chain.account(addressOfSigner(BOB)).balance).toBe(7n * BigInt(depth + 1));

    const back = payingLine(old.at(-1)!, 2, depth, 'old');
    for (const block of back) chain.addBlock(block, NOW);
    expect(mainState(store)).toEqual(stateAfter([first, ...old, ...back]));
  });

  it('500 times back and forth writes no more than its blocks, and leaves no trace', () => {
    const store = new MemoryStore();
    const chain = open(store);
    const main = [factory.block(factory.genesis, { to: addressOfSigner(ALICE) })];
    chain.addBlock(main[0]!, NOW);
    let blocks = 1;
    let flips = 0;
    const growth: number[] = [];
    while (flips < 500) {
      // The loser is one block; the winner branches off before it and is one longer.
      const parent = main.at(-1)!;
      const sequence = chain.account(addressOfSigner(ALICE)).sequence;
      const loser = payingLine(parent, 1 + (flips % 3), sequence, 'loser');
      const winner = payingLine(parent, loser.length + 1, sequence, 'winner');
      const sizeBefore = store.size;
      const kinds = [...loser, ...winner].map((block) => chain.addBlock(block, NOW).kind);
      expect(kinds.filter((kind) => kind === 'sideBranch')).toHaveLength(loser.length);
      expect(chain.tip.id).toBe(winner.at(-1)!.id);
      main.push(...winner);
      blocks += loser.length + winner.length;
      growth.push((store.size - sizeBefore) / (loser.length + winner.length));
      flips++;
    }
    expect(Math.max(...growth.slice(-3))).toBeLessThanOrEqual(Math.max(...growth.slice(0, 3)));
    expect(store.dump(SPACE.body)).toHaveLength(blocks + 1);
    expect(mainState(store)).toEqual(stateAfter(main));
  });
});
