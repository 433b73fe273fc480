/**
 * Goal: nobody can make an honest peer look like a liar by datagrams in its name (threats rows 68,
 * 69, 78). Method: a whole `Node` with one linked peer, and forged statuses of its session and
 * host.
 */
import { describe, expect, it } from 'vitest';
import { START_TIME, TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import {
  linkPair, Stranger, VirtualLog, VirtualNetwork,
} from '../../test/support/virtual-world.ts';
import { encodeFrame } from '../protocol/framing.ts';
import { createNode } from './node.ts';

const SESSION = '90'.repeat(8);

function scene() {
  const clock = new ManualClock(START_TIME);
  const network = new VirtualNetwork(clock);
  const node = createNode({
    params: TEST_PARAMS,
    options: {
      rewardTo: undefined, tag: 'test', statusIntervalMs: 5_000, paymentIntervalMs: 5_000,
      peers: [], syncQuietMs: 1_000,
    },
    platform: {
      clock, network, log: new VirtualLog(), store: new MemoryStore(), verifier: new ToyVerifier(),
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
