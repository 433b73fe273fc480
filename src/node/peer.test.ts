/**
 * Goal: one stranger on one link costs little and learns little until it has said who it is
 * (threats rows 53, 55, 73, 78). Method: a real `Peer` with the other end of its link in the test's
 * hands.
 */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import { linkPair, Stranger } from '../../test/support/virtual-world.ts';
import { reject } from '../consensus/rejection.ts';
import { encodeFrame } from '../protocol/framing.ts';
import type { Message } from '../protocol/messages.ts';
import {
  FAULTS_MAX, FRAME_MAX_MS, FULL_MAX_MS, HANDSHAKE_MAX_MS, hostOf, IDLE_MAX_MS, isLoopback, Peer,
} from './peer.ts';

const ID = '11'.repeat(32) as never;
const HELLO: Message = { kind: 'hello', versionMin: 1, versionMax: 1, ...statusOf('aa'.repeat(8)) };
const NOT_FOUND: Message = { kind: 'notFound', id: ID };

/** A peer, its other end, and what it told its owner. */
function scene() {
  const clock = new ManualClock(1_800_000_000_000);
  const { a, b } = linkPair(clock, '10.0.0.1:2607');
  const heard: Message[] = [];
  let closed = 0;
  const peer = new Peer(a, 'inbound', clock, {
    message: (from, message) => {
      heard.push(message);
      if (message.kind === 'hello') from.status = message;
    },
    closed: () => closed++,
  });
  const stranger = new Stranger(b);
  const seconds = (count: number, everySecond = (): void => {}): void => {
    for (let second = 0; second < count; second++) {
      clock.advance(1_000);
      peer.sweep(clock.now());
      everySecond();
    }
  };
  const greet = (): void => {
    stranger.say(HELLO);
    clock.advance(0);
  };
  return {
    clock, link: a, peer, stranger, heard, seconds, greet, closedCount: () => closed,
  };
}

describe('the handshake', () => {
  it('makes a peer ready', () => {
    const { peer, heard, greet } = scene();
    expect(peer.isReady).toBe(false);
    greet();
    expect(peer.isReady).toBe(true);
    expect(heard).toEqual([HELLO]);
  });

  it('has a deadline', () => {
    const { peer, seconds, closedCount } = scene();
    seconds(HANDSHAKE_MAX_MS / 1_000);
    expect(peer.isOpen).toBe(true);
    seconds(1);
    expect(peer.isOpen).toBe(false);
    expect(peer.closedBecause).toBe('no hello');
    expect(closedCount()).toBe(1);
  });

  it('is not put off by anything that is no hello', () => {
    for (const message of [{ kind: 'ping', token: 1 }, { kind: 'pong', token: 1 }] as const) {
      const { peer, stranger, seconds } = scene();
      seconds(20, () => stranger.say(message));
      expect(peer.isOpen).toBe(false);
    }
  });

  it('is not put off by bytes that trickle in', () => {
    const { peer, stranger, seconds } = scene();
    const bytes = encodeFrame(HELLO);
    let sent = 0;
    seconds(20, () => stranger.link.send(bytes.subarray(sent, ++sent)));
    expect(peer.closedBecause).toBe('no hello');
  });

  it.each([
    NOT_FOUND, { kind: 'getHeaders', locator: [ID] }, { kind: 'ping', token: 1 },
  ] as const)('comes before $kind', (message) => {
    const { clock, peer, stranger, heard } = scene();
    stranger.say(message);
    clock.advance(0);
    expect(peer.isOpen).toBe(false);
    expect(heard).toEqual([]);
    expect(stranger.heard).toEqual([]);
  });
});

describe('a stream', () => {
  it('closes with the first bytes that are no message, and those are never forgiven', () => {
    const { clock, peer, stranger, heard, greet, closedCount } = scene();
    greet();
    stranger.link.send(Uint8Array.from({ length: 14 }, () => 0x47));
    stranger.say(NOT_FOUND);
    clock.advance(0);
    expect(peer.isOpen).toBe(false);
    expect(peer.faults).toBe(FAULTS_MAX);
    expect(heard).toHaveLength(1);
    expect(closedCount()).toBe(1);
  });

  it('delivers nothing after its close, not even of the same chunk', () => {
    const clock = new ManualClock(0);
    const { a, b } = linkPair(clock, '10.0.0.1:1');
    let count = 0;
    const peer = new Peer(a, 'inbound', clock, {
      message: (from) => {
        count++;
        from.close('enough');
      },
      closed: () => {},
    });
    const one = encodeFrame(HELLO);
    const both = new Uint8Array(2 * one.length);
    both.set(one);
    both.set(one, one.length);
    b.send(both);
    clock.advance(0);
    expect(count).toBe(1);
    expect(peer.isOpen).toBe(false);
  });

  it('has a deadline for each message, whatever trickles in', () => {
    const { peer, stranger, seconds, greet } = scene();
    greet();
    const frame = encodeFrame({ kind: 'block', bytes: new Uint8Array(1_000) });
    let sent = 0;
    seconds(FRAME_MAX_MS / 1_000 + 2, () => stranger.link.send(frame.subarray(sent, ++sent)));
    expect(peer.closedBecause).toBe('a message that does not end');
  });

  it('may hold large messages one after the other for as long as they come', () => {
    const { peer, stranger, seconds, greet, heard } = scene();
    greet();
    const frame = encodeFrame(NOT_FOUND);
    let sent = 0;
    const stream = (): void => {
      // Three bytes a second: every chunk but few ends in the middle of a message.
      for (let byte = 0; byte < 3; byte++) {
        const at = sent++ % frame.length;
        stranger.link.send(frame.subarray(at, at + 1));
      }
    };
    seconds(600, stream);
    expect(peer.isOpen).toBe(true);
    expect(heard.length).toBeGreaterThan(30);
  });

  it('tells its owner once that it closed, whoever closed it', () => {
    const { clock, peer, stranger, closedCount } = scene();
    stranger.link.close();
    clock.advance(0);
    peer.close('again');
    clock.advance(0);
    expect(closedCount()).toBe(1);
    expect(peer.isOpen).toBe(false);
  });
});

describe('silence', () => {
  it('is asked about after a minute, and a pong ends it', () => {
    const { clock, peer, stranger, seconds, greet } = scene();
    greet();
    stranger.onMessage = (message) => {
      if (message.kind === 'ping') stranger.say({ kind: 'pong', token: message.token });
    };
    seconds(1_000, () => clock.advance(0));
    expect(peer.isOpen).toBe(true);
    expect(stranger.all('ping').length).toBeGreaterThan(10);
    expect(stranger.all('ping').length).toBeLessThan(40);
  });

  it('closes the link after two minutes without an answer', () => {
    const { peer, seconds, greet } = scene();
    greet();
    seconds((2 * IDLE_MAX_MS) / 1_000);
    expect(peer.isOpen).toBe(true);
    seconds(1);
    expect(peer.closedBecause).toBe('silent');
  });

  it('of ours is no reason: a ping is answered with its token', () => {
    const { clock, stranger, heard, greet } = scene();
    greet();
    stranger.say({ kind: 'ping', token: 77 });
    clock.advance(0);
    expect(stranger.heard).toEqual([{ kind: 'pong', token: 77 }]);
    expect(heard).toHaveLength(1);
  });
});

describe('a link that is full', () => {
  it('is closed when it does not empty, whatever else is said on it', () => {
    const { link, peer, stranger, seconds, greet } = scene();
    greet();
    link.isFull = true;
    peer.send(NOT_FOUND);
    expect(peer.canTakeMore).toBe(false);
    const ping = (): void => stranger.say({ kind: 'ping', token: 1 });
    seconds(FULL_MAX_MS / 1_000, ping);
    expect(peer.isOpen).toBe(true);
    seconds(1, ping);
    expect(peer.closedBecause).toBe('does not read');
  });

  it('begins anew when it has emptied', () => {
    const { link, peer, stranger, seconds, greet } = scene();
    greet();
    for (let round = 0; round < 5; round++) {
      link.isFull = true;
      peer.send(NOT_FOUND);
      seconds(FULL_MAX_MS / 1_000 - 10, () => stranger.say({ kind: 'ping', token: 1 }));
      link.drain();
      expect(peer.canTakeMore).toBe(true);
    }
    expect(peer.isOpen).toBe(true);
  });
});

describe('the budget', () => {
  it('closes a link that asks without end', () => {
    const { clock, peer, stranger, heard, greet } = scene();
    greet();
    for (let count = 0; count < 200; count++) stranger.say({ kind: 'getHeaders', locator: [ID] });
    clock.advance(0);
    expect(peer.closedBecause).toBe('sends too much');
    expect(heard.length).toBeLessThan(110);
    expect(peer.faults).toBeLessThan(FAULTS_MAX);
  });

  it('is enough for a peer that syncs', () => {
    const { clock, peer, stranger, greet } = scene();
    greet();
    for (let second = 0; second < 60; second++) {
      stranger.say({ kind: 'getHeaders', locator: [ID] });
      for (let count = 0; count < 100; count++) stranger.say({ kind: 'getBlocks', ids: [ID] });
      clock.advance(1_000);
    }
    expect(peer.isOpen).toBe(true);
  });

  it('does not count the blocks that we asked for', () => {
    const { clock, peer, stranger, greet } = scene();
    greet();
    for (let count = 0; count < 20_000; count++) {
      stranger.say({ kind: 'block', bytes: Uint8Array.of(1) });
    }
    clock.advance(0);
    expect(peer.isOpen).toBe(true);
  });
});

describe('faults', () => {
  it('add up and close the link', () => {
    const { peer } = scene();
    peer.penalise(FAULTS_MAX - 1, 'one');
    expect(peer.isOpen).toBe(true);
    peer.penalise(1, 'two');
    expect(peer.isOpen).toBe(false);
    expect(peer.closedBecause).toBe('two');
  });

  it('are forgiven with time', () => {
    const { peer, stranger, seconds, greet } = scene();
    greet();
    peer.penalise(60, 'one');
    seconds(100, () => stranger.say({ kind: 'pong', token: 0 }));
    expect(peer.faults).toBeCloseTo(40);
    peer.penalise(50, 'two');
    expect(peer.isOpen).toBe(true);
    seconds(1_000, () => stranger.say({ kind: 'pong', token: 0 }));
    expect(peer.faults).toBe(0);
  });

  it('are as bad as what was sent', () => {
    const faultsFor = (code: Parameters<typeof reject>[0]): number => {
      const { peer } = scene();
      peer.penaliseFor(reject(code));
      return peer.faults;
    };
    expect(faultsFor('bad-proof-of-work')).toBe(FAULTS_MAX);
    expect(faultsFor('bad-merkle-root')).toBe(FAULTS_MAX / 2);
    expect(faultsFor('time-too-new')).toBe(0);
    expect(faultsFor('fee-too-low')).toBe(0);
  });
});

describe('a full link', () => {
  it('takes more only when it has drained, and says so once', () => {
    const { clock, link, peer } = scene();
    let drained = 0;
    link.isFull = true;
    peer.send(NOT_FOUND);
    expect(peer.canTakeMore).toBe(false);
    peer.whenDrained(() => drained++);
    link.drain();
    link.drain();
    clock.advance(0);
    expect(drained).toBe(1);
    expect(peer.canTakeMore).toBe(true);
  });

  it('that closes takes nothing', () => {
    const { link, peer } = scene();
    let drained = 0;
    peer.whenDrained(() => drained++);
    peer.close('enough');
    link.drain();
    expect(peer.canTakeMore).toBe(false);
    expect(drained).toBe(0);
  });
});

describe('an address', () => {
  it('has a host', () => {
    expect(hostOf('127.0.0.1:2607')).toBe('127.0.0.1');
    expect(hostOf('::1:2607')).toBe('::1');
  });

  it('is loopback or not', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
    expect(['10.0.0.1', '128.0.0.1', '1127.0.0.1', ''].some(isLoopback)).toBe(false);
  });
});
