/**
 * Goal: whoever asks gets what we have, in order, and no more than its link takes (threats rows 53,
 * 55). Method: a real chain and `Peer`; the test holds the other end of the link.
 */
import { describe, expect, it } from 'vitest';
import {
  blockOn, mine, START_TIME, TEST_PARAMS, testPayment, testSigner,
} from '../../test/support/chain-fixture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { ToyVerifier } from '../../test/support/toy-signatures.ts';
import { linkPair, Stranger } from '../../test/support/virtual-world.ts';
import { openChain } from '../consensus/chain.ts';
import { encodeBlock } from '../consensus/encoding.ts';
import { networkIdOf } from '../consensus/params.ts';
import { Signatures } from '../consensus/signatures.ts';
import type { BlockId, TransactionId } from '../consensus/types.ts';
import { GET_BLOCKS_MAX, HEADERS_MAX } from '../protocol/messages.ts';
import { BlockServer, BLOCKS_OWED_MAX } from './block-server.ts';
import { Mempool } from './mempool.ts';
import { FAULTS_MAX, Peer } from './peer.ts';

const UNKNOWN = '77'.repeat(32);
const NEXT = { ready: 1, needed: 5 };

function scene(blockCount: number) {
  const clock = new ManualClock(START_TIME + 1_000_000_000);
  const store = new MemoryStore();
  const signatures = new Signatures(new ToyVerifier(), networkIdOf(TEST_PARAMS));
  const chain = openChain(TEST_PARAMS, store, signatures);
  const alice = testSigner('alice');
  for (let height = 1; height <= blockCount; height++) mine(chain, alice.address);
  const mempool = new Mempool({ chain, signatures, clock });
  const server = new BlockServer(chain, mempool);
  const { a, b } = linkPair(clock, '10.0.0.1:5000');
  const peer = new Peer(a, 'inbound', clock, {
    message: () => {}, closed: (one) => server.onClosed(one),
  });
  const stranger = new Stranger(b);
  const idAt = (height: number): BlockId => chain.headerAt(height)!.id;
  return { clock, chain, mempool, server, link: a, peer, stranger, alice, idAt };
}

describe('headers', () => {
  it.each([
    ['after the first id that is on the main chain', [UNKNOWN, 5, 2], 6],
    ['after genesis when no id is known', [UNKNOWN], 1],
    ['after genesis', [0], 1],
  ] as const)('come %s', (_, locator, first) => {
    const { clock, chain, server, peer, stranger, idAt } = scene(9);
    const ids = locator.map((one) => typeof one === 'number' ? idAt(one) : one as BlockId);
    server.onGetHeaders(peer, ids);
    clock.advance(0);
    const [answer] = stranger.all('headers');
    expect(answer!.headers[0]).toEqual(chain.headerAt(first)!.header);
    expect(answer!.headers).toHaveLength(10 - first);
  });

  it('are none when there are no more', () => {
    const { clock, server, peer, stranger, idAt } = scene(3);
    server.onGetHeaders(peer, [idAt(3)]);
    clock.advance(0);
    expect(stranger.all('headers')).toEqual([{ kind: 'headers', headers: [] }]);
  });

  it(`are at most ${HEADERS_MAX}`, () => {
    const { clock, server, peer, stranger, idAt } = scene(HEADERS_MAX + 10);
    server.onGetHeaders(peer, [idAt(0)]);
    server.onGetHeaders(peer, [idAt(HEADERS_MAX)]);
    clock.advance(0);
    expect(stranger.all('headers').map((one) => one.headers.length)).toEqual([HEADERS_MAX, 10]);
  });

  it('do not follow a block that is beside the main chain', () => {
    const { clock, chain, server, peer, stranger, idAt } = scene(4);
    const side = blockOn(chain, testSigner('bob').address, [], chain.headerAt(2)!);
    expect(chain.addBlock(side, clock.now()).kind).toBe('sideBranch');
    server.onGetHeaders(peer, [side.id, idAt(2)]);
    clock.advance(0);
    expect(stranger.all('headers')[0]!.headers.map((header) => header.height)).toEqual([3, 4]);
  });
});

describe('blocks', () => {
  it('come in the order asked for, and what we do not have is said', () => {
    const { clock, chain, server, peer, stranger, idAt } = scene(5);
    server.onGetBlocks(peer, [idAt(4), UNKNOWN as BlockId, idAt(1)]);
    clock.advance(0);
    expect(stranger.heard).toEqual([
      { kind: 'block', bytes: encodeBlock(chain.block(idAt(4))!) },
      { kind: 'notFound', id: UNKNOWN },
      { kind: 'block', bytes: encodeBlock(chain.block(idAt(1))!) },
    ]);
  });

  it('wait as ids while the link is full', () => {
    const { clock, server, link, peer, stranger, idAt } = scene(5);
    link.isFull = true;
    server.onGetBlocks(peer, [idAt(1), idAt(2), idAt(3)]);
    clock.advance(0);
    expect(stranger.all('block')).toHaveLength(1);
    server.onGetBlocks(peer, [idAt(4)]);
    link.drain();
    clock.advance(0);
    expect(stranger.all('block')).toHaveLength(4);
    server.onGetBlocks(peer, [idAt(5)]);
    clock.advance(0);
    expect(stranger.all('block')).toHaveLength(5);
  });

  it('are owed in numbers that are bounded', () => {
    const { clock, server, link, peer, stranger, idAt } = scene(2);
    link.isFull = true;
    const ids = Array<BlockId>(GET_BLOCKS_MAX).fill(idAt(1));
    for (let owed = 0; owed < BLOCKS_OWED_MAX; owed += ids.length) server.onGetBlocks(peer, ids);
    expect(peer.isOpen).toBe(true);
    server.onGetBlocks(peer, ids);
    server.onGetBlocks(peer, ids);
    expect(peer.isOpen).toBe(false);
    expect(peer.faults).toBeGreaterThanOrEqual(FAULTS_MAX);
    clock.advance(0);
    expect(stranger.all('block').length).toBeLessThanOrEqual(1);
  });

  it('that have to be searched for cost more than those that were just told of', () => {
    const { server, peer, idAt, clock, stranger } = scene(40);
    const ids = Array.from({ length: GET_BLOCKS_MAX }, (_, index) => idAt(index + 1));
    // Ten times what a peer may ask in one second, were it charged.
    for (let count = 0; count < 200; count++) server.onGetBlocks(peer, ids);
    clock.advance(0);
    expect(peer.isOpen).toBe(true);
    expect(stranger.all('block')).toHaveLength(200 * GET_BLOCKS_MAX);
    const strangers = ids.map((id) => id.split('').reverse().join('') as BlockId);
    for (let count = 0; count < 200; count++) server.onGetBlocks(peer, strangers);
    expect(peer.isOpen).toBe(false);
    expect(peer.closedBecause).toBe('asks too much');
  });

  it('are no longer owed to a peer that left', () => {
    const { clock, server, link, peer, stranger, idAt } = scene(2);
    link.isFull = true;
    server.onGetBlocks(peer, [idAt(1), idAt(2)]);
    peer.close('enough');
    link.drain();
    clock.advance(0);
    expect(stranger.all('block').length).toBeLessThanOrEqual(1);
  });
});

describe('a payment that somebody asks about', () => {
  it('is confirmed, waiting for a reason, or unknown', () => {
    const { clock, chain, mempool, server, peer, stranger, alice } = scene(3);
    const bob = testSigner('bob');
    const pay = (sequence: number) =>
      testPayment(chain, alice, { to: bob.address, amount: 1n, sequence });
    const [confirmed, ready, gap] = [pay(0), pay(1), pay(3)];
    const result = mine(chain, bob.address, [confirmed]);
    if (result.kind === 'connected') mempool.onChainChange(result.change);
    for (const payment of [ready, gap]) expect(mempool.add(payment).kind).toBe('added');
    for (const id of [confirmed.id, ready.id, gap.id, UNKNOWN as TransactionId]) {
      server.onGetPayment(peer, id, NEXT);
    }
    clock.advance(0);
    const reports = stranger.all('paymentReport');
    expect(reports.map(({ state, height, reason }) => [state, height, reason])).toEqual([
      ['confirmed', 4, 'in-chain'], ['waiting', 0, 'ready'], ['waiting', 0, 'gap'],
      ['unknown', 0, 'not-seen'],
    ]);
    expect(reports.every((one) => one.ready === 1 && one.needed === 5)).toBe(true);
  });
});
