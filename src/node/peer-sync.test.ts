/**
 * Goal: a peer that has one block more is asked for that block, which saves two messages and the
 * time of two; whatever is odd about it, headers decide as ever, and who keeps it back keeps nobody
 * from the others. Method: `Sync` with strangers in virtual time.
 */
import { describe, expect, it } from 'vitest';
import { BlockFactory } from '../../test/support/block-factory.ts';
import { TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { serve, SyncScene } from '../../test/support/peer-scene.ts';
import type { Actor } from '../../test/support/peer-scene.ts';
import { encodeBlock } from '../consensus/encoding.ts';
import type { Block } from '../consensus/types.ts';
import { BLOCK_DEADLINE_MS } from './download.ts';
import { BLOCK_PATIENCE_MS } from './peer-sync.ts';
import { HEADER_REQUESTS_MAX } from './sync.ts';

const factory = new BlockFactory(TEST_PARAMS);
const blocks = factory.line(factory.genesis, 6);
const rivals = factory.line(blocks[1]!, 3, { header: { tag: 'rival' } });

/** The chain has the first five blocks. */
function scene(): SyncScene {
  const made = new SyncScene();
  for (const block of blocks.slice(0, 5)) made.chain.addBlock(block, made.clock.now());
  return made;
}

/** What it was asked, in order. */
function questions({ stranger }: Actor): string[] {
  return stranger.heard.map(({ kind }) => kind);
}

const tipOf = (made: SyncScene): string => made.chain.tip.id;
const silent = (): boolean => true;
const give = ({ stranger }: Actor, block: Block): void =>
  stranger.say({ kind: 'block', bytes: encodeBlock(block) });

describe('a peer that has one block more', () => {
  it('is asked for it, and for nothing else', async () => {
    const made = scene();
    const actor = made.join('a', blocks);
    await made.seconds(2);
    expect(tipOf(made)).toBe(blocks[5]!.id);
    expect(questions(actor)).toEqual(['getBlocks']);
    expect(actor.peer.faults).toBe(0);
  });

  it('which it sent before its parent had come, is taken this time', async () => {
    const made = new SyncScene();
    for (const block of blocks.slice(0, 4)) made.chain.addBlock(block, made.clock.now());
    const actor = made.join('a', blocks.slice(0, 4));
    await made.passing();
    give(actor, blocks[5]!);
    await made.passing();
    made.chain.addBlock(blocks[4]!, made.clock.now());
    actor.blocks = blocks;
    actor.claim();
    await made.passing();
    expect(tipOf(made)).toBe(blocks[5]!.id);
    expect(questions(actor)).toEqual(['getBlocks']);
  });

  it('on another branch is asked for headers then', async () => {
    const made = new SyncScene();
    for (const block of [...blocks.slice(0, 2), ...rivals.slice(0, 2)]) {
      made.chain.addBlock(block, made.clock.now());
    }
    const actor = made.join('a', blocks.slice(0, 5));
    await made.seconds(2);
    expect(tipOf(made)).toBe(blocks[4]!.id);
    expect(questions(actor)).toEqual(['getBlocks', 'getHeaders', 'getBlocks']);
    expect(actor.peer.faults).toBe(0);
  });

  it('and has left it meanwhile is asked for headers then', async () => {
    const made = scene();
    const other = factory.line(blocks[4]!, 2, { header: { tag: 'other' } });
    const better = [...blocks.slice(0, 5), ...other];
    const actor = made.join('a', blocks, (message, self) => {
      if (message.kind === 'getBlocks') self.blocks = better;
      return false;
    });
    await made.seconds(2);
    expect(tipOf(made)).toBe(better.at(-1)!.id);
    expect(questions(actor).slice(0, 2)).toEqual(['getBlocks', 'getHeaders']);
    expect(actor.peer.faults).toBe(0);
  });

  it('is the only one of many that is asked', async () => {
    const made = scene();
    const actors = ['a', 'b', 'c'].map((name) => made.join(name, blocks));
    await made.passing();
    expect(tipOf(made)).toBe(blocks[5]!.id);
    expect(actors.map((actor) => questions(actor).length)).toEqual([1, 0, 0]);
  });

  it('and keeps it back delays it by little', async () => {
    const made = scene();
    const liar = made.join('liar', blocks, silent);
    const honest = made.join('honest', blocks);
    await made.passing();
    expect([questions(liar), questions(honest)]).toEqual([['getBlocks'], []]);
    await made.seconds(Math.ceil(BLOCK_PATIENCE_MS / 1_000) + 1);
    expect(tipOf(made)).toBe(blocks[5]!.id);
    expect(questions(honest)[0]).toBe('getHeaders');
  });

  it('and is slow is not to blame when it comes late, once', async () => {
    const made = scene();
    const actor = made.join('a', blocks, silent);
    await made.seconds(BLOCK_DEADLINE_MS / 1_000 + 1);
    made.chain.addBlock(blocks[5]!, made.clock.now());
    made.chain.addBlock(factory.line(blocks[5]!, 1)[0]!, made.clock.now());
    give(actor, blocks[5]!);
    await made.passing();
    expect(actor.peer.faults).toBe(0);
    give(actor, blocks[5]!);
    await made.passing();
    expect(actor.peer.faults).toBe(1);
  });

  it('and talks, but does not give it, is a liar', async () => {
    const made = scene();
    const actor = made.join('a', blocks, silent);
    await made.passing();
    actor.claim();
    await made.seconds(BLOCK_DEADLINE_MS / 1_000 + 1);
    expect(actor.peer.faults).toBeGreaterThan(20);
  });

  it('and sends headers in its place is not believed', async () => {
    const made = scene();
    const actor = made.join('a', blocks, (message, self) => {
      const isFirst = self.stranger.heard.length === 1;
      if (isFirst) serve(self, { kind: 'getHeaders', locator: [] });
      return message.kind === 'getBlocks';
    });
    await made.passing();
    expect(actor.peer.faults).toBeGreaterThan(0);
    expect(tipOf(made)).toBe(blocks[4]!.id);
  });

  it('sends a block that breaks a rule no second time', async () => {
    const made = scene();
    const [bad] = factory.line(blocks[4]!, 1, { header: { time: 1 } });
    const liar = made.join('liar', [...blocks.slice(0, 5), bad!]);
    await made.seconds(1);
    expect(liar.peer.isOpen).toBe(false);
    expect(tipOf(made)).toBe(blocks[4]!.id);
  });
});

describe('many liars that claim a block each', () => {
  it('do not keep an honest peer from being asked', async () => {
    const made = scene();
    for (let count = 0; count < 3 * HEADER_REQUESTS_MAX; count++) {
      const [own] = factory.line(blocks[4]!, 1, { header: { time: made.clock.now() + count } });
      made.join(`liar${count}`, [...blocks.slice(0, 5), own!], silent);
    }
    made.join('honest', blocks);
    await made.seconds(5);
    expect(tipOf(made)).toBe(blocks[5]!.id);
  });
});
