/**
 * `minimum-viable-blockchain/protocol`: what travels between nodes, as bytes.
 *
 * Owns: the promise: these names stay through minor versions. No sockets: whoever has bytes can
 * read and write them.
 */
export { decodeDatagram, encodeFrame, FrameReader } from '../protocol/framing.ts';
export type { FrameFault, FrameResult } from '../protocol/framing.ts';
export { MESSAGE_TYPES, PROTOCOL_VERSION } from '../protocol/messages.ts';
export type { Message, MessageKind, PaymentReport, Status } from '../protocol/messages.ts';
