/**
 * Goal: the chain with the most proved work is followed, and nobody's claim is (threats rows 11,
 * 39, 40, 45-49, 52, 53, 56). Method: the real `Sync`, `Download` and `Chain` against peers that
 * the test plays.
 */
import { describe, expect, it } from 'vitest';
import { BlockFactory, NOBODY } from '../../test/support/block-factory.ts';
import type { Parent } from '../../test/support/block-factory.ts';
import { START_TIME, TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { serve, SyncScene } from '../../test/support/peer-scene.ts';
import type { Actor } from '../../test/support/peer-scene.ts';
import { encodeBlock, makeBlock } from '../consensus/encoding.ts';
import { CLOCK_DRIFT_MAX_MS } from '../consensus/params.ts';
import type { Block } from '../consensus/types.ts';
import { HEADERS_MAX } from '../protocol/messages.ts';
import type { Message } from '../protocol/messages.ts';
import { BLOCK_DEADLINE_MS } from './download.ts';
import { FAULTS_MAX } from './peer.ts';
import { HEADERS_DEADLINE_MS } from './peer-sync.ts';
import { ASK_AGAIN_MS, HEADER_REQUESTS_MAX } from './sync.ts';

const factory = new BlockFactory(TEST_PARAMS);

function line(count: number, tag: string, parent: Parent = factory.genesis): Block[] {
  return factory.line(parent, count, { header: { tag } });
}

/** A scene whose chain has these blocks. */
function sceneWith(blocks: readonly Block[]): SyncScene {
  const scene = new SyncScene();
  for (const block of blocks) scene.chain.addBlock(block, scene.clock.now());
  expect(scene.chain.tip.header.height).toBe(blocks.length);
  return scene;
}

/** Headers that were asked of it and blocks, as counts. */
function askedOf(actor: Actor): { headers: number; blocks: number } {
  const { stranger } = actor;
  const blocks = stranger.all('getBlocks').reduce((sum, message) => sum + message.ids.length, 0);
  return { headers: stranger.all('getHeaders').length, blocks };
}

const silent = (): boolean => true;

describe('a peer with more work', () => {
  it('is followed to its tip', async () => {
    const blocks = line(300, 'a');
    const scene = sceneWith(blocks.slice(0, 100));
    const { peer } = scene.join('a', blocks);
    await scene.seconds(5);
    expect(scene.chain.tip.id).toBe(blocks[299]!.id);
    expect(peer.faults).toBe(0);
    expect(scene.sync.isBehind).toBe(false);
    expect(scene.settled).toBe(1);
  });

  it('is followed past the 2,000 headers of one message', async () => {
    const blocks = line(2 * HEADERS_MAX + 7, 'a');
    const scene = new SyncScene();
    const { peer } = scene.join('a', blocks);
    await scene.seconds(20);
    expect(scene.chain.tip.id).toBe(blocks.at(-1)!.id);
    expect(peer.faults).toBe(0);
  });

  it('is asked for the next headers before the blocks of the last ones have all come', async () => {
    const blocks = line(3 * HEADERS_MAX + 7, 'a');
    const scene = new SyncScene();
    const heights: number[] = [];
    scene.join('a', blocks, (message) => {
      if (message.kind === 'getHeaders') heights.push(scene.chain.tip.header.height);
      return false;
    });
    await scene.seconds(20);
    expect(scene.chain.tip.id).toBe(blocks.at(-1)!.id);
    expect(scene.settled).toBe(1);
    // Each message is asked for once, and none when there is nothing left to connect.
    expect(heights.length).toBe(4);
    for (const [index, height] of heights.entries()) {
      expect(height).toBeLessThan(Math.max(1, index * HEADERS_MAX));
    }
  });

  it('is blamed for no answer to what was asked ahead of a download that failed', async () => {
    const blocks = line(2 * HEADERS_MAX, 'a');
    const scene = new SyncScene();
    const held: (() => void)[] = [];
    const { peer } = scene.join('a', blocks, (message, self) => {
      if (message.kind === 'getBlocks' && held.length > 0) {
        for (const id of message.ids) self.stranger.say({ kind: 'notFound', id });
        return true;
      }
      if (message.kind !== 'getHeaders') return false;
      if (message.locator.includes(factory.genesis.id)) return false;
      held.push(() => serve(self, message));
      return true;
    });
    await scene.seconds(2);
    expect(held).toHaveLength(1);
    expect(scene.sync.remaining).toBe(0);
    for (const answer of held) answer();
    await scene.passing();
    expect(peer.faults).toBe(0);
  });

  it('of just as many blocks as a message has headers is no liar', async () => {
    const blocks = line(2 * HEADERS_MAX, 'a');
    const scene = new SyncScene();
    const { peer } = scene.join('a', blocks);
    await scene.seconds(20);
    expect(scene.chain.tip.id).toBe(blocks.at(-1)!.id);
    expect(peer.faults).toBe(0);
  });

  it('that leaves its branch for a better one meanwhile is followed there', async () => {
    const blocks = line(2 * HEADERS_MAX, 'a');
    const better = [...blocks.slice(0, 50), ...line(2 * HEADERS_MAX, 'b', blocks[49])];
    const scene = new SyncScene();
    let asked = 0;
    const actor = scene.join('a', blocks, (message, self) => {
      if (message.kind === 'getHeaders' && ++asked === 2) self.blocks = better;
      return false;
    });
    await scene.seconds(3);
    actor.claim();
    await scene.seconds(30);
    expect(scene.chain.tip.id).toBe(better.at(-1)!.id);
    expect(actor.peer.isOpen).toBe(true);
  });

  it('is followed again when it says that it has a new tip', async () => {
    const blocks = line(6, 'a');
    const scene = new SyncScene();
    const actor = scene.join('a', blocks.slice(0, 5));
    await scene.seconds(2);
    actor.blocks = blocks;
    actor.claim();
    await scene.seconds(1);
    expect(scene.chain.tip.id).toBe(blocks[5]!.id);
  });

  it('is asked at once about a greater claim, though it had nothing better just now', async () => {
    const blocks = line(6, 'a');
    const scene = sceneWith(blocks.slice(0, 5));
    const actor = scene.join('a', blocks.slice(0, 5));
    await scene.seconds(1);
    actor.claim(7n);
    await scene.passing();
    expect(askedOf(actor).headers).toBe(1);
    actor.blocks = blocks;
    actor.claim(8n);
    await scene.passing();
    expect(scene.chain.tip.id).toBe(blocks[5]!.id);
  });

  it('on another branch is followed through a reorganisation', async () => {
    const common = line(5, 'a');
    const scene = sceneWith([...common, ...line(20, 'ours', common[4])]);
    const theirs = [...common, ...line(21, 'theirs', common[4])];
    scene.join('a', theirs);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(theirs.at(-1)!.id);
  });

  it.each([0, 1])('is asked for no block when it has %i fewer than we', async (fewer) => {
    const common = line(5, 'a');
    const ours = [...common, ...line(20, 'ours', common[4])];
    const scene = sceneWith(ours);
    const actor = scene.join('a', [...common, ...line(20 - fewer, 'theirs', common[4])]);
    actor.claim(10n ** 12n);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(ours.at(-1)!.id);
    expect(askedOf(actor).blocks).toBe(0);
    expect(actor.peer.faults).toBeGreaterThan(0);
  });

  it('costs no fault when it claims no more than it has, and has less', async () => {
    const scene = sceneWith(line(5, 'a'));
    const actor = scene.join('a', []);
    await scene.seconds(5);
    expect(actor.stranger.all('getHeaders')).toEqual([]);
    expect(actor.peer.faults).toBe(0);
  });

  it('is one of at most four that are asked at once', async () => {
    const scene = new SyncScene();
    const actors = Array.from({ length: 10 }, (_, index) =>
      scene.join(`p${index}`, line(3, 'a'), silent));
    await scene.seconds(1);
    expect(actors.filter((actor) => askedOf(actor).headers > 0)).toHaveLength(HEADER_REQUESTS_MAX);
  });
});

describe('a branch of more than one message', () => {
  const common = line(150, 'common');
  const ours = [...common, ...line(2_300, 'ours', common.at(-1))];
  const theirs = [...common, ...line(2_700, 'theirs', common.at(-1))];

  it('is proved first, then fetched again and followed', async () => {
    const scene = sceneWith(ours);
    const actor = scene.join('a', theirs);
    await scene.seconds(30);
    expect(scene.chain.tip.id).toBe(theirs.at(-1)!.id);
    expect(actor.peer.faults).toBe(0);
    // Two messages to prove it, two to fetch it, and no block before it was proved.
    const kinds = actor.stranger.heard.map((message) => message.kind);
    expect(kinds.slice(0, kinds.indexOf('getBlocks')).filter((kind) => kind === 'getHeaders'))
      .toHaveLength(3);
  });

  it('may grow meanwhile', async () => {
    const scene = sceneWith(ours);
    const actor = scene.join('a', theirs.slice(0, -10), (message, self) => {
      if (message.kind === 'getBlocks') self.blocks = theirs;
      return false;
    });
    await scene.seconds(30);
    expect(scene.chain.tip.id).toBe(theirs.at(-1)!.id);
    expect(actor.peer.faults).toBe(0);
  });

  it('is dropped when other headers come than were proved', async () => {
    const other = [...common, ...line(2_700, 'other', common.at(-1))];
    const scene = sceneWith(ours);
    let asked = 0;
    const actor = scene.join('a', theirs, (message, self) => {
      // The proof takes two messages of these.
      if (message.kind === 'getHeaders' && ++asked > 2) self.blocks = other;
      return false;
    });
    await scene.seconds(1);
    expect(scene.chain.tip.id).toBe(ours.at(-1)!.id);
    expect(actor.peer.faults).toBeGreaterThanOrEqual(FAULTS_MAX / 2 - 5);
    expect(askedOf(actor).blocks).toBe(0);
  });

  it('that has less work than ours is never fetched', async () => {
    const scene = sceneWith(ours);
    const actor = scene.join('a', theirs.slice(0, 2_400));
    actor.claim(10n ** 12n);
    await scene.seconds(10);
    expect(askedOf(actor).blocks).toBe(0);
    expect(scene.chain.tip.id).toBe(ours.at(-1)!.id);
  });

  it('is passed over when another peer is being followed, and shown again later', async () => {
    const scene = sceneWith(ours);
    const first = scene.join('a', theirs);
    const longer = [...theirs, ...line(50, 'more', theirs.at(-1))];
    const second = scene.join('b', longer);
    await scene.seconds(40);
    expect(scene.chain.tip.id).toBe(longer.at(-1)!.id);
    expect([first.peer.faults, second.peer.faults]).toEqual([0, 0]);
  });
});

describe('a liar', () => {
  it('that claims much and is silent keeps nobody from the honest', async () => {
    const blocks = line(50, 'a');
    const scene = new SyncScene();
    const liar = scene.join('liar', [], silent);
    liar.claim(10n ** 30n);
    await scene.seconds(1);
    scene.join('honest', blocks);
    // It is asked for blocks too, since it claims to have them, and given up after a deadline.
    await scene.seconds(BLOCK_DEADLINE_MS / 1_000 + 2);
    expect(scene.chain.tip.id).toBe(blocks[49]!.id);
    await scene.seconds(120);
    expect(liar.peer.isOpen).toBe(false);
    expect(askedOf(liar).headers).toBeLessThan((120 * 1_000) / HEADERS_DEADLINE_MS);
  });

  it('with many more of its kind does not take all turns', async () => {
    const blocks = line(50, 'a');
    const scene = new SyncScene();
    for (let count = 0; count < 3 * HEADER_REQUESTS_MAX; count++) {
      scene.join(`liar${count}`, [], silent).claim(10n ** 30n);
    }
    const honest = scene.join('honest', blocks);
    await scene.seconds(3 * HEADERS_DEADLINE_MS / 1_000 + 3);
    expect(askedOf(honest).headers).toBeGreaterThan(0);
    // They are asked for blocks too.
    await scene.seconds(BLOCK_DEADLINE_MS / 1_000);
    expect(scene.chain.tip.id).toBe(blocks[49]!.id);
  });

  it('that claims much and has nothing is asked rarely, and closed in the end', async () => {
    const scene = sceneWith(line(5, 'a'));
    const liar = scene.join('liar', line(5, 'a'));
    liar.claim(10n ** 30n);
    await scene.seconds(90);
    expect(liar.peer.isOpen).toBe(false);
    expect(askedOf(liar).headers).toBeLessThan((90 * 1_000) / ASK_AGAIN_MS);
    expect(scene.chain.tip.header.height).toBe(5);
  });

  it('that sends the same known headers again and again is not asked for ever', async () => {
    const blocks = line(HEADERS_MAX + 5, 'a');
    const scene = sceneWith(blocks);
    const headers = blocks.slice(0, HEADERS_MAX).map((block) => block.header);
    const liar = scene.join('liar', [], (message, self) => {
      if (message.kind === 'getHeaders') self.stranger.say({ kind: 'headers', headers });
      return true;
    });
    liar.claim(10n ** 30n);
    await scene.seconds(3);
    expect(askedOf(liar).headers).toBeLessThan(10);
    expect(liar.peer.faults).toBeGreaterThan(0);
  });

  it.each([
    ['that hang in the air', (blocks: Block[]) => blocks.slice(3), 50],
    ['that do not follow each other', (blocks: Block[]) => [blocks[0]!, blocks[2]!], FAULTS_MAX],
    ['that break a rule', (blocks: Block[]) => [
      ...blocks.slice(0, 2), factory.block(blocks[1]!, { header: { time: 1 } }),
    ], FAULTS_MAX],
  ])('that sends headers %s is faulty', async (_, bend, faults) => {
    const blocks = line(6, 'a');
    const scene = new SyncScene();
    const liar = scene.join('liar', blocks, (message, self) => {
      if (message.kind !== 'getHeaders') return false;
      self.stranger.say({ kind: 'headers', headers: bend(blocks).map((block) => block.header) });
      return true;
    });
    await scene.seconds(1);
    expect(liar.peer.faults).toBeGreaterThan(faults - 1);
    expect(scene.chain.tip.header.height).toBe(0);
    expect(askedOf(liar).blocks).toBe(0);
  });

  it('that sends what nobody asked for is faulty', async () => {
    const scene = new SyncScene();
    // Its parent is not here.
    const [, block] = line(2, 'a');
    const talker = scene.join('a', []);
    await scene.seconds(1);
    talker.stranger.say({ kind: 'headers', headers: [block!.header] });
    await scene.seconds(1);
    expect(talker.peer.faults).toBeGreaterThan(FAULTS_MAX / 5 - 1);
    for (let count = 0; count < FAULTS_MAX; count++) {
      talker.stranger.say({ kind: 'block', bytes: encodeBlock(block!) });
    }
    await scene.seconds(1);
    expect(talker.peer.isOpen).toBe(false);
    expect(scene.chain.tip.header.height).toBe(0);
  });
});

describe('bodies', () => {
  /** The block with one reward more than its header promises. */
  function mutated(block: Block): Block {
    const extra = factory.reward(block.header.height, NOBODY, 1n);
    return makeBlock(block.header, [...block.transactions, extra]);
  }

  /** Answers requests for the block with another body. */
  function bending(height: number, bend: (block: Block) => Block) {
    return (message: Message, self: Actor): boolean => {
      if (message.kind !== 'getBlocks') return false;
      const blocks = self.blocks.map((block) =>
        block.header.height === height ? bend(block) : block);
      serve({ ...self, blocks }, message);
      return true;
    };
  }

  it('that are not their headers\' own are fetched from somebody else', async () => {
    const blocks = line(20, 'a');
    const scene = new SyncScene();
    const bad = scene.join('bad', blocks, bending(7, mutated));
    const good = scene.join('good', blocks);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(blocks[19]!.id);
    expect(bad.peer.faults).toBeGreaterThan(40);
    expect(good.peer.faults).toBe(0);
  });

  it('that are mutated do not spoil the header: the good one is taken later', async () => {
    const blocks = line(20, 'a');
    const scene = new SyncScene();
    scene.join('bad', blocks, bending(7, mutated));
    await scene.seconds(3);
    expect(scene.chain.tip.header.height).toBe(6);
    scene.join('good', blocks);
    await scene.seconds(5);
    expect(scene.chain.tip.id).toBe(blocks[19]!.id);
  });

  it('that one peer does not find come from another', async () => {
    const blocks = line(20, 'a');
    const scene = new SyncScene();
    const lacking = scene.join('a', blocks, (message, self) => {
      if (message.kind !== 'getBlocks') return false;
      for (const id of message.ids) self.stranger.say({ kind: 'notFound', id });
      return true;
    });
    scene.join('b', blocks);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(blocks[19]!.id);
    expect(lacking.peer.isOpen).toBe(true);
  });

  it('are still fetched when a peer closes in the middle', async () => {
    const blocks = line(600, 'a');
    const scene = new SyncScene();
    let asked = 0;
    scene.join('a', blocks, (message, self) => {
      if (message.kind === 'getBlocks' && ++asked > 4) self.stranger.link.close();
      return asked > 4;
    });
    await scene.seconds(3);
    const height = scene.chain.tip.header.height;
    expect(height).toBeGreaterThan(0);
    expect(height).toBeLessThan(600);
    const second = scene.join('b', blocks);
    await scene.seconds(5);
    expect(scene.chain.tip.id).toBe(blocks[599]!.id);
    expect(askedOf(second).blocks).toBe(600 - height);
  });

  it('of which the first is kept back do not hold up the honest', async () => {
    const blocks = line(40, 'a');
    const better = line(41, 'b');
    const scene = new SyncScene();
    scene.join('liar', blocks, (message, self) => {
      if (message.kind !== 'getBlocks') return false;
      serve(self, { ...message, ids: message.ids.filter((id) => id !== blocks[0]!.id) });
      return true;
    });
    await scene.seconds(2);
    scene.join('honest', better);
    await scene.seconds(30);
    expect(scene.chain.tip.id).toBe(better[40]!.id);
  });

  it('that their only full owner gives one by one come from who has most of them', async () => {
    const blocks = line(41, 'a');
    const scene = new SyncScene();
    const owed: Message[] = [];
    const slow = scene.join('slow', blocks, (message) => {
      if (message.kind !== 'getBlocks') return false;
      for (const id of message.ids) owed.push({ ...message, ids: [id] });
      return true;
    });
    scene.join('honest', blocks.slice(0, 40));
    for (let round = 0; round < 3; round++) {
      await scene.seconds(14);
      serve(slow, owed.shift()!);
    }
    expect(scene.chain.tip.header.height).toBeGreaterThanOrEqual(40);
    expect(slow.peer.faults).toBe(0);
  });

  it('that break a rule in the middle leave the old tip, and end the peer', async () => {
    const ours = line(10, 'ours');
    const scene = sceneWith(ours);
    const start = line(5, 'theirs');
    const wrong = factory.block(start[4]!, {
      transactions: [factory.reward(6, NOBODY, TEST_PARAMS.blockReward + 1n)],
    });
    const theirs = [...start, wrong, ...line(10, 'theirs', wrong)];
    const liar = scene.join('liar', theirs);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(ours[9]!.id);
    expect(liar.peer.isOpen).toBe(false);
    expect(liar.peer.faults).toBeGreaterThanOrEqual(FAULTS_MAX);
    expect(scene.log.lines.map((one) => [one.message, one.fields['code']]))
      .toEqual([['branch refused', 'bad-reward-amount']]);
    // Whoever comes with the same branch is refused at its headers.
    const next = scene.join('next', theirs);
    await scene.seconds(3);
    expect(next.peer.isOpen).toBe(false);
    expect(askedOf(next).blocks).toBe(0);
    // And an honest branch is still good.
    const honest = line(12, 'honest');
    scene.join('honest', honest);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(honest[11]!.id);
  });

  it('that break a rule which only money shows leave the old tip, too', async () => {
    const scene = sceneWith(line(3, 'ours'));
    const start = line(5, 'theirs');
    const payment = factory.forge(factory.pay({
      from: { key: new Uint8Array(33).fill(2), sign: () => new Uint8Array(64) },
      to: NOBODY, amount: 1n, sequence: 0,
    }));
    const wrong = factory.block(start[4]!, { payments: [payment] });
    const liar = scene.join('liar', [...start, wrong]);
    await scene.seconds(3);
    // The five good blocks before it have more work than ours, and are followed.
    expect(scene.chain.tip.id).toBe(start[4]!.id);
    expect(liar.peer.isOpen).toBe(false);
  });
});

describe('a block that comes unasked', () => {
  const blocks = line(6, 'a');
  const push = ({ stranger }: Actor, block: Block): void =>
    stranger.say({ kind: 'block', bytes: encodeBlock(block) });

  it('extends the tip without a question, one after the other', async () => {
    const scene = sceneWith(blocks.slice(0, 3));
    const actor = scene.join('a', blocks.slice(0, 3));
    await scene.seconds(1);
    for (const block of blocks.slice(3)) push(actor, block);
    await scene.passing();
    // Of two at the same moment only the first is taken; a status makes up for that.
    expect(scene.chain.tip.header.height).toBeGreaterThanOrEqual(4);
    expect(askedOf(actor)).toEqual({ headers: 0, blocks: 0 });
    actor.blocks = blocks;
    actor.claim();
    await scene.seconds(1);
    expect(scene.chain.tip.id).toBe(blocks[5]!.id);
    expect(actor.peer.faults).toBe(0);
  });

  it('and was faster by another way is no fault, unless it comes again and again', async () => {
    const scene = sceneWith(blocks.slice(0, 4));
    const actor = scene.join('a', blocks.slice(0, 4));
    await scene.seconds(1);
    push(actor, blocks[3]!);
    await scene.passing();
    expect(actor.peer.faults).toBe(0);
    for (let count = 0; count < FAULTS_MAX; count++) push(actor, blocks[3]!);
    await scene.passing();
    expect(actor.peer.isOpen).toBe(false);
  });

  it('that is old is no news', async () => {
    const scene = sceneWith(blocks);
    const actor = scene.join('a', blocks);
    await scene.seconds(1);
    push(actor, blocks[2]!);
    await scene.passing();
    expect(actor.peer.faults).toBe(1);
  });

  it('with a header that breaks a rule ends the peer, and its body is not looked at', async () => {
    const scene = sceneWith(blocks.slice(0, 3));
    const actor = scene.join('a', blocks.slice(0, 3));
    await scene.seconds(1);
    const [bad] = factory.line(blocks[2]!, 1, { header: { time: 1 } });
    push(actor, bad!);
    await scene.passing();
    expect(actor.peer.isOpen).toBe(false);
    expect(scene.chain.tip.id).toBe(blocks[2]!.id);
  });

  it('with a body that is not its own is fetched from who has it', async () => {
    const scene = sceneWith(blocks.slice(0, 3));
    const liar = scene.join('liar', blocks.slice(0, 3));
    const honest = scene.join('honest', blocks.slice(0, 3));
    await scene.seconds(1);
    const block = blocks[3]!;
    const extra = factory.reward(block.header.height, NOBODY, 1n);
    push(liar, makeBlock(block.header, [...block.transactions, extra]));
    honest.blocks = blocks.slice(0, 4);
    honest.claim();
    await scene.seconds(5);
    expect(scene.chain.tip.id).toBe(block.id);
    expect(liar.peer.faults).toBeGreaterThan(0);
    expect(honest.peer.faults).toBe(0);
  });

  it('of a branch with less work changes nothing', async () => {
    const scene = sceneWith(blocks);
    const actor = scene.join('a', blocks);
    await scene.seconds(1);
    const [rival] = line(1, 'b', blocks[4]);
    push(actor, rival!);
    await scene.passing();
    expect(scene.chain.tip.id).toBe(blocks[5]!.id);
    expect(scene.chain.header(rival!.id)).toBeUndefined();
    expect(actor.peer.faults).toBe(0);
  });
});

describe('headers from the future', () => {
  it('are nobody\'s fault: what comes before them is followed, and they are when their time comes',
    async () => {
      const blocks = line(5, 'a');
      const scene = new SyncScene();
      const aheadMs = CLOCK_DRIFT_MAX_MS + 20_000;
      const early = factory.block(blocks[4]!, { header: { time: scene.clock.now() + aheadMs } });
      const actor = scene.join('a', [...blocks, early]);
      await scene.seconds(3);
      expect(scene.chain.tip.id).toBe(blocks[4]!.id);
      expect(actor.peer.faults).toBe(0);
      expect(scene.sync.view.clockBehindMs).toBeGreaterThan(CLOCK_DRIFT_MAX_MS);
      await scene.seconds(25);
      expect(scene.chain.tip.id).toBe(early.id);
      expect(actor.peer.faults).toBe(0);
      expect(scene.sync.view.clockBehindMs).toBeUndefined();
    });

  it('are asked for again as soon as our clock was set right', async () => {
    const scene = new SyncScene();
    const blocks = line(5, 'a');
    const fresh = factory.block(blocks[4]!, { header: { time: scene.clock.now() } });
    scene.clock.shift(-3_600_000);
    const actor = scene.join('a', [...blocks, fresh]);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(blocks[4]!.id);
    scene.clock.shift(3_600_000);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(fresh.id);
    // Nothing is left of the wait.
    const next = factory.block(fresh, { header: { time: scene.clock.now() } });
    actor.blocks = [...blocks, fresh, next];
    actor.claim();
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(next.id);
    expect(actor.peer.faults).toBe(0);
  });

  it('of a few peers say nothing about our clock', async () => {
    const scene = new SyncScene();
    const blocks = line(2, 'a');
    const time = scene.clock.now() + 10 * CLOCK_DRIFT_MAX_MS;
    scene.join('a', [...blocks, factory.block(blocks[1]!, { header: { time } })]);
    scene.join('b', blocks);
    scene.join('c', blocks);
    await scene.seconds(3);
    expect(scene.chain.tip.id).toBe(blocks[1]!.id);
    expect(scene.sync.view.clockBehindMs).toBeUndefined();
  });
});

describe('what is shown', () => {
  it('is the greatest claim, and whether a download runs', async () => {
    const blocks = line(40, 'a');
    const scene = new SyncScene();
    expect(scene.sync.view).toEqual({
      isDownloading: false, claimedHeight: 0, clockBehindMs: undefined,
    });
    scene.join('a', blocks, (message) => message.kind === 'getBlocks');
    await scene.seconds(1);
    expect(scene.sync.view).toMatchObject({ isDownloading: true, claimedHeight: 40 });
    expect(scene.sync.remaining).toBe(40);
    expect(scene.sync.isBehind).toBe(true);
    expect(START_TIME).toBeLessThan(scene.clock.now());
  });
});
