/**
 * Goal: blocks come from several peers at once, in bounded numbers, and connect in order, whoever
 * fails (threats rows 11, 53, 54, 56). Method: the real `Download` with peers whose answers the
 * test gives.
 */
import { describe, expect, it } from 'vitest';
import { BlockFactory, NOBODY } from '../../test/support/block-factory.ts';
import { START_TIME, TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import { linkPair, Stranger } from '../../test/support/virtual-world.ts';
import type { AddBlockResult } from '../consensus/chain.ts';
import {
  blockIdOf, decodeHeader, encodeBlock, HEADER_BYTES, makeBlock, makePayment,
} from '../consensus/encoding.ts';
import { reject } from '../consensus/rejection.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Block, BlockId } from '../consensus/types.ts';
import { KEY_BYTES_MAX, SIGNATURE_BYTES_MAX } from '../crypto/keys.ts';
import {
  BLOCK_DEADLINE_MS, Download, IN_FLIGHT_AT_FIRST, IN_FLIGHT_PEER_MAX, LACKS_MAX, WINDOW_BLOCKS,
  WINDOW_BYTES,
} from './download.ts';
import type { DownloadOutcome } from './download.ts';
import { FAULTS_MAX, Peer } from './peer.ts';

const factory = new BlockFactory(TEST_PARAMS);
const CONNECTED: AddBlockResult = { kind: 'known' };

interface Source {
  readonly peer: Peer;
  /** Heights that it was asked for and has not sent. */
  readonly owed: () => number[];
  send(block: Block): void;
  lack(block: Block): void;
  ping(): void;
  leave(): void;
}

function scene(
  blocks: readonly Block[],
  names: readonly string[],
  connect: (block: Block) => AddBlockResult = () => CONNECTED,
) {
  const clock = new ManualClock(START_TIME);
  const connected: number[] = [];
  const outcomes: DownloadOutcome[] = [];
  const peers: Peer[] = [];
  const download = new Download(blocks.map(({ id }) => id), {
    networkId: factory.networkId, clock, blockBytesMax: 8_000_000,
    signatures: new Signatures(new ToyVerifier(), factory.networkId),
    sources: () => peers.filter((peer) => peer.isReady),
    connect: (block) => {
      const result = connect(block);
      if (result.kind !== 'rejected') connected.push(block.header.height);
      return result;
    },
    done: (outcome) => outcomes.push(outcome),
  });
  const heightOf = new Map(blocks.map((block) => [block.id, block.header.height]));
  const join = (name: string): Source => {
    const { a, b } = linkPair(clock, `${name}:2607`);
    const asked: BlockId[] = [];
    const peer = new Peer(a, 'outbound', clock, {
      message: (_, message) => {
        if (message.kind === 'notFound') download.onNotFound(peer, message.id);
        if (message.kind !== 'block') return;
        const header = decodeHeader(message.bytes.subarray(0, HEADER_BYTES))!;
        download.onBlock(peer, blockIdOf(header), message.bytes);
      },
      closed: () => download.onClosed(peer),
    });
    peer.status = statusOf('11'.repeat(8));
    peers.push(peer);
    const stranger = new Stranger(b);
    stranger.onMessage = (message) => {
      if (message.kind === 'getBlocks') asked.push(...message.ids);
    };
    const answered = (block: Block): void => {
      const index = asked.indexOf(block.id);
      if (index >= 0) asked.splice(index, 1);
    };
    return {
      peer,
      owed: () => asked.map((id) => heightOf.get(id)!),
      send: (block) => {
        answered(block);
        stranger.say({ kind: 'block', bytes: encodeBlock(block) });
      },
      lack: (block) => {
        answered(block);
        stranger.say({ kind: 'notFound', id: block.id });
      },
      ping: () => stranger.say({ kind: 'ping', token: 0 }),
      leave: () => stranger.link.close(),
    };
  };
  /** Lets everything happen that needs no time, checks of signatures too. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) {
      clock.advance(0);
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  const sources = names.map(join);
  return { clock, download, sources, connected, outcomes, settle, join };
}

const BLOCKS = factory.line(factory.genesis, 800);
const at = (height: number): Block => BLOCKS[height - 1]!;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a download', () => {
  it('asks several peers at once, each for a bounded number, each block once', async () => {
    const { download, sources, settle } = scene(BLOCKS, ['a', 'b', 'c']);
    download.pump();
    await settle();
    const owed = sources.map((source) => source.owed());
    expect(owed.map((heights) => heights.length)).toEqual(Array(3).fill(IN_FLIGHT_AT_FIRST));
    expect(owed.flat().sort((a, b) => a - b)).toEqual(upTo(3 * IN_FLIGHT_AT_FIRST));
  });

  it('asks for no more than its window ahead of the next block', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
    const { download, sources, settle } = scene(BLOCKS, names);
    download.pump();
    await settle();
    const owed = sources.flatMap((source) => source.owed());
    expect(Math.max(...owed)).toBe(WINDOW_BLOCKS);
    expect(owed).toHaveLength(WINDOW_BLOCKS);
  });

  it('connects in order, whatever the order in which blocks come', async () => {
    const { download, sources: [a], connected, outcomes, settle } =
      scene(BLOCKS.slice(0, 30), ['a']);
    download.pump();
    await settle();
    for (const height of upTo(30).reverse()) {
      expect(connected).toEqual([]);
      a!.send(at(height));
      await settle();
    }
    expect(connected).toEqual(upTo(30));
    expect(outcomes).toEqual([{ kind: 'complete' }]);
    expect(download.remaining).toBe(0);
  });

  it('keeps a peer busy: asks for more before the last has come', async () => {
    const { download, sources: [a], settle } = scene(BLOCKS, ['a']);
    download.pump();
    await settle();
    for (let height = 1; height <= 200; height++) {
      a!.send(at(height));
      await settle();
      expect(a!.owed().length).toBeGreaterThanOrEqual(IN_FLIGHT_AT_FIRST / 2);
      expect(a!.owed().length).toBeLessThanOrEqual(IN_FLIGHT_PEER_MAX);
    }
  });

  it('asks another peer for what one does not find', async () => {
    const { download, sources: [a, b], connected, settle } = scene(BLOCKS.slice(0, 2), ['a', 'b']);
    download.pump();
    await settle();
    expect(a!.owed()).toEqual([1, 2]);
    a!.lack(at(1));
    await settle();
    expect(b!.owed()).toEqual([1]);
    b!.send(at(1));
    a!.send(at(2));
    await settle();
    expect(connected).toEqual([1, 2]);
    expect(a!.peer.faults).toBe(0);
  });

  it('asks one that lacks what it is asked for only for so many', async () => {
    const { download, sources, connected, settle } = scene(BLOCKS, ['10.0.0.2', '10.0.0.3']);
    const [empty, full] = sources as [Source, Source];
    download.pump();
    await settle();
    let lacked = 0;
    while (connected.length < BLOCKS.length) {
      const [isLacked, isSent] = [empty.owed(), full.owed()];
      expect(isLacked.length + isSent.length).toBeGreaterThan(0);
      for (const height of isLacked) empty.lack(BLOCKS[height - 1]!);
      for (const height of isSent) full.send(BLOCKS[height - 1]!);
      lacked += isLacked.length;
      await settle();
    }
    expect(lacked).toBeLessThan(LACKS_MAX + IN_FLIGHT_PEER_MAX);
    expect(empty.peer.faults).toBe(0);
  });

  it('asks another peer for what one owed when it left', async () => {
    const { download, sources: [a, b], settle } = scene(BLOCKS.slice(0, 20), ['a', 'b']);
    download.pump();
    await settle();
    expect(b!.owed()).toEqual([]);
    a!.leave();
    await settle();
    expect(b!.owed()).toEqual(upTo(20));
  });

  it('asks a peer that joins', async () => {
    const { download, settle, join } = scene(BLOCKS, ['a']);
    download.pump();
    await settle();
    const late = join('late');
    download.pump();
    await settle();
    expect(late.owed()).toHaveLength(IN_FLIGHT_AT_FIRST);
  });

  it.each([
    ['blames it when it says something else', true], ['blames nobody for a dead line', false],
  ])('takes back what a peer owes and does not send, and %s', async (_, speaks) => {
    const { clock, download, sources: [a, b], settle } = scene(BLOCKS.slice(0, 20), ['a', 'b']);
    download.pump();
    await settle();
    clock.advance(BLOCK_DEADLINE_MS - 1);
    download.sweep(clock.now());
    expect(b!.owed()).toEqual([]);
    if (speaks) a!.ping();
    clock.advance(1);
    download.sweep(clock.now());
    await settle();
    expect(a!.peer.faults).toBe(speaks ? FAULTS_MAX / 2 : 0);
    expect(b!.owed()).toEqual(upTo(20));
  });

  it('does not blame a peer that sends slowly but steadily', async () => {
    const { clock, download, sources: [a], settle, outcomes } = scene(BLOCKS.slice(0, 20), ['a']);
    download.pump();
    for (const height of upTo(20)) {
      clock.advance(BLOCK_DEADLINE_MS - 1_000);
      download.sweep(clock.now());
      a!.send(at(height));
      await settle();
    }
    expect(a!.peer.faults).toBe(0);
    expect(outcomes).toEqual([{ kind: 'complete' }]);
  });

  it('waits no longer for one block now and then when others have them, and blames nobody',
    async () => {
      const count = 3 * WINDOW_BLOCKS / 2;
      const blocks = BLOCKS.slice(0, count);
      const { clock, download, sources: [slow, fast], settle, outcomes, connected } =
        scene(blocks, ['slow', 'fast']);
      download.pump();
      await settle();
      expect(slow!.owed()).toContain(1);
      let seconds = 0;
      for (; outcomes.length === 0 && seconds < 100; seconds++) {
        clock.advance(1_000);
        if (seconds % 14 === 13 && slow!.owed().length > 0) slow!.send(at(slow!.owed()[0]!));
        while (fast!.owed().length > 0) {
          fast!.send(at(fast!.owed()[0]!));
          await settle();
        }
        download.sweep(clock.now());
        await settle();
      }
      expect(outcomes).toEqual([{ kind: 'complete' }]);
      expect(connected).toEqual(upTo(count));
      expect(seconds * 1_000).toBeLessThanOrEqual(2 * BLOCK_DEADLINE_MS);
      expect(slow!.peer.faults).toBe(0);
    });

  it('asks one that did not deliver for no more than others lack', async () => {
    const { clock, download, sources: [silent, good], settle } = scene(BLOCKS, ['silent', 'good']);
    download.pump();
    await settle();
    clock.advance(BLOCK_DEADLINE_MS);
    good!.send(at(33));
    await settle();
    download.sweep(clock.now());
    for (let height = 34; height <= 300; height++) {
      good!.send(at(height));
      await settle();
    }
    expect(Math.max(...silent!.owed())).toBe(IN_FLIGHT_AT_FIRST);
  });

  it('takes a block that comes late, once, and wants it from nobody else then', async () => {
    const { clock, download, sources: [a, b], connected, settle } =
      scene(BLOCKS.slice(0, 40), ['a', 'b']);
    download.pump();
    await settle();
    clock.advance(BLOCK_DEADLINE_MS);
    download.sweep(clock.now());
    await settle();
    expect(b!.owed()).toContain(1);
    expect(download.onBlock(a!.peer, at(1).id, encodeBlock(at(1)))).toBe(true);
    expect(download.onBlock(a!.peer, at(1).id, encodeBlock(at(1)))).toBe(false);
    b!.send(at(1));
    await settle();
    expect(connected).toEqual([1]);
    expect([a!.peer.faults, b!.peer.faults]).toEqual([0, 0]);
  });

  it('waits for a slow peer that alone has the block', async () => {
    const { clock, download, sources: [a, b], settle, connected, outcomes } =
      scene(BLOCKS.slice(0, 2), ['a', 'b']);
    download.pump();
    await settle();
    clock.advance(BLOCK_DEADLINE_MS - 1_000);
    a!.send(at(2));
    await settle();
    clock.advance(1_000);
    download.sweep(clock.now());
    await settle();
    expect(b!.owed()).toEqual([1]);
    b!.lack(at(1));
    await settle();
    expect(a!.owed()).toEqual([1, 1]);
    a!.send(at(1));
    a!.send(at(1));
    await settle();
    expect(connected).toEqual([1, 2]);
    expect(outcomes).toEqual([{ kind: 'complete' }]);
  });

  it('does not take what it did not ask for', async () => {
    const { download, sources: [a], connected, settle } = scene(BLOCKS, ['a']);
    download.pump();
    await settle();
    expect(download.onBlock(a!.peer, at(300).id, encodeBlock(at(300)))).toBe(false);
    a!.send(at(1));
    a!.send(at(1));
    await settle();
    expect(connected).toEqual([1]);
  });

  it('ends a peer that sends bytes that are no block', async () => {
    const { download, sources: [a, b], settle } = scene(BLOCKS.slice(0, 3), ['a', 'b']);
    download.pump();
    await settle();
    const bytes = encodeBlock(at(1)).slice(0, -1);
    expect(download.onBlock(a!.peer, at(1).id, bytes)).toBe(true);
    await settle();
    expect(a!.peer.isOpen).toBe(false);
    expect(b!.owed()).toEqual([1, 2, 3]);
  });

  it('takes a mutated body from nobody twice, and the right one from another', async () => {
    const extra = factory.reward(1, NOBODY, 1n);
    const wrong = makeBlock(at(1).header, [...at(1).transactions, extra]);
    const connect = (block: Block): AddBlockResult => block.transactions.length === 1
      ? CONNECTED
      : { kind: 'rejected', rejection: reject('bad-merkle-root'), blockId: block.id };
    const { download, sources: [a, b], connected, settle } =
      scene(BLOCKS.slice(0, 2), ['a', 'b'], connect);
    download.pump();
    await settle();
    a!.send(wrong);
    await settle();
    expect(connected).toEqual([]);
    expect(a!.peer.faults).toBe(FAULTS_MAX / 2);
    expect(a!.owed()).toEqual([2]);
    expect(b!.owed()).toEqual([1]);
    b!.send(at(1));
    a!.send(at(2));
    await settle();
    expect(connected).toEqual([1, 2]);
  });

  it('ends with the rejection of a block that breaks a rule', async () => {
    const rejection = reject('bad-reward-amount');
    const connect = (block: Block): AddBlockResult => block.header.height === 3
      ? { kind: 'rejected', rejection, blockId: block.id }
      : CONNECTED;
    const { download, sources: [a], connected, outcomes, settle } =
      scene(BLOCKS.slice(0, 9), ['a'], connect);
    download.pump();
    for (const height of upTo(9)) a!.send(at(height));
    await settle();
    expect(connected).toEqual([1, 2]);
    expect(outcomes).toEqual([{ kind: 'rejected', rejection }]);
  });

  it('ends starved when nobody has a block', async () => {
    const { download, sources: [a, b], outcomes, settle } = scene(BLOCKS.slice(0, 2), ['a', 'b']);
    download.pump();
    await settle();
    a!.send(at(2));
    a!.lack(at(1));
    await settle();
    expect(outcomes).toEqual([]);
    b!.lack(at(1));
    await settle();
    expect(outcomes).toEqual([{ kind: 'starved' }]);
  });

  it('ends starved without peers', () => {
    const { download, outcomes } = scene(BLOCKS, []);
    download.pump();
    expect(outcomes).toEqual([{ kind: 'starved' }]);
    download.pump();
    expect(outcomes).toHaveLength(1);
  });

  it('does nothing after it was stopped', async () => {
    const { download, sources: [a], connected, outcomes, settle } =
      scene(BLOCKS.slice(0, 3), ['a']);
    download.pump();
    await settle();
    a!.send(at(1));
    download.stop();
    for (const height of [2, 3]) a!.send(at(height));
    await settle();
    expect([connected, outcomes]).toEqual([[], []]);
  });
});

describe('large blocks', () => {
  const big = (height: number, bytes: number): Block => {
    const rewards = Array.from({ length: Math.ceil(bytes / 49) }, () =>
      factory.reward(height, NOBODY, 1n));
    const parent = height === 1 ? factory.genesis : at(height - 1);
    const header = { merkleRoot: '00'.repeat(32) };
    return factory.block(parent, { transactions: rewards, header });
  };

  it('that come while the first is kept back are not all kept', async () => {
    const blocks = upTo(14).map((height) => big(height, WINDOW_BYTES / 4));
    const { download, sources: [a], connected, outcomes, settle } = scene(blocks, ['a']);
    download.pump();
    await settle();
    const first = a!.owed().filter((height) => height > 1);
    for (const height of first) a!.send(blocks[height - 1]!);
    await settle();
    expect(a!.owed()).toEqual([1]);
    a!.send(blocks[0]!);
    await settle();
    // What was dropped is asked for again, in its turn.
    expect(connected.length).toBeLessThan(12);
    for (let turn = 0; outcomes.length === 0 && turn < 100; turn++) {
      for (const height of a!.owed()) a!.send(blocks[height - 1]!);
      await settle();
    }
    expect(connected).toEqual(upTo(14));
  });

  it('that are larger than any of the network end their sender', async () => {
    const { download, sources: [a], settle } = scene([big(1, 8_000_100)], ['a']);
    download.pump();
    await settle();
    a!.send(big(1, 8_000_100));
    await settle();
    expect(a!.peer.isOpen).toBe(false);
  });

  it('fill the window by their bytes, and the one that all wait for is still fetched', async () => {
    const terms = {
      key: new Uint8Array(KEY_BYTES_MAX), to: NOBODY, amount: 1n, fee: 0n, sequence: 0, time: 0,
    };
    const payment = makePayment(terms, new Uint8Array(SIGNATURE_BYTES_MAX), factory.networkId);
    const count = Math.ceil(WINDOW_BYTES / 2.5 / payment.bytes.length);
    const blocks: Block[] = [];
    for (let height = 1; height <= 40; height++) {
      const transactions = height >= 2 && height <= 4 ? Array(count).fill(payment) : [payment];
      const parent = blocks.at(-1) ?? factory.genesis;
      blocks.push(factory.block(parent, { transactions, header: { merkleRoot: '00'.repeat(32) } }));
    }
    const { download, sources: [a, b], connected, settle } = scene(blocks, ['a', 'b']);
    download.pump();
    await settle();
    for (const height of [2, 3, 4]) a!.send(blocks[height - 1]!);
    a!.lack(blocks[0]!);
    await settle();
    expect(b!.owed()).toContain(1);
    b!.send(blocks[0]!);
    await settle();
    expect(connected.slice(0, 4)).toEqual([1, 2, 3, 4]);
  });
});
