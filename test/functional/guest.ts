/**
 * A stranger on TCP who speaks the protocol as far as it likes.
 *
 * Owns: sockets that say hello, and closing them. Does not own: what is said after that.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { PROTOCOL_VERSION } from '../../src/protocol/messages.ts';
import type { Message, Status } from '../../src/protocol/messages.ts';
import { encodeFrame } from '../../src/protocol/framing.ts';

const sockets = new Set<Socket>();

/** A connection of which nobody has said anything yet. */
export async function knock(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** The frame of a hello of somebody who is as far as `like`, and serves nothing. */
export function hello(like: Status): Uint8Array {
  return frame({
    kind: 'hello', versionMin: PROTOCOL_VERSION, versionMax: PROTOCOL_VERSION,
    ...like, session: randomBytes(8).toString('hex'), blockServerPort: 0, tag: 'guest',
  });
}

export function frame(message: Message): Uint8Array {
  return encodeFrame(message);
}

/** Ends all of them. */
export function dismiss(): void {
  for (const socket of sockets) socket.destroy();
}
