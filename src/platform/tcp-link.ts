/**
 * The `Link` door over a TCP socket.
 *
 * Owns: how much may wait to be sent, and that every error of a socket is a close and nothing else.
 * Does not own: messages, deadlines, or who may connect.
 */
import type { Socket } from 'node:net';
import type { Link } from '../ports.ts';

/** More than this waiting is 'full'. */
const SEND_LIMIT_BYTES = 4 * 1024 * 1024;
/** What waits when a link is sent more than this closes it: its owner does not listen to 'full'. */
export const OVERFILL_BYTES = 2 * SEND_LIMIT_BYTES;
/** After `close`, how long the other side may take to fetch what was sent. */
const LINGER_MS = 2_000;

export class TcpLink implements Link {
  readonly remote: string;
  readonly #socket: Socket;
  #onBytes: ((chunk: Uint8Array) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onClose: (() => void) | undefined;
  #isFull = false;
  #state: 'open' | 'closing' | 'closed' = 'open';

  /** Takes over a connected socket. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.remote = remoteOf(socket);
    socket.setNoDelay(true);
    // A socket that is not read holds the other side back: nothing arrives before `onBytes`.
    socket.pause();
    socket.on('data', (chunk: Buffer) => {
      if (this.#state !== 'open') return;
      this.#onBytes?.(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    socket.on('drain', () => {
      if (!this.#isFull || this.#state !== 'open') return;
      this.#isFull = false;
      this.#onDrain?.();
    });
    // 'close' always follows; without a listener, a reset connection would end the process.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
  }

  /**
   * The bytes must not change afterwards: they may be sent later. On a closed link they are lost.
   */
  send(bytes: Uint8Array): 'sent' | 'full' {
    if (this.#state !== 'open') return 'sent';
    if (this.#socket.writableLength > OVERFILL_BYTES) {
      this.destroy();
      return 'full';
    }
    this.#socket.write(bytes);
    if (this.#socket.writableLength > SEND_LIMIT_BYTES) this.#isFull = true;
    return this.#isFull ? 'full' : 'sent';
  }

  onBytes(handler: (chunk: Uint8Array) => void): void {
    this.#onBytes = handler;
    this.#socket.resume();
  }

  onDrain(handler: () => void): void {
    this.#onDrain = handler;
  }

  onClose(handler: () => void): void {
    this.#onClose = handler;
  }

  /** What was sent before still goes out, within two seconds. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const socket = this.#socket;
    socket.end();
    // Read on and drop it: a socket with unread bytes is reset, and our last ones are lost.
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
    setImmediate(() => this.#closed());
  }

  /** Closes at once; what waits is lost. */
  destroy(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#socket.destroy();
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#onClose?.();
  }
}

/** The host of the other side, IPv4 addresses always in IPv4 form; '' once it is gone. */
export function remoteHostOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

function remoteOf(socket: Socket): string {
  const host = remoteHostOf(socket);
  return `${host.includes(':') ? `[${host}]` : host}:${socket.remotePort ?? 0}`;
}
