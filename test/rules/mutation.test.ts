/**
 * Every bit of a good block flipped (threats rows 11, 19, 35): nothing that comes out is accepted,
 * nothing throws, and the good block is still good afterwards.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openChain } from '../../src/consensus/chain.ts';
import { decodeBlock, encodeBlock } from '../../src/consensus/encoding.ts';
import { DIFFICULTY_BIT } from '../../src/consensus/params.ts';
import { Signatures } from '../../src/consensus/signatures.ts';
import { blocks as anyBlocks } from '../support/arbitraries.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS, NOW } from '../support/block-factory.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { toySigner, ToyVerifier } from '../support/toy-signatures.ts';

const [ALICE, BOB] = [toySigner('alice'), toySigner('bob')];

/**
 * Hard enough that a changed header hardly ever proves the same work: the blocks are always the
 * same.
 */
const factory = new BlockFactory({ ...EASY_PARAMS, difficulty: 14 * DIFFICULTY_BIT });

describe('a block with one bit flipped', () => {
  it('is refused, and does not keep the real one out', () => {
    const store = new MemoryStore();
    const signatures = new Signatures(new ToyVerifier(), factory.networkId);
    const chain = openChain(factory.params, store, signatures);
    const first = factory.block(factory.genesis, { to: addressOfSigner(ALICE) });
    chain.addBlock(first, NOW);
    const to = addressOfSigner(BOB);
    const payments = [0, 1].map((sequence) =>
      factory.pay({ from: ALICE, to, amount: 9n, sequence }));
    const good = factory.block(first, { payments });
    const bytes = encodeBlock(good);
    const outcomes = new Map<string, number>();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const block = decodeBlock(flipped, factory.networkId);
      const result = block === undefined ? undefined : chain.addBlock(block, NOW);
      const outcome = result === undefined ? 'malformed'
        : result.kind === 'rejected' ? result.rejection.code : result.kind;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const allowed = ['malformed', 'orphan', 'bad-version', 'bad-height', 'bad-difficulty',
      'bad-proof-of-work', 'bad-merkle-root'];
    expect([...outcomes.keys()].sort()).toEqual(allowed.sort());
    expect(outcomes.get('orphan')).toBe(256);
    expect(chain.tip.id).toBe(first.id);
    expect(chain.addBlock(good, NOW).kind).toBe('connected');
    expect(chain.account(to).balance).toBe(18n);
  });
});

describe('any block at all', () => {
  it('is answered, not thrown at', () => {
    const easy = new BlockFactory({ ...EASY_PARAMS, difficulty: 0 });
    const chain = openChain(
      easy.params, new MemoryStore(), new Signatures(new ToyVerifier(), easy.networkId),
    );
    const kinds = new Set<string>();
    const odd = fc.tuple(anyBlocks, fc.nat(3));
    fc.assert(fc.property(odd, ([{ header, transactions }, honesty]) => {
      // The more honest, the further it gets.
      const parent = honesty === 0 ? { ...easy.genesis, id: header.previousId } : easy.genesis;
      const stamp = honesty === 1 ? { time: header.time } : {};
      const block = easy.block(parent, { transactions, header: stamp });
      const result = chain.addBlock(block, NOW);
      kinds.add(result.kind === 'rejected' ? result.rejection.code : result.kind);
      expect(['rejected', 'orphan']).toContain(result.kind);
    }), { numRuns: 200 });
    expect(kinds.size).toBeGreaterThan(2);
    expect(chain.tip.id).toBe(easy.genesis.id);
  });
});
