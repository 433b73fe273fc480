/**
 * Datagrams: hearing broadcasts on shared ports, and sending them.
 * Owns: sockets, the largest datagram, and that no error of a network ends the process.
 * Does not own: what a datagram says; it may come from anybody, ourselves included.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { assert } from '../lib/assert.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Log } from '../ports.ts';
import { isLoopback } from './broadcast-addresses.ts';

/** The most that fits an Ethernet frame with room to spare: no datagram is ever in fragments. */
const DATAGRAM_BYTES_MAX = 1_200;
/** Datagrams that wait for the system; more are lost, as datagrams may be. */
const WAITING_MAX = 1_000;
/** An address that cannot be reached is named so often. */
const WARNING_INTERVAL_MS = 60_000;
const ADDRESSES_REMEMBERED_MAX = 64;

export type Hear = (bytes: Uint8Array, from: string) => void;

/** A socket that hears broadcasts on a port which other processes hear as well. */
export class UdpReceiver {
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  /** `onlyLoopback` drops what other machines send. Rejects with what the system says. */
  static async open(
    port: number, onlyLoopback: boolean, hear: Hear, log: Log,
  ): Promise<UdpReceiver> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const listening = once(socket, 'listening');
    // Bound to all addresses: a socket bound to one hears no broadcast.
    socket.bind({ port, address: '0.0.0.0' });
    try {
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('error', (error) => {
      log.warn('a socket for datagrams failed', { port, reason: error.message });
    });
    socket.on('message', (bytes, { address, size }) => {
      if (size > DATAGRAM_BYTES_MAX || (onlyLoopback && !isLoopback(address))) return;
      hear(new Uint8Array(bytes), address);
    });
    return new UdpReceiver(socket);
  }

  close(): Promise<void> {
    return closed(this.#socket);
  }
}

/** A socket of its own to send from, so that no answer lands on a shared port. */
export class UdpSender {
  readonly #socket: Socket;
  readonly #log: Log;
  /** When an address was last complained about. */
  readonly #warnedAt = new BoundedMap<string, number>(ADDRESSES_REMEMBERED_MAX);
  #isClosed = false;

  private constructor(socket: Socket, log: Log) {
    this.#socket = socket;
    this.#log = log;
    socket.on('error', (error) => this.#warn('any', error));
  }

  /** Sends from the host, '0.0.0.0' for any. Rejects with what the system says. */
  static async open(host: string, log: Log): Promise<UdpSender> {
    const socket = createSocket('udp4');
    const listening = once(socket, 'listening');
    socket.bind({ port: 0, address: host });
    try {
      await listening;
      socket.setBroadcast(true);
    } catch (error) {
      socket.close();
      throw error;
    }
    return new UdpSender(socket, log);
  }

  /** Sends to each address; one that cannot be reached now is tried again the next time. */
  send(datagram: Uint8Array, port: number, addresses: readonly string[]): void {
    assert(datagram.length <= DATAGRAM_BYTES_MAX, 'a datagram has at most 1,200 bytes');
    if (this.#isClosed) return;
    // Sent later, when the caller may have changed it.
    const bytes = Buffer.from(datagram);
    for (const address of addresses) {
      if (this.#socket.getSendQueueCount() >= WAITING_MAX) return;
      this.#socket.send(bytes, port, address, (error) => {
        if (error !== null) this.#warn(address, error);
      });
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return closed(this.#socket);
  }

  #warn(address: string, error: Error): void {
    const now = performance.now();
    const last = this.#warnedAt.get(address);
    if (this.#isClosed || (last !== undefined && now - last < WARNING_INTERVAL_MS)) return;
    this.#warnedAt.set(address, now);
    this.#log.warn('cannot announce to an address', { address, reason: error.message });
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}
