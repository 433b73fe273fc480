/**
 * Every message, in one table: number, where it travels, greatest size, bytes.
 *
 * Owns: encoding and decoding of message bodies.
 * Does not own: frames (`framing.ts`), sockets, or what a message makes a node do. Decoding is
 * total and canonical. Transactions and blocks travel as the bytes of `consensus/encoding.ts`, and
 * are decoded by the node, which knows its network.
 */
import { decodeHeader, encodeHeader, HEADER_BYTES, TAG_BYTES } from '../consensus/encoding.ts';
import { BLOCK_BYTES_LIMIT, decodeParams, encodeParams } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { LOCATOR_IDS_MAX } from '../consensus/tree.ts';
import type { BlockHeader, BlockId, NetworkId, TransactionId, Work } from '../consensus/types.ts';
import {
  asciiToBytes, bigintToBytes, bytesToAscii, bytesToBigint,
} from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';

/** Counts incompatible changes of this table. */
export const PROTOCOL_VERSION = 1;
export const HEADERS_MAX = 2_000;
export const GET_BLOCKS_MAX = 32;
/** What fits into a datagram that no LAN splits. */
export const DATAGRAM_BYTES_MAX = 1_200;
const REASON_BYTES_MAX = 64;

/** What a node says of itself: a hint until its chain is checked. */
export interface Status {
  /** 16 digits, drawn when the node started: tells a node its own words. */
  readonly session: string;
  readonly params: ChainParams;
  readonly tipId: BlockId;
  readonly height: number;
  readonly work: Work;
  /** TCP port of its block server, 0 when it has none. */
  readonly blockServerPort: number;
  /** Its name for people, printable ASCII, at most 20 characters. */
  readonly tag: string;
  /** Payments that wait in its mempool. */
  readonly waiting: number;
  /** Its clock, in ms since 1970; for telling people about wrong clocks, never for a rule. */
  readonly time: number;
}

/** What a node knows of a payment that somebody asks about. */
export const PAYMENT_STATES = ['unknown', 'waiting', 'confirmed'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export type Message =
  | ({ readonly kind: 'status' } & Status)
  | { readonly kind: 'payment'; readonly networkId: NetworkId; readonly bytes: Uint8Array }
  | ({ readonly kind: 'hello'; readonly versionMin: number; readonly versionMax: number } & Status)
  | { readonly kind: 'getHeaders'; readonly locator: readonly BlockId[] }
  | { readonly kind: 'headers'; readonly headers: readonly BlockHeader[] }
  | { readonly kind: 'getBlocks'; readonly ids: readonly BlockId[] }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  | { readonly kind: 'notFound'; readonly id: BlockId }
  | { readonly kind: 'ping' | 'pong'; readonly token: number }
  | { readonly kind: 'getPayment'; readonly id: TransactionId }
  | PaymentReport;

export interface PaymentReport {
  readonly kind: 'paymentReport';
  readonly id: TransactionId;
  readonly state: PaymentState;
  /** Of the block that has it, when confirmed; else 0. */
  readonly height: number;
  /** Why it waits, a word such as `ready` or a rejection's code; at most 64 characters. */
  readonly reason: string;
  /**
   * Transactions that the node's next block would hold, the reward counted, and how many it needs.
   */
  readonly ready: number;
  readonly needed: number;
}

export type MessageKind = Message['kind'];

interface MessageType {
  /** On the wire; never used again for something else. */
  readonly id: number;
  readonly bytesMax: number;
}

const STATUS_BYTES_MAX = 400;
/** What each status has besides parameters and tag, their lengths counted. */
const STATUS_BYTES_FIXED = 8 + 1 + 32 + 8 + 32 + 2 + 1 + 4 + 8;

/** Limits are checked before anything is allocated. */
export const MESSAGE_TYPES: Readonly<Record<MessageKind, MessageType>> = {
  status: { id: 1, bytesMax: STATUS_BYTES_MAX },
  payment: { id: 2, bytesMax: 32 + 1_108 },
  hello: { id: 16, bytesMax: STATUS_BYTES_MAX + 2 },
  getHeaders: { id: 17, bytesMax: 1 + 32 * LOCATOR_IDS_MAX },
  headers: { id: 18, bytesMax: 2 + HEADER_BYTES * HEADERS_MAX },
  getBlocks: { id: 19, bytesMax: 1 + 32 * GET_BLOCKS_MAX },
  block: { id: 20, bytesMax: BLOCK_BYTES_LIMIT },
  notFound: { id: 21, bytesMax: 32 },
  ping: { id: 23, bytesMax: 8 },
  pong: { id: 24, bytesMax: 8 },
  getPayment: { id: 25, bytesMax: 32 },
  paymentReport: { id: 26, bytesMax: 32 + 1 + 8 + 1 + REASON_BYTES_MAX + 8 },
};

/** Of parameters that were sent; they do not change. */
const encodings = new WeakMap<ChainParams, Uint8Array>();

const KIND_OF_ID: ReadonlyMap<number, MessageKind> = new Map(
  Object.entries(MESSAGE_TYPES).map(([kind, type]) => [type.id, kind as MessageKind]),
);

/** The kind with this number, or undefined. */
export function messageKind(id: number): MessageKind | undefined {
  return KIND_OF_ID.get(id);
}

/** How long the body of a message is, or about: who has room for it copies nothing. */
export function bodyBytesOf(message: Message): number {
  switch (message.kind) {
    case 'status':
      return statusBytesOf(message);
    case 'hello':
      return 2 + statusBytesOf(message);
    case 'payment':
      return 32 + message.bytes.length;
    case 'getHeaders':
      return 1 + 32 * message.locator.length;
    case 'headers':
      return 2 + HEADER_BYTES * message.headers.length;
    case 'getBlocks':
      return 1 + 32 * message.ids.length;
    case 'block':
      return message.bytes.length;
    default:
      return MESSAGE_TYPES[message.kind].bytesMax;
  }
}

/** The body of a message. */
export function encodeBody(message: Message): Uint8Array {
  return writeBody(new ByteWriter(bodyBytesOf(message)), message).finish();
}

/** The same behind what was written before. */
export function writeBody(writer: ByteWriter, message: Message): ByteWriter {
  switch (message.kind) {
    case 'status':
      return writeStatus(writer, message);
    case 'hello':
      return writeStatus(writer.u8(message.versionMin).u8(message.versionMax), message);
    case 'payment':
      return writer.hex(message.networkId).bytes(message.bytes);
    case 'getHeaders':
      return writeIds(writer, message.locator);
    case 'headers':
      writer.u16(message.headers.length);
      for (const header of message.headers) writer.bytes(encodeHeader(header));
      return writer;
    case 'getBlocks':
      return writeIds(writer, message.ids);
    case 'block':
      return writer.bytes(message.bytes);
    case 'notFound':
    case 'getPayment':
      return writer.hex(message.id);
    case 'ping':
    case 'pong':
      return writer.u64(message.token);
    case 'paymentReport':
      return writeReport(writer, message);
  }
}

/** The message that a body of this kind is, or undefined. */
export function decodeBody(kind: MessageKind, body: Uint8Array): Message | undefined {
  if (body.length > MESSAGE_TYPES[kind].bytesMax) return undefined;
  const reader = new ByteReader(body);
  const message = readMessage(kind, reader);
  return reader.complete ? message : undefined;
}

function readMessage(kind: MessageKind, reader: ByteReader): Message {
  switch (kind) {
    case 'status':
      return { kind, ...readStatus(reader) };
    case 'hello':
      return { kind, versionMin: reader.u8(), versionMax: reader.u8(), ...readStatus(reader) };
    case 'payment': {
      const networkId = reader.hex(32) as NetworkId;
      return { kind, networkId, bytes: reader.bytes(reader.remaining) };
    }
    case 'getHeaders':
      return { kind, locator: readIds(reader, LOCATOR_IDS_MAX) };
    case 'headers':
      return { kind, headers: readHeaders(reader) };
    case 'getBlocks':
      return { kind, ids: readIds(reader, GET_BLOCKS_MAX) };
    case 'block':
      return { kind, bytes: reader.bytes(reader.remaining) };
    case 'notFound':
      return { kind, id: reader.hex(32) as BlockId };
    case 'getPayment':
      return { kind, id: reader.hex(32) as TransactionId };
    case 'ping':
    case 'pong':
      return { kind, token: reader.u64() };
    case 'paymentReport':
      return readReport(reader);
  }
}

function statusBytesOf({ params, tag }: Status): number {
  return STATUS_BYTES_FIXED + paramsBytes(params).length + tag.length;
}

function writeStatus(writer: ByteWriter, status: Status): ByteWriter {
  return writer
    .hex(status.session)
    .short(paramsBytes(status.params))
    .hex(status.tipId)
    .u64(status.height)
    .bytes(bigintToBytes(status.work, 32))
    .u16(status.blockServerPort)
    .short(asciiToBytes(status.tag))
    .u32(status.waiting)
    .u64(status.time);
}

/** Every status of a node has the same parameters. */
function paramsBytes(params: ChainParams): Uint8Array {
  const known = encodings.get(params);
  if (known !== undefined) return known;
  const encoded = encodeParams(params);
  encodings.set(params, encoded);
  return encoded;
}

function readStatus(reader: ByteReader): Status {
  const session = reader.hex(8);
  const params = decodeParams(reader.short());
  const tipId = reader.hex(32) as BlockId;
  const height = reader.u64();
  const work = bytesToBigint(reader.bytes(32));
  const blockServerPort = reader.u16();
  const tag = readAscii(reader, TAG_BYTES);
  const [waiting, time] = [reader.u32(), reader.u64()];
  if (params === undefined) reader.fail();
  // A failed reader's message is thrown away by `decodeBody`, so the cast is never seen.
  const shown = params as ChainParams;
  return { session, params: shown, tipId, height, work, blockServerPort, tag, waiting, time };
}

function readAscii(reader: ByteReader, lengthMax: number): string {
  const text = bytesToAscii(reader.short());
  if (text === undefined || text.length > lengthMax) reader.fail();
  return text ?? '';
}

function writeIds(writer: ByteWriter, ids: readonly string[]): ByteWriter {
  writer.u8(ids.length);
  for (const id of ids) writer.hex(id);
  return writer;
}

/** At least one id, at most `countMax`. */
function readIds(reader: ByteReader, countMax: number): BlockId[] {
  const count = reader.u8();
  if (count === 0 || count > countMax) reader.fail();
  const ids: BlockId[] = [];
  while (reader.ok && ids.length < count) ids.push(reader.hex(32) as BlockId);
  return ids;
}

function readHeaders(reader: ByteReader): BlockHeader[] {
  const count = reader.u16();
  if (count > HEADERS_MAX || reader.remaining !== count * HEADER_BYTES) reader.fail();
  const headers: BlockHeader[] = [];
  while (reader.ok && headers.length < count) {
    const header = decodeHeader(reader.bytes(HEADER_BYTES));
    if (header === undefined) reader.fail();
    else headers.push(header);
  }
  return headers;
}

function writeReport(writer: ByteWriter, report: PaymentReport): ByteWriter {
  return writer
    .hex(report.id)
    .u8(PAYMENT_STATES.indexOf(report.state))
    .u64(report.height)
    .short(asciiToBytes(report.reason))
    .u32(report.ready)
    .u32(report.needed);
}

function readReport(reader: ByteReader): PaymentReport {
  const id = reader.hex(32) as TransactionId;
  const state = PAYMENT_STATES[reader.u8()];
  if (state === undefined) reader.fail();
  const height = reader.u64();
  const reason = readAscii(reader, REASON_BYTES_MAX);
  const [ready, needed] = [reader.u32(), reader.u32()];
  return { kind: 'paymentReport', id, state: state ?? 'unknown', height, reason, ready, needed };
}
