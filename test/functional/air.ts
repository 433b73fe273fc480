/**
 * The air of a network: hears the statuses that its nodes broadcast, and sends any bytes to all of
 * them.
 *
 * Owns: a socket that shares the network's status port, and what each node has said last. Does not
 * own: any expectation.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeDatagram } from '../../src/protocol/framing.ts';
import type { Status } from '../../src/protocol/messages.ts';
import type { Network } from './support.ts';
import { until } from './support.ts';

const BROADCAST = '127.255.255.255';

export class Air {
  readonly #socket: Socket;
  readonly #ports: { readonly status: number; readonly payment: number };
  readonly #last = new Map<string, Status>();
  readonly #listeners = new Set<(status: Status) => void>();

  private constructor(socket: Socket, ports: { status: number; payment: number }) {
    this.#socket = socket;
    this.#ports = ports;
    socket.on('message', (bytes) => {
      const result = decodeDatagram(new Uint8Array(bytes));
      if (result.kind !== 'message' || result.message.kind !== 'status') return;
      const { kind: _, ...status } = result.message;
      this.#last.set(status.tag, status);
      for (const listener of this.#listeners) listener(status);
    });
  }

  static async open({ environment }: Network): Promise<Air> {
    const ports = {
      status: Number(environment['MVB_STATUS_BROADCAST_PORT']),
      payment: Number(environment['MVB_TRANSACTION_PORT']),
    };
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.bind({ port: ports.status, address: '0.0.0.0' });
    await once(socket, 'listening');
    socket.setBroadcast(true);
    return new Air(socket, ports);
  }

  /** The last status of the node with this tag. */
  last(tag: string): Status | undefined {
    return this.#last.get(tag);
  }

  /** Called with each status; gives what ends that. */
  onStatus(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits until the node with this tag announces at least this height. */
  async reaches(tag: string, height: number): Promise<void> {
    await until(
      `${tag} announces height ${height}`, () => (this.last(tag)?.height ?? 0) >= height, 10,
    );
  }

  /** Sends to every node; resolves when the system has it. */
  async send(channel: 'status' | 'payment', bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      // A datagram that the system refuses, such as one that is too long, is lost like others.
      this.#socket.send(bytes, this.#ports[channel], BROADCAST, () => resolve());
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve());
    });
  }
}
