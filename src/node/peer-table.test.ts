/**
 * Goal: hints from strangers cause few dials, whatever they claim, and each node is linked once
 * (threats rows 15, 55, 68 to 70, 78). Method: a real `PeerTable` on a network that remembers whom
 * it dialled.
 */
import { describe, expect, it } from 'vitest';
import { TEST_PARAMS } from '../../test/support/chain-fixture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { statusOf } from '../../test/support/peer-scene.ts';
import {
  linkPair, Stranger, VirtualLog, VirtualNetwork,
} from '../../test/support/virtual-world.ts';
import { Dice } from '../../test/fuzz/fuzzer.ts';
import { networkIdOf } from '../consensus/params.ts';
import { bytesToHex } from '../lib/bytes.ts';
import type { Message, Status } from '../protocol/messages.ts';
import type { Peer } from './peer.ts';
import {
  BAN_MS, INBOUND_HOST_MAX, INBOUND_MAX, OUTBOUND_MAX, PeerTable, REDIAL_MAX_MS, UNPROVEN_DIAL_MS,
} from './peer-table.ts';

const OWN = '50'.repeat(8);
const [SMALLER, GREATER] = ['10'.repeat(8), '90'.repeat(8)];

function hello(status: Status): Message {
  return { kind: 'hello', versionMin: 1, versionMax: 1, ...status };
}

function scene(configured: readonly string[] = [], session = OWN) {
  const clock = new ManualClock(1_800_000_000_000);
  const network = new VirtualNetwork(clock);
  const log = new VirtualLog();
  const [ready, closed]: [Peer[], Peer[]] = [[], []];
  const table = new PeerTable({
    networkId: networkIdOf(TEST_PARAMS), clock, network, log, configured,
    status: () => statusOf(session),
    ready: (peer) => ready.push(peer),
    message: () => {},
    closed: (peer) => closed.push(peer),
  });
  /** Somebody connects to us from there. */
  const connect = (remote: string): Stranger => {
    const { a, b } = linkPair(clock, remote);
    const stranger = new Stranger(b);
    table.accept(a);
    clock.advance(0);
    return stranger;
  };
  /** Dials to the address are answered by a node that says this. */
  const answers = (address: string, message: Message | undefined): Stranger[] => {
    const strangers: Stranger[] = [];
    const before = network.answer;
    network.answer = (dialled) => {
      if (dialled !== address) return before(dialled);
      const { a, b } = linkPair(clock, address);
      const stranger = new Stranger(b);
      strangers.push(stranger);
      if (message !== undefined) stranger.say(message);
      return a;
    };
    return strangers;
  };
  const seconds = (count: number, everySecond = (): void => {}): void => {
    for (let second = 0; second < count; second++) {
      clock.advance(1_000);
      table.sweep();
      everySecond();
    }
  };
  return { clock, network, log, table, ready, closed, connect, answers, seconds };
}

describe('what a node hears of others', () => {
  it('is nothing when it is its own status', () => {
    const { table, network } = scene();
    expect(table.hear(statusOf(OWN, { work: 1_000n }), '10.0.0.1')).toBe(false);
    expect(network.dialled).toEqual([]);
  });

  it('makes it dial a node of its network, at its block server', () => {
    const { table, network } = scene();
    expect(table.hear(statusOf(GREATER, { blockServerPort: 3_000 }), '10.0.0.1')).toBe(true);
    expect(network.dialled.map((dial) => dial.address)).toEqual(['10.0.0.1:3000']);
  });

  it('makes it link, and not dial again while it is linked', () => {
    const { clock, table, network, ready, answers, seconds } = scene();
    const status = statusOf(GREATER, { work: 99n });
    answers('10.0.0.1:2607', hello(status));
    table.hear(status, '10.0.0.1');
    clock.advance(10);
    expect(ready.map((peer) => peer.remote)).toEqual(['10.0.0.1:2607']);
    seconds(30, () => {
      table.hear(status, '10.0.0.1');
    });
    expect(network.dialled).toHaveLength(1);
  });

  it('names a network with other rules once a minute, with the difference, and ignores it', () => {
    const { table, network, log, seconds } = scene();
    const foreign = statusOf(GREATER, { params: { ...TEST_PARAMS, blockSize: 7 } });
    for (let minute = 0; minute < 3; minute++) {
      for (let count = 0; count < 100; count++) expect(table.hear(foreign, '10.0.0.1')).toBe(false);
      seconds(60);
    }
    const named = log.lines.filter((line) => line.level === 'warn');
    expect(named).toHaveLength(3);
    expect(named[0]!.fields['difference']).toBe('block_size 7 (ours 1)');
    expect(network.dialled).toEqual([]);
  });

  it('names each network by itself, and only so many of them', () => {
    const { table, log } = scene();
    for (const blockSize of [7, 8, 7, 8]) {
      table.hear(statusOf(GREATER, { params: { ...TEST_PARAMS, blockSize } }), '10.0.0.1');
    }
    expect(log.lines.filter((line) => line.level === 'warn')).toHaveLength(2);
  });

  it.each([0, 22, 80, 443, 1_023])('never makes it dial port %i', (blockServerPort) => {
    const { table, network } = scene();
    table.hear(statusOf(GREATER, { blockServerPort, work: 99n }), '10.0.0.1');
    expect(network.dialled).toEqual([]);
  });
});

describe('ten thousand forged datagrams', () => {
  it('cause one dial a minute to a host that never shook hands, whatever the ports', () => {
    const { table, network, seconds } = scene();
    const dice = new Dice(7);
    seconds(180, () => {
      for (let count = 0; count < 60; count++) {
        const blockServerPort = 1_024 + dice.below(60_000);
        const session = bytesToHex(dice.bytes(8));
        table.hear(statusOf(session, { blockServerPort, work: 10n ** 9n }), '10.0.0.66');
      }
    });
    expect(network.dialled.length).toBeGreaterThanOrEqual(2);
    expect(network.dialled.length).toBeLessThanOrEqual(3);
    const times = network.dialled.map((dial) => dial.at);
    for (let index = 1; index < times.length; index++) {
      expect(times[index]! - times[index - 1]!).toBeGreaterThanOrEqual(UNPROVEN_DIAL_MS);
    }
  });

  it('cause one dial a minute to a host that shook hands, at other ports than its own', () => {
    const { clock, connect, table, network, seconds } = scene();
    connect('10.0.0.1:5000').say(hello(statusOf(GREATER, { blockServerPort: 2_607 })));
    clock.advance(0);
    const dice = new Dice(9);
    seconds(179, () => {
      for (let count = 0; count < 60; count++) {
        const blockServerPort = 3_000 + dice.below(60_000);
        const session = bytesToHex(dice.bytes(8));
        table.hear(statusOf(session, { blockServerPort, work: 10n ** 9n }), '10.0.0.1');
      }
    });
    expect(network.dialled).toHaveLength(3);
    // Where it serves, it is found at once when it starts anew.
    table.hear(statusOf(SMALLER, { blockServerPort: 2_607 }), '10.0.0.1');
    expect(network.dialled.map((dial) => dial.address)).toContain('10.0.0.1:2607');
  });

  it('do not keep us from a configured address', () => {
    const { clock, table, network } = scene(['192.168.7.7:2607']);
    for (let host = 0; host < 1_000; host++) {
      clock.advance(10);
      table.hear(statusOf(GREATER, { work: 10n ** 9n }), `10.1.${host >> 8}.${host & 255}`);
      if (host % 100 === 99) table.sweep();
    }
    const own = network.dialled.filter(({ address }) => address === '192.168.7.7:2607');
    expect(own.length).toBeGreaterThanOrEqual(2);
  });

  it('cause few dials in all, and at most one a minute to each host', () => {
    const { table, network, clock } = scene();
    const dice = new Dice(8);
    for (let count = 0; count < 10_000; count++) {
      const host = `10.0.${dice.below(4)}.${dice.below(250)}`;
      table.hear(statusOf(GREATER, { blockServerPort: 1_024 + dice.below(60_000) }), host);
      clock.advance(6);
    }
    const counts = new Map<string, number>();
    for (const { address } of network.dialled) {
      const host = address.split(':')[0]!;
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).toBe(1);
    expect(network.dialled.length).toBeLessThan(32 + 60 * 8 + 2);
  });

  it('never have more links in the making than links that may be', () => {
    const { table, network } = scene();
    for (let host = 0; host < 100; host++) {
      table.hear(statusOf(GREATER, { work: 9n }), `10.0.0.${host}`);
    }
    expect(network.dialled).toHaveLength(OUTBOUND_MAX);
  });

  it('on loopback count by port, for nobody else can send from there', () => {
    const { table, network } = scene();
    for (const blockServerPort of [2_607, 2_700, 2_800, 2_607]) {
      table.hear(statusOf(GREATER, { blockServerPort }), '127.0.0.1');
    }
    expect(network.dialled.map((dial) => dial.address))
      .toEqual(['127.0.0.1:2607', '127.0.0.1:2700', '127.0.0.1:2800']);
  });
});

describe('a configured address', () => {
  it('is dialled again and again, ever more rarely, until it answers', () => {
    const { network, table, seconds, answers } = scene(['10.0.0.9:2607']);
    table.sweep();
    seconds(600);
    const times = network.dialled.map((dial) => dial.at);
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...gaps)).toBeLessThan(3_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(REDIAL_MAX_MS + 1_000);
    expect(network.dialled.length).toBeLessThan(20);
    answers('10.0.0.9:2607', hello(statusOf(GREATER)));
    seconds(61);
    expect(table.ready.map((peer) => peer.remote)).toEqual(['10.0.0.9:2607']);
    const dials = network.dialled.length;
    seconds(30);
    expect(network.dialled).toHaveLength(dials);
  });
});

describe('a hello', () => {
  it('is said first, by both', () => {
    const { connect } = scene();
    expect(connect('10.0.0.1:5000').all('hello')).toHaveLength(1);
  });

  it('of another network, another protocol or oneself ends the link', () => {
    const others: readonly Message[] = [
      hello(statusOf(GREATER, { params: { ...TEST_PARAMS, network: 'other' } })),
      { ...hello(statusOf(GREATER)), versionMin: 2, versionMax: 9 } as Message,
      { ...hello(statusOf(GREATER)), versionMin: 0, versionMax: 0 } as Message,
      hello(statusOf(OWN)),
    ];
    for (const message of others) {
      const { clock, table, ready, connect } = scene();
      connect('10.0.0.1:5000').say(message);
      clock.advance(0);
      expect(ready).toEqual([]);
      expect(table.size).toBe(0);
    }
  });

  it('of a node that speaks newer protocols too is good', () => {
    const { clock, ready, connect } = scene();
    connect('10.0.0.1:5000').say({ ...hello(statusOf(GREATER)), versionMax: 9 } as Message);
    clock.advance(0);
    expect(ready).toHaveLength(1);
  });

  it('is said once', () => {
    const { clock, table, closed, connect } = scene();
    connect('10.0.0.1:5000').say(hello(statusOf(GREATER)), hello(statusOf(GREATER)));
    clock.advance(0);
    expect(table.size).toBe(0);
    expect(closed[0]!.closedBecause).toBe('said hello twice');
  });
});

describe('two nodes that dial each other at once', () => {
  /** Runs both tables against each other, their two links crossed. */
  function cross(sessionA: string, sessionB: string) {
    const clock = new ManualClock(1_800_000_000_000);
    const tableOf = (session: string): PeerTable => new PeerTable({
      networkId: networkIdOf(TEST_PARAMS), clock, network: networks[session]!,
      log: new VirtualLog(), configured: [], status: () => statusOf(session),
      ready: () => {}, message: () => {}, closed: () => {},
    });
    const networks: Record<string, VirtualNetwork> = {
      [sessionA]: new VirtualNetwork(clock), [sessionB]: new VirtualNetwork(clock),
    };
    const [a, b] = [tableOf(sessionA), tableOf(sessionB)];
    const pairOf = (to: PeerTable, source: string) => (address: string) => {
      const { a: near, b: far } = linkPair(clock, address, source);
      to.accept(far);
      return near;
    };
    networks[sessionA]!.answer = pairOf(b, '10.0.0.1:50001');
    networks[sessionB]!.answer = pairOf(a, '10.0.0.2:50002');
    a.hear(statusOf(sessionB), '10.0.0.2');
    b.hear(statusOf(sessionA), '10.0.0.1');
    clock.advance(100);
    return { a, b };
  }

  it.each([[SMALLER, GREATER], [GREATER, SMALLER]])('keep the same one link', (first, second) => {
    const { a, b } = cross(first, second);
    expect(a.ready).toHaveLength(1);
    expect(b.ready).toHaveLength(1);
    const opener = first < second ? a : b;
    expect(opener.ready[0]!.direction).toBe('outbound');
    expect((opener === a ? b : a).ready[0]!.direction).toBe('inbound');
  });

  it('keep the first of two links that went the same way', () => {
    for (const session of [SMALLER, GREATER]) {
      const { clock, table, answers } = scene([], OWN);
      for (const address of ['127.0.0.1:2607', '127.0.0.2:2608']) {
        answers(address, hello(statusOf(session)));
        table.dial(address);
        clock.advance(10);
      }
      expect(table.ready.map((peer) => peer.remote)).toEqual(['127.0.0.1:2607']);
    }
  });
});

describe('a session that somebody else claims', () => {
  const HONEST = '10.0.0.1';

  it.each([SMALLER, GREATER])('from another host ends no link, nor keeps one away', (session) => {
    const { clock, table, connect, answers } = scene();
    connect('10.0.0.66:5000').say(hello(statusOf(session)));
    clock.advance(10);
    expect(table.isLinked(session, HONEST)).toBe(false);
    answers(`${HONEST}:2607`, hello(statusOf(session)));
    table.hear(statusOf(session), HONEST);
    clock.advance(10);
    connect('10.0.0.67:5000').say(hello(statusOf(session)));
    clock.advance(10);
    expect(table.ready.map((peer) => peer.host)).toEqual(['10.0.0.66', HONEST, '10.0.0.67']);
    expect(table.isLinked(session, HONEST)).toBe(true);
  });

  it.each([SMALLER, GREATER])('loses to a link on loopback, whichever came first', (session) => {
    const [near, far] = ['127.0.0.1:5000', '10.0.0.1:5000'];
    for (const order of [[near, far], [far, near]]) {
      const { clock, table, connect, network } = scene();
      for (const remote of order) {
        connect(remote).say(hello(statusOf(session)));
        clock.advance(10);
      }
      expect(table.ready.map((peer) => peer.host)).toEqual(['127.0.0.1']);
      // Its other addresses are not dialled.
      table.hear(statusOf(session), '10.0.0.1');
      expect(network.dialled).toEqual([]);
    }
  });
});

describe('a ban', () => {
  it('keeps a faulty host away, and expires', () => {
    const { clock, table, connect, ready } = scene();
    connect('10.0.0.1:5000').link.send(new Uint8Array(14));
    clock.advance(0);
    expect(table.size).toBe(0);
    expect(connect('10.0.0.1:5001').heard).toEqual([]);
    expect(table.size).toBe(0);
    expect(connect('10.0.0.2:5001').all('hello')).toHaveLength(1);
    clock.advance(BAN_MS);
    connect('10.0.0.1:5002').say(hello(statusOf(GREATER)));
    clock.advance(0);
    expect(ready.map((peer) => peer.host)).toContain('10.0.0.1');
  });

  it('is not dialled either', () => {
    const { clock, table, network, connect } = scene(['10.0.0.1:2607']);
    connect('10.0.0.1:5000').link.send(new Uint8Array(14));
    clock.advance(0);
    table.sweep();
    table.hear(statusOf(GREATER), '10.0.0.1');
    expect(network.dialled).toEqual([]);
  });

  it('on loopback is of a port, for many nodes share it', () => {
    const { clock, connect } = scene();
    connect('127.0.0.1:5000').link.send(new Uint8Array(14));
    clock.advance(0);
    expect(connect('127.0.0.1:5001').all('hello')).toHaveLength(1);
  });

  it('is never for what somebody else said in a host\'s name', () => {
    const { table, connect } = scene();
    for (let count = 0; count < 10_000; count++) {
      const params = { ...TEST_PARAMS, network: `n${count}` };
      table.hear(statusOf(GREATER, { params }), '10.0.0.1');
    }
    expect(connect('10.0.0.1:5000').all('hello')).toHaveLength(1);
  });
});

describe('links from outside', () => {
  it('leave room for those that we open', () => {
    const { clock, table, connect, answers } = scene();
    for (let host = 0; host < 200; host++) connect(`10.1.0.${host}:5000`);
    expect(table.size).toBe(INBOUND_MAX);
    answers('10.0.0.1:2607', hello(statusOf(GREATER)));
    table.dial('10.0.0.1:2607');
    clock.advance(10);
    expect(table.ready.map((peer) => peer.remote)).toEqual(['10.0.0.1:2607']);
  });

  it('are few from one host, but from our own', () => {
    const { table, connect } = scene();
    for (let port = 5_000; port < 5_100; port++) connect(`10.0.0.1:${port}`);
    expect(table.size).toBe(INBOUND_HOST_MAX);
    for (let port = 5_000; port < 5_030; port++) connect(`127.0.0.1:${port}`);
    expect(table.size).toBe(INBOUND_HOST_MAX + 30);
  });

  it('that never shake hands make room again', () => {
    const { table, connect, seconds } = scene();
    for (let host = 0; host < 100; host++) connect(`10.1.0.${host}:5000`);
    seconds(11);
    expect(table.size).toBe(0);
  });
});

describe('a table that stops', () => {
  it('closes its links, and takes and dials no more', () => {
    const { clock, table, network, ready, connect } = scene(['10.0.0.9:2607']);
    connect('10.0.0.1:5000').say(hello(statusOf(GREATER)));
    clock.advance(0);
    table.stop();
    expect(ready[0]!.isOpen).toBe(false);
    expect(connect('10.0.0.2:5000').heard).toEqual([]);
    table.sweep();
    expect(network.dialled).toEqual([]);
    expect(table.size).toBe(0);
  });
});
