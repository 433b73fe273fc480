/**
 * Random messages of every kind, within what their encodings can hold.
 * Owns: shapes for properties of `src/protocol/`. Does not own: what the messages make a node do.
 */
import fc from 'fast-check';
import { encodeBlock } from '../../src/consensus/encoding.ts';
import { LOCATOR_IDS_MAX } from '../../src/consensus/tree.ts';
import type { BlockId, NetworkId, TransactionId } from '../../src/consensus/types.ts';
import { bytesToHex } from '../../src/lib/bytes.ts';
import { GET_BLOCKS_MAX, PAYMENT_STATES } from '../../src/protocol/messages.ts';
import type { Message, MessageKind, Status } from '../../src/protocol/messages.ts';
import { blocks, chainParams, headers, id64, payments, tags, whole } from './arbitraries.ts';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const blockId = id64.map((id) => id as BlockId);
const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

export const statuses: fc.Arbitrary<Status> = fc.record({
  session: fc.uint8Array({ minLength: 8, maxLength: 8 }).map(bytesToHex),
  params: chainParams,
  tipId: blockId,
  height: whole,
  work: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
  blockServerPort: u16,
  tag: tags,
  waiting: u32,
  time: whole,
});

/** One arbitrary for each kind of message. */
export const MESSAGES: { readonly [Kind in MessageKind]: fc.Arbitrary<Message> } = {
  status: statuses.map((status) => ({ kind: 'status', ...status })),
  payment: fc.record({
    kind: fc.constant('payment' as const),
    networkId: id64.map((id) => id as NetworkId),
    bytes: payments.map((payment) => payment.bytes),
  }),
  hello: fc.tuple(statuses, u8, u8).map(
    ([status, versionMin, versionMax]) => ({ kind: 'hello', versionMin, versionMax, ...status }),
  ),
  getHeaders: fc.record({
    kind: fc.constant('getHeaders' as const),
    locator: fc.array(blockId, { minLength: 1, maxLength: LOCATOR_IDS_MAX }),
  }),
  headers: fc.record({
    kind: fc.constant('headers' as const),
    headers: fc.array(headers, { maxLength: 20 }),
  }),
  getBlocks: fc.record({
    kind: fc.constant('getBlocks' as const),
    ids: fc.array(blockId, { minLength: 1, maxLength: GET_BLOCKS_MAX }),
  }),
  block: fc.record({ kind: fc.constant('block' as const), bytes: blocks.map(encodeBlock) }),
  notFound: fc.record({ kind: fc.constant('notFound' as const), id: blockId }),
  ping: fc.record({ kind: fc.constant('ping' as const), token: whole }),
  pong: fc.record({ kind: fc.constant('pong' as const), token: whole }),
  getPayment: fc.record({
    kind: fc.constant('getPayment' as const),
    id: id64.map((id) => id as TransactionId),
  }),
  paymentReport: fc.record({
    kind: fc.constant('paymentReport' as const),
    id: id64.map((id) => id as TransactionId),
    state: fc.constantFrom(...PAYMENT_STATES),
    height: whole,
    reason: fc.string({ unit: printable, maxLength: 64 }),
    ready: u32,
    needed: u32,
  }),
};

export const KINDS = Object.keys(MESSAGES) as readonly MessageKind[];

export const messages: fc.Arbitrary<Message> = fc.oneof(...Object.values(MESSAGES));
