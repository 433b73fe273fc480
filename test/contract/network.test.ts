/**
 * Goal: the LAN network keeps the laws of its door, and no stranger can hurt it (threats C5, C6).
 * Method: the shared suite on loopback with free ports; then raw sockets that misbehave.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  INBOUND_LINKS_MAX, OUTBOUND_LINKS_MAX, openLanNetwork,
} from '../../src/platform/lan-network.ts';
import type { LanNetwork, LanNetworkOptions } from '../../src/platform/lan-network.ts';
import type { Fields, Link, Log } from '../../src/ports.ts';
import { networkContract } from './network-contract.ts';

const LOOPBACK = '127.0.0.1';
const BROADCAST = '127.255.255.255';
const quiet: Log = {
  debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined,
};

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

async function loopbackOptions(): Promise<LanNetworkOptions> {
  return {
    statusPort: await freeUdpPort(), paymentPort: await freeUdpPort(), blockServerPort: 0,
    broadcastAddresses: [BROADCAST], listenForPayments: true, serve: true, log: quiet,
    host: LOOPBACK,
  };
}

networkContract('LAN', async () => {
  const options = await loopbackOptions();
  const first = await openLanNetwork(options);
  const second = await openLanNetwork(options);
  return {
    first, second, until,
    secondAddress: `${LOOPBACK}:${second.blockServerPort}`,
    deadAddress: `${LOOPBACK}:${await freeTcpPort()}`,
    close: async () => {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
});

describe('the LAN network', () => {
  const opened: LanNetwork[] = [];
  const sockets: Socket[] = [];
  const open = async (changes: Partial<LanNetworkOptions> = {}): Promise<LanNetwork> => {
    const network = await openLanNetwork({ ...await loopbackOptions(), ...changes });
    opened.push(network);
    return network;
  };
  const connectRaw = (port: number): Socket => {
    const socket = connect(port, LOOPBACK);
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  /** Listens, and collects links whose handlers are set as a node does. */
  const listen = (network: LanNetwork) => {
    const links: Link[] = [];
    const closed: Link[] = [];
    network.listen({
      datagram: () => undefined,
      link: (link) => {
        link.onClose(() => closed.push(link));
        link.onBytes(() => undefined);
        links.push(link);
      },
    });
    return { links, closed };
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(opened.splice(0).map((network) => network.stop()));
  });

  it('names the reason when the block server port is taken', async () => {
    const first = await open();
    const options = { ...await loopbackOptions(), blockServerPort: first.blockServerPort };
    await expect(openLanNetwork(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('hears and dials without a block server', async () => {
    const options = await loopbackOptions();
    const reader = await open({ ...options, serve: false, listenForPayments: false });
    const server = await open(options);
    expect(reader.blockServerPort).toBe(0);
    const { links } = listen(server);
    const channels: string[] = [];
    reader.listen({ datagram: (channel) => channels.push(channel), link: () => undefined });
    const dialled: unknown[] = [];
    reader.dial(`${LOOPBACK}:${server.blockServerPort}`, (result) => dialled.push(result));
    await until(() => links.length === 1 && dialled.length === 1);
    let rounds = 0;
    await until(() => {
      if (rounds++ % 100 === 0) {
        server.announce('payment', Uint8Array.of(1));
        server.announce('status', Uint8Array.of(1));
      }
      return channels.length > 0;
    });
    expect(new Set(channels)).toEqual(new Set(['status']));
  });

  it('drops datagrams of more than 1,200 bytes', async () => {
    const options = await loopbackOptions();
    const network = await open(options);
    const lengths: number[] = [];
    network.listen({
      datagram: (_, bytes) => lengths.push(bytes.length), link: () => undefined,
    });
    const sender = createSocket('udp4');
    sender.bind(0, LOOPBACK);
    await once(sender, 'listening');
    sender.setBroadcast(true);
    let rounds = 0;
    await until(() => {
      if (rounds++ % 100 === 0) {
        for (const length of [1_201, 9_000, 1_200]) {
          sender.send(new Uint8Array(length), options.statusPort, BROADCAST);
        }
      }
      return lengths.length >= 3;
    });
    expect(new Set(lengths)).toEqual(new Set([1_200]));
    sender.close();
  });

  it('goes on when an address cannot be reached, and says so once', async () => {
    const warnings: (Fields | undefined)[] = [];
    const log = { ...quiet, warn: (_: string, fields?: Fields) => warnings.push(fields) };
    // From a loopback address nothing leaves this machine: the system refuses to send there.
    const network = await open({ broadcastAddresses: ['192.0.2.1', BROADCAST], log });
    let heard = 0;
    network.listen({ datagram: () => heard++, link: () => undefined });
    let rounds = 0;
    await until(() => {
      if (rounds++ % 100 === 0) network.announce('status', Uint8Array.of(1));
      return heard >= 5 && warnings.length > 0;
    });
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatchObject({ address: '192.0.2.1' });
  });

  it('closes connections above its maximum at once, and has room again when some end', async () => {
    const network = await open();
    const { links, closed } = listen(network);
    const raw = Array.from({ length: INBOUND_LINKS_MAX + 10 }, () =>
      connectRaw(network.blockServerPort));
    let refused = 0;
    for (const socket of raw) {
      socket.resume();
      socket.on('close', () => refused++);
    }
    await until(() => links.length === INBOUND_LINKS_MAX && refused === 10);
    expect(network.inboundCount).toBe(INBOUND_LINKS_MAX);
    for (const socket of raw) socket.destroy();
    await until(() => closed.length === INBOUND_LINKS_MAX && network.inboundCount === 0);
    connectRaw(network.blockServerPort);
    await until(() => links.length === INBOUND_LINKS_MAX + 1);
  });

  it('opens no more links than its maximum', async () => {
    const server = await open();
    const { links } = listen(server);
    const network = await open();
    network.listen({ datagram: () => undefined, link: () => undefined });
    const address = `${LOOPBACK}:${server.blockServerPort}`;
    const results: (Link | Error)[] = [];
    for (let index = 0; index < OUTBOUND_LINKS_MAX + 5; index++) {
      network.dial(address, (result) => {
        if (!(result instanceof Error)) result.onBytes(() => undefined);
        results.push(result);
      });
    }
    await until(() => results.length === OUTBOUND_LINKS_MAX + 5);
    const errors = results.filter((result) => result instanceof Error);
    expect(errors.length).toBe(5);
    await until(() => links.length === OUTBOUND_LINKS_MAX);
    for (const result of results) if (!(result instanceof Error)) result.close();
    await until(() => network.outboundCount === 0);
    network.dial(address, (result) => results.push(result));
    await until(() => results.length === OUTBOUND_LINKS_MAX + 6);
    expect(results.at(-1)).not.toBeInstanceOf(Error);
  });

  it('takes a reset connection for a closed one', async () => {
    const network = await open();
    const { links, closed } = listen(network);
    for (let round = 1; round <= 10; round++) {
      const socket = connectRaw(network.blockServerPort);
      await until(() => links.length === round);
      links.at(-1)!.send(new Uint8Array(100_000));
      socket.resetAndDestroy();
      await until(() => closed.length === round);
    }
  });

  it('closes a link that is sent to without regard to full', async () => {
    const network = await open();
    const { links, closed } = listen(network);
    // A raw socket without a reader: what is sent to it waits.
    connectRaw(network.blockServerPort).pause();
    await until(() => links.length === 1);
    const chunk = new Uint8Array(1024 * 1024);
    let accepted = 0;
    await until(() => {
      if (accepted < 100) links[0]!.send(chunk);
      accepted++;
      return closed.length === 1;
    });
    expect(accepted).toBeGreaterThan(8);
    expect(accepted).toBeLessThan(100);
  });

  it('sends what was queued before a close', async () => {
    const network = await open();
    const { links } = listen(network);
    const socket = connectRaw(network.blockServerPort);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    await until(() => links.length === 1);
    socket.write(new Uint8Array(50_000));
    links[0]!.send(new Uint8Array(3_000_000));
    links[0]!.close();
    await once(socket, 'close');
    expect(received).toBe(3_000_000);
  });

  it('drops what arrives before it is listened to', async () => {
    const network = await open();
    const socket = connectRaw(network.blockServerPort);
    socket.resume();
    await once(socket, 'close');
    expect(network.inboundCount).toBe(0);
  });

  it('ends everything when it is stopped', async () => {
    const network = await open();
    const { links, closed } = listen(network);
    const { blockServerPort } = network;
    connectRaw(blockServerPort);
    await until(() => links.length === 1);
    await network.stop();
    await network.stop();
    expect(closed.length).toBe(1);
    network.announce('status', Uint8Array.of(1));
    const results: unknown[] = [];
    network.dial(`${LOOPBACK}:${blockServerPort}`, (result) => results.push(result));
    await until(() => results.length === 1);
    expect(results[0]).toBeInstanceOf(Error);
    const again = await open({ blockServerPort });
    expect(again.blockServerPort).toBe(blockServerPort);
  });
});
