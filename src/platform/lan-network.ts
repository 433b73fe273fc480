/**
 * The `Network` door on a LAN: UDP broadcasts for announcements, TCP for links.
 *
 * Owns: sockets, and how many links there may be.
 * Does not own: peers, messages, idle links, or how many datagrams a host may send, which are the
 * node's.
 */
import { once } from 'node:events';
import { Socket, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { assert } from '../lib/assert.ts';
import type { Channel, Link, Log, Network, NetworkEvents } from '../ports.ts';
import { broadcastAddresses, isLoopback } from './broadcast-addresses.ts';
import { LocalNetworks } from './local-networks.ts';
import { TcpLink, remoteHostOf } from './tcp-link.ts';
import { UdpReceiver, UdpSender } from './udp-channel.ts';

/** Links that others opened; more are closed at once. */
export const INBOUND_LINKS_MAX = 64;
/** Of those, from one host. Not for this machine, where many nodes may share an address. */
const INBOUND_LINKS_PER_HOST_MAX = 16;
/** Links that we opened or are opening; a further `dial` fails. */
export const OUTBOUND_LINKS_MAX = 32;
const CONNECT_TIMEOUT_MS = 5_000;
/** A host name has at most 253 characters. */
const ADDRESS_LENGTH_MAX = 260;

export interface LanNetworkOptions {
  /** UDP, shared with other processes; not 0. */
  readonly statusPort: number;
  readonly paymentPort: number;
  /** TCP; 0 takes a free port, which `blockServerPort` then tells. */
  readonly blockServerPort: number;
  /** Instead of those of all interfaces: IPv4 addresses to announce to. */
  readonly broadcastAddresses?: readonly string[];
  /** Hear payments; statuses are always heard. */
  readonly listenForPayments: boolean;
  /** Let others connect. */
  readonly serve: boolean;
  readonly log: Log;
  /**
   * The address to serve at and to send from, 0.0.0.0 (all) by default. With one of this machine,
   * such as 127.0.0.1, nothing from other machines is heard.
   */
  readonly host?: string;
}

/**
 * Opens the sockets. Rejects with what the system says and with nothing left open; a block server
 * port that is taken has `code` EADDRINUSE. Until `listen`, what arrives is dropped.
 */
export async function openLanNetwork(options: LanNetworkOptions): Promise<LanNetwork> {
  const network = new LanNetwork(options);
  try {
    await network.open();
    return network;
  } catch (error) {
    await network.stop();
    throw error;
  }
}

export class LanNetwork implements Network {
  readonly #options: LanNetworkOptions;
  readonly #receivers: UdpReceiver[] = [];
  readonly #inbound = new Set<Socket>();
  readonly #outbound = new Set<Socket>();
  readonly #local = new LocalNetworks();
  #sender: UdpSender | undefined;
  #server: Server | undefined;
  #events: NetworkEvents | undefined;
  #isStopped = false;

  /** Use `openLanNetwork`. */
  constructor(options: LanNetworkOptions) {
    this.#options = options;
  }

  /** Called once, by `openLanNetwork`. */
  async open(): Promise<void> {
    const { serve, listenForPayments, statusPort, paymentPort, log } = this.#options;
    const host = this.#options.host ?? '0.0.0.0';
    // First, because it alone can be taken.
    if (serve) await this.#openServer(host);
    this.#sender = await UdpSender.open(host, log);
    const ports: [Channel, number][] = [['status', statusPort]];
    if (listenForPayments) ports.push(['payment', paymentPort]);
    for (const [channel, port] of ports) {
      const hear = (bytes: Uint8Array, from: string): void => {
        // A status may make us connect to where it says that it comes from.
        if (this.#isStopped || (channel === 'status' && !this.#local.has(from))) return;
        this.#events?.datagram(channel, bytes, from);
      };
      this.#receivers.push(await UdpReceiver.open(port, isLoopback(host), hear, log));
    }
  }

  get blockServerPort(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Connections that others opened and that are still there. */
  get inboundCount(): number {
    return this.#inbound.size;
  }

  /** Connections that we opened or are opening. */
  get outboundCount(): number {
    return this.#outbound.size;
  }

  listen(events: NetworkEvents): void {
    assert(this.#events === undefined, 'listen is called once');
    this.#events = events;
  }

  announce(channel: Channel, datagram: Uint8Array): void {
    const { statusPort, paymentPort } = this.#options;
    // Each time anew: a laptop changes its networks.
    const addresses = this.#options.broadcastAddresses ?? broadcastAddresses(networkInterfaces());
    this.#sender?.send(datagram, channel === 'status' ? statusPort : paymentPort, addresses);
  }

  dial(address: string, done: (result: Link | Error) => void): void {
    const target = parseAddress(address);
    const refusal = this.#isStopped ? 'the network is stopped'
      : target === undefined ? 'this is no address of the form host:port'
        : this.#outbound.size >= OUTBOUND_LINKS_MAX ? 'there are too many links' : undefined;
    if (target === undefined || refusal !== undefined) {
      setImmediate(() => done(new Error(`cannot dial ${address.slice(0, 80)}: ${refusal}`)));
      return;
    }
    this.#connect(target, done);
  }

  /** Closes everything at once. Resolves when all sockets are gone; again does nothing. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const sockets = [...this.#inbound, ...this.#outbound];
    const closing: Promise<unknown>[] = sockets.map((socket) => new Promise((resolve) => {
      socket.once('close', resolve);
    }));
    for (const socket of sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      closing.push(new Promise((resolve) => {
        server.close(resolve);
      }));
    }
    for (const receiver of this.#receivers.splice(0)) closing.push(receiver.close());
    if (this.#sender !== undefined) closing.push(this.#sender.close());
    this.#sender = undefined;
    await Promise.all(closing);
  }

  async #openServer(host: string): Promise<void> {
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    const listening = once(server, 'listening');
    server.listen({ port: this.#options.blockServerPort, host, exclusive: true });
    await listening;
    server.on('error', (error) => {
      // Such as too many open files: those who connect now will try again.
      this.#options.log.warn('the block server failed', { reason: error.message });
    });
    this.#server = server;
  }

  #accept(socket: Socket): void {
    // A reset before the link has its own listener must not end the process.
    socket.on('error', () => undefined);
    const host = remoteHostOf(socket);
    const isWelcome = this.#events !== undefined && !this.#isStopped && host !== ''
      && this.#inbound.size < INBOUND_LINKS_MAX
      && (isLoopback(host) || this.#countFrom(host) < INBOUND_LINKS_PER_HOST_MAX);
    if (!isWelcome) {
      socket.destroy();
      return;
    }
    this.#inbound.add(socket);
    socket.on('close', () => this.#inbound.delete(socket));
    this.#events?.link(new TcpLink(socket));
  }

  #countFrom(host: string): number {
    let count = 0;
    for (const socket of this.#inbound) if (remoteHostOf(socket) === host) count++;
    return count;
  }

  #connect(
    target: { readonly host: string; readonly port: number },
    done: (result: Link | Error) => void,
  ): void {
    const socket = new Socket();
    let failure: Error | undefined;
    let isDone = false;
    const finish = (result: Link | Error): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      done(result);
    };
    const timer = setTimeout(() => {
      failure = new Error(`${target.host}:${target.port} does not answer`);
      socket.destroy();
    }, CONNECT_TIMEOUT_MS);
    this.#outbound.add(socket);
    socket.on('error', (error) => {
      failure ??= error;
    });
    socket.on('close', () => {
      this.#outbound.delete(socket);
      finish(failure ?? new Error('the network is stopped'));
    });
    socket.on('connect', () => finish(new TcpLink(socket)));
    socket.connect({ host: target.host, port: target.port });
  }
}

/** Of "host:port" or "[IPv6]:port"; undefined when it is neither. */
function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  if (text.length > ADDRESS_LENGTH_MAX) return undefined;
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2];
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
