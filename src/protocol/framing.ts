/**
 * Frames: how a message lies in a datagram or a stream.
 *
 * A frame is magic 4, version 1, type 1, length 4, checksum 4 (the first bytes of the body's
 * SHA-256), body. Owns: cutting a stream that arrives in any pieces, with every limit checked
 * before a byte is kept.
 * Does not own: the bodies (`messages.ts`).
 */
import { sha256Hex } from '../crypto/sha256.ts';
import { asciiToBytes, equalBytes, hexInto, u32Into } from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import {
  bodyBytesOf, decodeBody, messageKind, MESSAGE_TYPES, PROTOCOL_VERSION, writeBody,
} from './messages.ts';
import type { Message, MessageKind } from './messages.ts';

export const FRAME_HEADER_BYTES = 14;
const EMPTY_HEADER = new Uint8Array(FRAME_HEADER_BYTES);
const MAGIC = asciiToBytes('mvb1');

/** Why bytes are no frame, in a word that a log can show. */
export type FrameFault =
  | 'bad-magic' | 'bad-version' | 'unknown-type' | 'too-long' | 'bad-checksum' | 'bad-body'
  | 'trailing-bytes' | 'incomplete';

export type FrameResult =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'fault'; readonly fault: FrameFault };

interface FrameHeader {
  readonly kind: MessageKind;
  readonly length: number;
  readonly checksum: string;
}

/** The message as one frame. */
export function encodeFrame(message: Message): Uint8Array {
  const writer = new ByteWriter(FRAME_HEADER_BYTES + bodyBytesOf(message)).bytes(EMPTY_HEADER);
  const frame = writeBody(writer, message).finish();
  const body = frame.subarray(FRAME_HEADER_BYTES);
  frame.set(MAGIC);
  frame[4] = PROTOCOL_VERSION;
  frame[5] = MESSAGE_TYPES[message.kind].id;
  u32Into(frame, 6, body.length);
  hexInto(frame, 10, checksumOf(body));
  return frame;
}

/** How a node's messages become bytes and back. */
export interface Wire {
  /** As `encodeFrame`; the bytes must not be changed. */
  encode(message: Message): Uint8Array;
  /** What a chunk of a stream says, if it is one whole frame of which that is known. */
  known(chunk: Uint8Array): Message | undefined;
}

/** Each frame is made and read for itself. */
export const PLAIN_WIRE: Wire = { encode: encodeFrame, known: () => undefined };

/** The message of a datagram, which is one whole frame. */
export function decodeDatagram(bytes: Uint8Array): FrameResult {
  if (bytes.length < FRAME_HEADER_BYTES) return { kind: 'fault', fault: 'incomplete' };
  const header = readHeader(bytes.subarray(0, FRAME_HEADER_BYTES));
  if (typeof header === 'string') return { kind: 'fault', fault: header };
  const length = bytes.length - FRAME_HEADER_BYTES;
  if (length < header.length) return { kind: 'fault', fault: 'incomplete' };
  if (length > header.length) return { kind: 'fault', fault: 'trailing-bytes' };
  return readBody(header, bytes.subarray(FRAME_HEADER_BYTES));
}

/** Room for small frames; a larger one grows the buffer as its bytes really arrive. */
const BUFFER_BYTES_MIN = 4_096;

/**
 * Puts a stream's chunks together. After a fault it stays silent: a stream that lost its place
 * cannot find it again, and its link is closed.
 */
export class FrameReader {
  readonly #wire: Wire;
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #header: FrameHeader | undefined;
  #failed = false;

  constructor(wire: Wire = PLAIN_WIRE) {
    this.#wire = wire;
  }

  /** Bytes kept for a frame that is not complete; at most the greatest frame and one chunk. */
  get bufferedBytes(): number {
    return this.#end - this.#start;
  }

  /** Whether a frame has begun that is not complete. */
  get isInFrame(): boolean {
    return this.#header !== undefined || this.#end > this.#start;
  }

  /**
   * The message that the chunk is, alone and whole, if that is known: then it is not to be pushed.
   */
  known(chunk: Uint8Array): Message | undefined {
    return this.#failed || this.isInFrame ? undefined : this.#wire.known(chunk);
  }

  /** The messages that the chunk completes, in order; a fault ends the list. */
  push(chunk: Uint8Array): FrameResult[] {
    const results: FrameResult[] = [];
    if (this.#failed) return results;
    this.#append(chunk);
    for (;;) {
      const result = this.#next();
      if (result === undefined) return results;
      results.push(result);
      if (result.kind === 'fault') {
        this.#failed = true;
        return results;
      }
    }
  }

  #next(): FrameResult | undefined {
    if (this.#header === undefined) {
      if (this.bufferedBytes < FRAME_HEADER_BYTES) return undefined;
      const header = readHeader(this.#take(FRAME_HEADER_BYTES));
      if (typeof header === 'string') return { kind: 'fault', fault: header };
      this.#header = header;
    }
    if (this.bufferedBytes < this.#header.length) return undefined;
    const header = this.#header;
    this.#header = undefined;
    return readBody(header, this.#take(header.length));
  }

  /** Moves what is unread to the front, and into a larger buffer only when it does not fit. */
  #append(chunk: Uint8Array): void {
    const needed = this.bufferedBytes + chunk.length;
    if (this.#end + chunk.length > this.#buffer.length) {
      const capacity = Math.max(needed > this.#buffer.length ? 2 * needed : 0, BUFFER_BYTES_MIN);
      const target = capacity > this.#buffer.length ? new Uint8Array(capacity) : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next `count` bytes, which have arrived, until `push` is called again; an emptied large
   * buffer is let go.
   */
  #take(count: number): Uint8Array {
    const bytes = this.#buffer.subarray(this.#start, this.#start + count);
    this.#start += count;
    if (this.#start < this.#end) return bytes;
    this.#start = this.#end = 0;
    if (this.#buffer.length > 16 * BUFFER_BYTES_MIN) {
      this.#buffer = new Uint8Array(BUFFER_BYTES_MIN);
    }
    return bytes;
  }
}

function readHeader(bytes: Uint8Array): FrameHeader | FrameFault {
  const reader = new ByteReader(bytes);
  if (!equalBytes(reader.bytes(4), MAGIC)) return 'bad-magic';
  if (reader.u8() !== PROTOCOL_VERSION) return 'bad-version';
  const kind = messageKind(reader.u8());
  if (kind === undefined) return 'unknown-type';
  const length = reader.u32();
  if (length > MESSAGE_TYPES[kind].bytesMax) return 'too-long';
  return { kind, length, checksum: reader.hex(4) };
}

/** The message is in memory of its own: `decodeBody` copies what it keeps. */
function readBody(header: FrameHeader, body: Uint8Array): FrameResult {
  if (checksumOf(body) !== header.checksum) {
    return { kind: 'fault', fault: 'bad-checksum' };
  }
  const message = decodeBody(header.kind, body);
  if (message === undefined) return { kind: 'fault', fault: 'bad-body' };
  return { kind: 'message', message };
}

/** As 8 digits. */
function checksumOf(body: Uint8Array): string {
  return sha256Hex(body).slice(0, 8);
}
