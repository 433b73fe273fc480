/**
 * Goal: a run of headers is worth what it proves, and little of it is kept (threats rows 34-40,
 * 45). Method: real headers on a free network, made wrong one field at a time.
 */
import { describe, expect, it } from 'vitest';
import { BlockFactory, EASY_PARAMS, NOBODY, NOW } from '../../test/support/block-factory.ts';
import { testChain } from '../../test/support/chain-fixture.ts';
import { blockIdOf } from '../consensus/encoding.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import { workOf } from '../consensus/pow.ts';
import type { Block, BlockHeader } from '../consensus/types.ts';
import { HeaderProof } from './header-proof.ts';

const WORK = workOf(EASY_PARAMS.difficulty);

function scene(count = 5) {
  const factory = new BlockFactory(EASY_PARAMS);
  const { chain } = testChain(EASY_PARAMS);
  const blocks = factory.line(factory.genesis, count);
  const proof = new HeaderProof(chain, chain.tip);
  return { factory, chain, blocks, proof };
}

function headersOf(blocks: readonly Block[]): BlockHeader[] {
  return blocks.map((block) => block.header);
}

describe('a run of headers', () => {
  it('proves the work of each', () => {
    const { chain, blocks, proof } = scene();
    expect(proof.work).toBe(chain.tip.work);
    expect(proof.extend(headersOf(blocks), NOW)).toEqual({ kind: 'extended' });
    expect(proof.work).toBe(chain.tip.work + 5n * WORK);
    expect(proof.lastId).toBe(blocks[4]!.id);
    expect(proof.batch.map((entry) => entry.id)).toEqual(blocks.map((block) => block.id));
  });

  it('keeps the last message, and one id of each message before', () => {
    const { blocks, proof } = scene();
    proof.extend(headersOf(blocks.slice(0, 2)), NOW);
    proof.extend(headersOf(blocks.slice(2)), NOW);
    expect(proof.milestones).toEqual([blocks[1]!.id, blocks[4]!.id]);
    expect(proof.batch).toHaveLength(3);
    expect(proof.work).toBe(6n * WORK);
  });

  it('begins at any block of ours, and counts the work up to it', () => {
    const { factory, chain, blocks } = scene();
    for (const block of blocks) chain.addBlock(block, NOW);
    const fork = chain.headerAt(2)!;
    const proof = new HeaderProof(chain, fork);
    const branch = factory.line(blocks[1]!, 4, { header: { tag: 'other' } });
    expect(proof.extend(headersOf(branch), NOW)).toEqual({ kind: 'extended' });
    expect(proof.work).toBe(fork.work + 4n * WORK);
    expect(proof.work > chain.tip.work).toBe(true);
  });

  it('is broken by a header that does not follow', () => {
    const { blocks } = scene();
    for (const headers of [
      [blocks[1]!, blocks[0]!], [blocks[0]!, blocks[2]!], [blocks[0]!, blocks[0]!], [blocks[4]!],
    ].map(headersOf)) {
      expect(scene().proof.extend(headers, NOW)).toEqual({ kind: 'disconnected' });
    }
  });

  it.each([
    ['bad-version', { version: 2 }], ['bad-height', { height: 5 }],
    ['bad-difficulty', { difficulty: 3 * 65_536 }], ['time-too-old', { time: 1 }],
  ] as const)('is rejected with %s', (code, header) => {
    const { factory, blocks, proof } = scene(3);
    const wrong = factory.block(blocks[2]!, { header });
    const result = proof.extend(headersOf([...blocks, wrong]), NOW);
    expect(result).toMatchObject({ kind: 'rejected', rejection: { code }, header: wrong.header });
    expect(proof.batch.map((entry) => entry.id)).toEqual(blocks.map((block) => block.id));
  });

  it('is rejected without proof of work', () => {
    const { factory, blocks, proof } = scene(1);
    const wrong = factory.block(blocks[0]!, { isUnproved: true });
    expect(proof.extend(headersOf([...blocks, wrong]), NOW))
      .toMatchObject({ kind: 'rejected', rejection: { code: 'bad-proof-of-work' } });
  });

  it('that is too far ahead is early, and what comes before it is kept', () => {
    const { factory, blocks, proof } = scene(2);
    const early = factory.block(blocks[1]!, { header: { time: NOW + CLOCK_DRIFT_MAX_MS + 1 } });
    const headers = headersOf([...blocks, early]);
    expect(proof.extend(headers, NOW))
      .toMatchObject({ kind: 'rejected', rejection: { code: 'time-too-new' } });
    expect(proof.batch).toHaveLength(2);
    expect(scene().proof.extend(headers, NOW + 1)).toEqual({ kind: 'extended' });
  });

  it('looks at the times of the headers before it, over messages too', () => {
    const { factory, proof } = scene();
    const blocks = factory.line(factory.genesis, 30);
    for (const block of blocks) expect(proof.extend([block.header], NOW).kind).toBe('extended');
    const median = blocks[24]!.header.time; // Of blocks 20 to 30, by height.
    for (const [time, kind] of [[median, 'rejected'], [median + 1, 'extended']] as const) {
      const again = new HeaderProof(scene().chain, scene().chain.tip);
      again.extend(headersOf(blocks), NOW);
      expect(again.extend([factory.block(blocks[29]!, { header: { time } }).header], NOW).kind)
        .toBe(kind);
    }
  });

  it('is refused at a block that was refused before', () => {
    const { factory, chain, blocks } = scene(2);
    const wrong = factory.block(blocks[1]!, { transactions: [factory.reward(3, NOBODY, 1n)] });
    for (const block of [...blocks, wrong]) chain.addBlock(block, NOW);
    expect(chain.tip.header.height).toBe(2);
    const proof = new HeaderProof(chain, chain.tip);
    expect(proof.extend([wrong.header], NOW))
      .toMatchObject({ kind: 'rejected', rejection: { code: 'bad-reward-amount' } });
    expect(blockIdOf(wrong.header)).toBe(wrong.id);
  });
});
