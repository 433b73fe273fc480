/**
 * Goal: nobody can make an honest peer look like a liar by datagrams in its name, and who brings
 * forged payments is known (threats rows 59, 68, 69, 78); who brought a tip is not told of it.
 * Method: a whole `Node` with a linked peer or two, and forged statuses of its session and host.
 */
import { describe, expect, it } from 'vitest';
import { addressOfSigner, BlockFactory } from '../../test/support/block-factory.ts';
import { START_TIME, TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import { ToyVerifier, toySigner } from '../../test/support/toy-signatures.ts';
import {
  linkPair, Stranger, VirtualLog, VirtualNetwork,
} from '../../test/support/virtual-world.ts';
import { openChain } from '../consensus/chain.ts';
import { encodeBlock } from '../consensus/encoding.ts';
import { networkIdOf } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { Block, Payment } from '../consensus/types.ts';
import { encodeFrame } from '../protocol/framing.ts';
import { createNode } from './node.ts';

const factory = new BlockFactory(TEST_PARAMS);
const alice = toySigner('alice');
const SESSION = '90'.repeat(8);

/** The node's chain has these blocks. */
function scene(blocks: readonly Block[] = []) {
  const clock = new ManualClock(START_TIME);
  const store = new MemoryStore();
  const signatures = new Signatures(new ToyVerifier(), networkIdOf(TEST_PARAMS));
  const chain = openChain(TEST_PARAMS, store, signatures);
  for (const block of blocks) chain.addBlock(block, clock.now());
  const network = new VirtualNetwork(clock);
  const node = createNode({
    params: TEST_PARAMS,
    options: {
      rewardTo: undefined, tag: 'test', statusIntervalMs: 5_000, paymentIntervalMs: 5_000,
      peers: [], syncQuietMs: 1_000, isTerse: true,
    },
    platform: {
      clock, network, store, log: new VirtualLog(), verifier: new ToyVerifier(),
      random: { bytes: (count) => new Uint8Array(count).fill(1) },
      kernel: { name: 'none', start: () => {}, stop: () => {}, hashCount: () => 0n },
    },
    listeners: [],
    outbox: () => [],
  });
  node.start();
  const { a, b } = linkPair(clock, '10.0.0.1:5000');
  const stranger = new Stranger(b);
  network.events!.link(a);
  stranger.say({ kind: 'hello', versionMin: 1, versionMax: 1, ...statusOf(SESSION) });
  stranger.onMessage = (message) => {
    if (message.kind === 'ping') stranger.say({ kind: 'pong', token: message.token });
    if (message.kind === 'getHeaders') stranger.say({ kind: 'headers', headers: [] });
  };
  clock.advance(100);
  return { clock, network, node, stranger };
}

describe('a payment that its payer did not sign', () => {
  it('ends a link that brings it again and again, and no other', () => {
    const block = factory.block(factory.genesis, { to: addressOfSigner(alice) });
    const { clock, network, node, stranger } = scene([block]);
    expect(node.view.chain.tip.id).toBe(block.id);
    const payments = Array.from({ length: 40 }, (_, sequence) => factory.forge(
      factory.pay({ from: alice, to: addressOfSigner(alice), amount: 1n, sequence }),
    ));
    const messageOf = ({ bytes }: Payment) =>
      ({ kind: 'payment', networkId: factory.networkId, bytes } as const);
    // In datagrams it says nothing about anybody.
    for (const payment of payments) {
      network.events!.datagram('payment', encodeFrame(messageOf(payment)), '10.0.0.1');
    }
    expect(node.view.peers[0]!.faults).toBe(0);
    for (const payment of payments) stranger.say(messageOf(payment));
    clock.advance(100);
    expect(node.view.peers).toHaveLength(0);
    node.stop();
  });

  it('costs nothing when it is only not funded, or known', () => {
    const { clock, node, stranger } = scene();
    for (const sequence of [0, 0, 1, 70]) {
      const payment = factory.pay({
        from: alice, to: addressOfSigner(alice), amount: 1n, sequence,
      });
      stranger.say({ kind: 'payment', networkId: factory.networkId, bytes: payment.bytes });
    }
    clock.advance(100);
    expect(node.view.peers[0]!.faults).toBe(0);
    node.stop();
  });
});

describe('a datagram in the name of a linked peer', () => {
  it('claims nothing for it', () => {
    const { clock, network, node, stranger } = scene();
    expect(node.view.peers).toHaveLength(1);
    const forged = encodeFrame({ kind: 'status', ...statusOf(SESSION, { work: 10n ** 30n }) });
    for (let second = 0; second < 120; second++) {
      network.events!.datagram('status', forged, '10.0.0.1');
      clock.advance(1_000);
    }
    expect(node.view.peers).toHaveLength(1);
    expect(node.view.peers[0]!.faults).toBe(0);
    expect(stranger.all('getHeaders')).toEqual([]);
    node.stop();
  });

  it('is not needed: what it says by its link counts', () => {
    const { clock, node, stranger } = scene();
    stranger.say({ kind: 'status', ...statusOf(SESSION, { work: 10n ** 30n }) });
    clock.advance(1_000);
    expect(stranger.all('getHeaders').length).toBeGreaterThan(0);
    node.stop();
  });
});

describe('a new tip', () => {
  const [first, second] = factory.line(factory.genesis, 2) as [Block, Block];

  it('is not told to who brought it unasked, and is to all others', async () => {
    const { clock, network, node, stranger } = scene();
    const { a, b } = linkPair(clock, '10.0.0.2:5000');
    const other = new Stranger(b);
    network.events!.link(a);
    other.say({ kind: 'hello', versionMin: 1, versionMax: 1, ...statusOf('91'.repeat(8)) });
    clock.advance(100);
    const told = (one: Stranger): number[] => one.all('status').map(({ height }) => height);
    const bring = async (from: Stranger, block: Block): Promise<void> => {
      from.say({ kind: 'block', bytes: encodeBlock(block) });
      clock.advance(100);
      await Promise.resolve(); // The verifier answers in a later turn.
      clock.advance(100);
    };
    await bring(stranger, first);
    expect(node.view.chain.tip.id).toBe(first.id);
    expect([told(stranger), told(other)]).toEqual([[0], [0, 1]]);
    await bring(other, second);
    expect(node.view.chain.tip.id).toBe(second.id);
    expect([told(stranger), told(other)]).toEqual([[0, 2], [0, 1]]);
    node.stop();
  });
});
