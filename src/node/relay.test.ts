/**
 * Goal: news travels at once, but no faster than the LAN bears, and datagrams of strangers are
 * bounded (threats rows 59, 67, 68). Method: a real `Relay` in virtual time, on a network that
 * remembers.
 */
import { describe, expect, it } from 'vitest';
import {
  START_TIME, TEST_PARAMS, testChain, testPayment, testSigner,
} from '../../test/support/chain-fixture.ts';
import { BlockFactory } from '../../test/support/block-factory.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import { linkPair, Stranger, VirtualNetwork } from '../../test/support/virtual-world.ts';
import { blockIdIn, encodeBlock } from '../consensus/encoding.ts';
import { networkIdOf } from '../consensus/params.ts';
import type { Block, BlockId, NetworkId, Payment } from '../consensus/types.ts';
import { decodeDatagram, encodeFrame } from '../protocol/framing.ts';
import type { Status } from '../protocol/messages.ts';
import { Peer } from './peer.ts';
import {
  ALL_DATAGRAMS_BURST, ALL_DATAGRAMS_PER_SECOND, ANSWER_INTERVAL_MS, Relay, SILENT_BLOCKS_MAX,
  TIP_INTERVAL_MS,
} from './relay.ts';

const NETWORK_ID = networkIdOf(TEST_PARAMS);
const factory = new BlockFactory(TEST_PARAMS);
const INTERVAL_MS = 5_000;

const blocks = factory.line(factory.genesis, 20);

/** The tip of the relay's node, which has as many of the blocks as it is high. */
function tipIdAt(height: number): BlockId {
  return (blocks[height - 1] ?? factory.genesis).id;
}

interface SceneParts {
  readonly announces?: boolean;
  readonly isTerse?: boolean;
  readonly outbox?: readonly Payment[];
}

function scene(parts: SceneParts = {}) {
  const clock = new ManualClock(START_TIME);
  const network = new VirtualNetwork(clock);
  const { a, b } = linkPair(clock, '10.0.0.1:2607');
  const peer = new Peer(a, 'inbound', clock, { message: () => {}, closed: () => {} });
  const stranger = new Stranger(b);
  const statuses: (readonly [Status, string])[] = [];
  const payments: Payment[] = [];
  let height = 0;
  let outbox = parts.outbox ?? [];
  const relay = new Relay({
    networkId: NETWORK_ID, clock, network,
    statusIntervalMs: INTERVAL_MS, paymentIntervalMs: INTERVAL_MS,
    isTerse: parts.isTerse ?? true,
    announces: parts.announces ?? true,
    status: () => statusOf('50'.repeat(8), { height, tipId: tipIdAt(height) }),
    peers: () => [peer],
    outbox: () => outbox,
    onStatus: (status, host) => statuses.push([status, host]),
    onPayment: (payment) => {
      payments.push(payment);
      return { kind: 'added' };
    },
    onOwnPayment: (payment) => relay.payment(payment, true),
  });
  const tip = (): void => {
    height++;
    relay.tipChanged();
  };
  /** Heights announced on the LAN, with the time of each since the start. */
  const announced = () => network.announced.flatMap(({ bytes, at }) => {
    const result = decodeDatagram(bytes);
    if (result.kind !== 'message' || result.message.kind !== 'status') return [];
    return [[result.message.height, at - START_TIME] as const];
  });
  const setOutbox = (now: readonly Payment[]): void => {
    outbox = now;
  };
  return {
    clock, network, link: a, peer, stranger, relay, statuses, payments, tip, announced, setOutbox,
  };
}

const { chain } = testChain();
const [alice, bob] = [testSigner('alice'), testSigner('bob')];
const PAYMENT = testPayment(chain, alice, { to: bob.address, amount: 5n, sequence: 0 });
const PAYMENT_FRAME = encodeFrame({ kind: 'payment', networkId: NETWORK_ID, bytes: PAYMENT.bytes });
const STATUS = { kind: 'status', ...statusOf('60'.repeat(8)) } as const;

describe('a status', () => {
  it('is announced at the start and at each interval to the LAN, to peers once a tip', () => {
    const { clock, relay, stranger, announced } = scene();
    relay.start();
    clock.advance(3 * INTERVAL_MS);
    const intervals = [0, 1, 2, 3].map((count) => count * INTERVAL_MS);
    expect(announced().map(([, at]) => at)).toEqual(intervals);
    expect(stranger.all('status')).toHaveLength(1);
  });

  it('is announced at once on a new tip', () => {
    const { clock, relay, tip, announced } = scene();
    relay.start();
    clock.advance(1_234);
    tip();
    expect(announced().at(-1)).toEqual([1, 1_234]);
  });

  it('is announced few times in a burst of tips, and always for the last', () => {
    const { clock, relay, tip, announced } = scene();
    relay.start();
    for (let count = 0; count < 1_000; count++) {
      clock.advance(1);
      tip();
    }
    clock.advance(TIP_INTERVAL_MS);
    expect(announced().length).toBeLessThanOrEqual(1_000 / TIP_INTERVAL_MS + 2);
    expect(announced().at(-1)![0]).toBe(1_000);
    expect(announced().at(-1)![1]).toBeLessThanOrEqual(1_000 + TIP_INTERVAL_MS);
  });

  it('answers those that have less, at most once a second', () => {
    const { clock, relay, announced } = scene();
    relay.start();
    for (let count = 0; count < 4_000; count++) {
      clock.advance(1);
      relay.answer();
    }
    const times = [0, 1, 2, 3, 4].map((count) => count * ANSWER_INTERVAL_MS);
    expect(announced().map(([, at]) => at)).toEqual(times);
  });

  it('of a new tip does not wait for an answer that waits', () => {
    const { clock, relay, tip, announced } = scene();
    relay.start();
    clock.advance(10);
    relay.answer();
    clock.advance(100);
    tip();
    clock.advance(TIP_INTERVAL_MS);
    expect(announced().map(([height]) => height)).toEqual([0, 1]);
    clock.advance(ANSWER_INTERVAL_MS);
    expect(announced()).toHaveLength(2);
  });

  it('of a node without a chain to offer goes to the LAN once', () => {
    const { clock, relay, stranger, announced } = scene({ announces: false });
    relay.start();
    clock.advance(INTERVAL_MS);
    expect(announced()).toEqual([[0, 0]]);
    expect(stranger.all('status')).toHaveLength(1);
  });
});

describe('a status to a peer that has the tip', () => {
  /** A new tip, which the peer has told of at once. */
  const follow = ({ clock, tip, peer }: ReturnType<typeof scene>, height: number): void => {
    peer.status = statusOf('60'.repeat(8), { height, tipId: tipIdAt(height) });
    tip();
    clock.advance(1_000);
  };

  it('is left out, but not for many blocks', () => {
    const world = scene();
    world.relay.start();
    for (let height = 1; height < SILENT_BLOCKS_MAX; height++) follow(world, height);
    const heights = (): number[] => world.stranger.all('status').map(({ height }) => height);
    expect(heights()).toEqual([0]);
    follow(world, SILENT_BLOCKS_MAX);
    follow(world, SILENT_BLOCKS_MAX + 1);
    expect(heights()).toEqual([0, SILENT_BLOCKS_MAX]);
    expect(world.announced().at(-1)![0]).toBe(SILENT_BLOCKS_MAX + 1);
  });

  it('is told all the same by a node that is not terse', () => {
    const world = scene({ isTerse: false });
    world.relay.start();
    for (const height of [1, 2, 3]) follow(world, height);
    expect(world.stranger.all('status').map(({ height }) => height)).toEqual([0, 1, 2, 3]);
  });

  it('is left out when it sent the block, too', () => {
    const { clock, relay, peer, tip, stranger } = scene();
    relay.start();
    peer.shownId = tipIdAt(1);
    tip();
    clock.advance(0);
    expect(stranger.all('status')).toHaveLength(1);
  });

  it('is sent when it was never told anything, or another branch of that height', () => {
    const { clock, peer, relay, tip, stranger } = scene();
    peer.status = statusOf('60'.repeat(8), { height: 1, tipId: tipIdAt(1) });
    tip();
    relay.start();
    clock.advance(0);
    expect(stranger.all('status').map(({ height }) => height)).toEqual([1]);
    peer.told = statusOf('50'.repeat(8), { height: 2, tipId: factory.genesis.id });
    peer.status = statusOf('60'.repeat(8), { height: 2, tipId: tipIdAt(2) });
    tip();
    clock.advance(1_000);
    expect(stranger.all('status').map(({ height }) => height)).toEqual([1, 2]);
  });
});

describe('a block that was found here', () => {
  const tell = (relay: Relay, block: Block): void =>
    relay.found({ id: block.id, header: block.header, work: 1n, status: 'valid' },
      encodeBlock(block));

  it('goes unasked to a peer that stands right before it, and so does the next', () => {
    const { clock, relay, peer, stranger } = scene();
    peer.status = statusOf('60'.repeat(8), { tipId: blocks[0]!.id, height: 1 });
    tell(relay, blocks[1]!);
    tell(relay, blocks[2]!);
    clock.advance(0);
    expect(stranger.all('block').map(({ bytes }) => blockIdIn(bytes)))
      .toEqual([blocks[1]!.id, blocks[2]!.id]);
  });

  it('goes to a peer that was told of the one before and is near: it follows in silence', () => {
    const { clock, relay, peer, tip, stranger } = scene();
    const sent = (saidHeight: number): number => {
      peer.status = statusOf('60'.repeat(8), { tipId: tipIdAt(saidHeight), height: saidHeight });
      const before = stranger.all('block').length;
      tell(relay, blocks[SILENT_BLOCKS_MAX]!);
      clock.advance(0);
      return stranger.all('block').length - before;
    };
    for (let height = 1; height <= SILENT_BLOCKS_MAX; height++) tip();
    expect(sent(1)).toBe(0); // It was told of none of them yet.
    clock.advance(TIP_INTERVAL_MS);
    relay.start();
    clock.advance(0);
    expect(sent(0)).toBe(0); // It would have said so meanwhile: it is still on its way.
    expect(sent(1)).toBe(1);
    expect(sent(SILENT_BLOCKS_MAX - 1)).toBe(1);
  });

  it('goes to a peer that sent the one before', () => {
    const { clock, relay, peer, stranger } = scene();
    peer.status = statusOf('60'.repeat(8));
    peer.shownId = tipIdAt(1);
    tell(relay, blocks[1]!);
    clock.advance(0);
    expect(stranger.all('block')).toHaveLength(1);
  });

  it('does not go to a peer that did not take the last one and is higher elsewhere', () => {
    const { clock, relay, peer, stranger } = scene();
    peer.status = statusOf('60'.repeat(8), { tipId: blocks[0]!.id, height: 1 });
    tell(relay, blocks[1]!);
    // Such as one for whose clock the block is too early.
    peer.status = statusOf('60'.repeat(8), { tipId: factory.genesis.id, height: 3 });
    tell(relay, blocks[2]!);
    clock.advance(0);
    expect(stranger.all('block').map(({ bytes }) => blockIdIn(bytes))).toEqual([blocks[1]!.id]);
  });

  it('does not go to a peer that stands elsewhere, or takes no more', () => {
    const { clock, link, relay, peer, stranger } = scene();
    peer.status = statusOf('60'.repeat(8), { tipId: blocks[0]!.id, height: 1 });
    tell(relay, blocks[2]!);
    link.isFull = true;
    relay.payment(PAYMENT, false);
    tell(relay, blocks[1]!);
    clock.advance(0);
    expect(stranger.all('block')).toEqual([]);
  });
});

describe('a payment', () => {
  it('of one\'s own goes to the LAN and to peers, until it is not in the outbox', () => {
    const { clock, relay, network, stranger, setOutbox } = scene({ outbox: [PAYMENT] });
    const onLan = (): number => network.announced.filter((one) => one.channel === 'payment').length;
    relay.start();
    clock.advance(2 * INTERVAL_MS);
    expect(onLan()).toBe(3);
    expect(stranger.all('payment')).toHaveLength(3);
    setOutbox([]);
    clock.advance(2 * INTERVAL_MS);
    expect(onLan()).toBe(3);
  });

  it('of somebody else goes to peers alone', () => {
    const { clock, relay, network, stranger } = scene();
    relay.payment(PAYMENT, false);
    clock.advance(0);
    expect(network.announced).toEqual([]);
    expect(stranger.all('payment')).toEqual([
      { kind: 'payment', networkId: NETWORK_ID, bytes: PAYMENT.bytes },
    ]);
  });

  it('does not go to a peer that takes no more', () => {
    const { clock, link, relay, stranger } = scene();
    link.isFull = true;
    relay.payment(PAYMENT, false);
    relay.payment(PAYMENT, false);
    clock.advance(0);
    expect(stranger.all('payment')).toHaveLength(1);
  });

  it('of this network is read, one of another is nobody\'s fault, and nonsense is', () => {
    const { relay, payments } = scene();
    expect(relay.onPaymentBytes(NETWORK_ID, PAYMENT.bytes)).toBe(true);
    expect(relay.onPaymentBytes('ab'.repeat(32) as NetworkId, PAYMENT.bytes)).toBe(true);
    expect(relay.onPaymentBytes(NETWORK_ID, Uint8Array.of(1))).toBe(false);
    expect(payments.map((payment) => payment.id)).toEqual([PAYMENT.id]);
  });
});

describe('a datagram', () => {
  it('is a status or a payment, each on its channel', () => {
    const { relay, statuses, payments } = scene();
    relay.onDatagram('status', encodeFrame(STATUS), '10.0.0.7');
    relay.onDatagram('payment', PAYMENT_FRAME, '10.0.0.7');
    expect(statuses).toEqual([[STATUS, '10.0.0.7']]);
    expect(payments.map((payment) => payment.id)).toEqual([PAYMENT.id]);
    expect(relay.droppedDatagrams).toBe(0);
  });

  it('that is anything else is counted and dropped', () => {
    const { relay, statuses, payments } = scene();
    const others = [
      ['payment', encodeFrame(STATUS)], ['status', PAYMENT_FRAME], ['status', new Uint8Array(0)],
      ['status', new Uint8Array(65_507)], ['payment', PAYMENT_FRAME.subarray(1)],
      ['status', encodeFrame({ kind: 'ping', token: 1 })],
    ] as const;
    for (const [channel, bytes] of others) relay.onDatagram(channel, bytes, '10.0.0.7');
    expect(relay.droppedDatagrams).toBe(others.length);
    expect([statuses, payments]).toEqual([[], []]);
  });

  it('of one host is one of a bounded number, and others are heard all the same', () => {
    const { clock, relay, statuses } = scene();
    const bytes = encodeFrame(STATUS);
    for (let count = 0; count < 10_000; count++) relay.onDatagram('status', bytes, '10.0.0.66');
    const heard = statuses.length;
    expect(heard).toBeLessThanOrEqual(400);
    expect(relay.droppedDatagrams).toBe(10_000 - heard);
    relay.onDatagram('status', bytes, '10.0.0.7');
    expect(statuses.at(-1)![1]).toBe('10.0.0.7');
    clock.advance(1_000);
    for (let count = 0; count < 10_000; count++) relay.onDatagram('status', bytes, '10.0.0.66');
    expect(statuses.length).toBeLessThanOrEqual(heard + 1 + 200);
  });
});

describe('datagrams of many hosts', () => {
  it('are bounded together, however many hosts are forged, and are heard again later', () => {
    const { clock, relay, statuses } = scene();
    const bytes = encodeFrame(STATUS);
    const flood = (): void => {
      for (let host = 0; host < 20_000; host++) {
        relay.onDatagram('status', bytes, `10.${host >> 8}.${host & 255}.1`);
      }
    };
    flood();
    expect(statuses).toHaveLength(ALL_DATAGRAMS_BURST);
    clock.advance(1_000);
    flood();
    expect(statuses).toHaveLength(ALL_DATAGRAMS_BURST + ALL_DATAGRAMS_PER_SECOND);
    clock.advance(1_000);
    relay.onDatagram('status', bytes, '192.168.1.7');
    expect(statuses.at(-1)![1]).toBe('192.168.1.7');
  });

  it('are not fewer because one of them sends too much', () => {
    const { relay, statuses } = scene();
    const bytes = encodeFrame(STATUS);
    for (let count = 0; count < 100_000; count++) relay.onDatagram('status', bytes, '10.0.0.66');
    for (let host = 0; host < 1_000; host++) {
      relay.onDatagram('status', bytes, `10.1.${host >> 8}.${host & 255}`);
    }
    expect(statuses.filter(([, host]) => host !== '10.0.0.66')).toHaveLength(1_000);
  });
});

describe('a relay that stops', () => {
  it('says nothing more', () => {
    const { clock, relay, network, tip } = scene({ outbox: [PAYMENT] });
    relay.start();
    const before = network.announced.length;
    clock.advance(10);
    tip();
    relay.stop();
    tip();
    relay.answer();
    clock.advance(10 * INTERVAL_MS);
    expect(network.announced).toHaveLength(before);
  });
});
