/**
 * Every decoder of bytes or text that strangers, users or disks send, with its law: it never throws
 * anything but its own error, and what it takes is the one encoding of what it gives.
 *
 * Owns: the list; a new decoder gets a row here. Does not own: how inputs are made (`fuzzer.ts`).
 */
import { accountWrite, decodeAccount, decodeDelta } from '../../src/consensus/account-records.ts';
import {
  decodeBlock, decodeHeader, decodePayment, encodeBlock, encodeHeader,
} from '../../src/consensus/encoding.ts';
import {
  decodeNode, headerWrite, readHeader, readHeaderAt, readIdAt,
} from '../../src/consensus/header-records.ts';
import { readTrail } from '../../src/consensus/history.ts';
import { DEFAULT_PARAMS, decodeParams, encodeParams } from '../../src/consensus/params.ts';
import {
  blockAt, heightKey, idKey, metaWrite, readMeta, SchemaError, SPACE,
} from '../../src/consensus/records.ts';
import { workOf } from '../../src/consensus/pow.ts';
import type { HeaderNode } from '../../src/consensus/records.ts';
import { isSignatureShaped, publicKeyKind } from '../../src/crypto/keys.ts';
import { bytesToHex, equalBytes } from '../../src/lib/bytes.ts';
import { decodeDatagram, encodeFrame, FrameReader } from '../../src/protocol/framing.ts';
import { decodeBody, encodeBody } from '../../src/protocol/messages.ts';
import type { MessageKind } from '../../src/protocol/messages.ts';
import { readPayment, savePayment } from '../../src/wallet/payments.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import { goldenMessages } from '../support/golden-messages.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { KEY_NAMES, privateKeyOf, publicBytesOf } from '../support/real-signers.ts';
import { toySigner } from '../support/toy-signatures.ts';
import { FILE_TARGETS } from './file-targets.ts';
import { must } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';
import { HTTP_TARGETS } from './http-targets.ts';

const factory = new BlockFactory(EASY_PARAMS);
const { networkId, genesis } = factory;
const alice = toySigner('alice');
const payments = [0, 1, 2].map((sequence) => factory.pay({
  from: alice, to: addressOfSigner(toySigner('bob')), amount: 258n, fee: BigInt(sequence), sequence,
}));
const block = factory.block(genesis, { payments });
const messages = goldenMessages().map(([, message]) => message);

/** A decoder whose values have one encoding. */
function canonical<Value>(
  name: string,
  covers: string,
  seeds: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => Value | undefined,
  encode: (value: Value) => Uint8Array,
): Target {
  const check = (bytes: Uint8Array): boolean => {
    const before = bytes.slice();
    const value = decode(bytes);
    must(equalBytes(bytes, before), 'the decoder changed its input');
    if (value === undefined) return false;
    must(equalBytes(encode(value), bytes), 'decodes, but encodes to other bytes');
    return true;
  };
  return { name, covers: [covers], seeds, check };
}

/** A reader of records, which may refuse with an error of its own. */
function record<Value>(
  name: string,
  covers: string,
  seed: Uint8Array,
  read: (bytes: Uint8Array) => Value,
  encode?: (value: Value) => Uint8Array,
): Target {
  const check = (bytes: Uint8Array): boolean => {
    let value: Value;
    try {
      value = read(bytes);
    } catch (error) {
      if (error instanceof SchemaError) return false;
      throw error;
    }
    if (encode !== undefined) must(equalBytes(encode(value), bytes), 'encodes to other bytes');
    return true;
  };
  return { name, covers: [covers], seeds: [seed], check };
}

/** Reads the bytes as the record that this write would have put in the store. */
function stored<Value>(key: Uint8Array, read: (store: MemoryStore) => Value) {
  return (value: Uint8Array): Value => {
    const store = new MemoryStore();
    store.commit([{ key, value }]);
    return read(store);
  };
}

const chainTargets: readonly Target[] = [
  canonical('payment', 'decodePayment', payments.map((payment) => payment.bytes),
    (bytes) => decodePayment(bytes, networkId), (payment) => payment.bytes),
  canonical('header', 'decodeHeader', [encodeHeader(block.header), encodeHeader(genesis.header)],
    decodeHeader, encodeHeader),
  canonical('block', 'decodeBlock', [encodeBlock(block), encodeBlock(genesis)],
    (bytes) => decodeBlock(bytes, networkId), encodeBlock),
  canonical('parameters', 'decodeParams', [encodeParams(EASY_PARAMS), encodeParams(DEFAULT_PARAMS)],
    decodeParams, encodeParams),
];

const bodyTargets: readonly Target[] = [...new Set(messages.map((message) => message.kind))].map(
  (kind: MessageKind) => canonical(`body of ${kind}`, 'decodeBody',
    messages.filter((message) => message.kind === kind).map(encodeBody),
    (bytes) => decodeBody(kind, bytes), encodeBody),
);

const frames = messages.map(encodeFrame);
const frameTargets: readonly Target[] = [
  canonical('datagram', 'decodeDatagram', frames, (bytes) => {
    const result = decodeDatagram(bytes);
    return result.kind === 'message' ? result.message : undefined;
  }, encodeFrame),
  {
    name: 'stream of frames',
    covers: ['FrameReader'],
    seeds: frames,
    check(bytes) {
      const whole = new FrameReader().push(bytes);
      const cut = bytes.length >> 1;
      const reader = new FrameReader();
      const halves = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      const text = (results: typeof whole): string => results.map((result) =>
        result.kind === 'fault' ? result.fault : bytesToHex(encodeFrame(result.message))).join();
      must(text(whole) === text(halves), 'depends on how the stream is cut');
      must(reader.bufferedBytes <= bytes.length, 'keeps more than it was given');
      return whole.some((result) => result.kind === 'message');
    },
  },
];

const headerNode = {
  id: block.id, header: block.header, work: workOf(4 * 65_536), status: 'valid',
} as const;
const account = { balance: 7n, sequence: 3, spentAt: 11, receivedAt: 13 };
const [accountSeed, headerSeed, metaSeed] = [
  accountWrite(addressOfSigner(alice), account),
  headerWrite(headerNode, 'main'),
  metaWrite({ tipId: block.id, tipHeight: block.header.height, params: EASY_PARAMS }),
];
/** Any record that is a header's is written so again. */
function recordOfNode(node: HeaderNode | undefined): Uint8Array {
  return headerWrite(node!, 'main').value!;
}

const recordTargets: readonly Target[] = [
  record('trail', 'readTrail', new Uint8Array(48).fill(1),
    stored(heightKey(SPACE.trail, 1), (store) => readTrail(store, 1))),
  record('account record', 'decodeAccount', accountSeed.value!, decodeAccount),
  record('delta of accounts', 'decodeDelta', new Uint8Array(128).fill(1), decodeDelta),
  record('header record', 'readHeader', headerSeed.value!,
    stored(headerSeed.key, (store) => readHeader(store, blockAt(block)))),
  record('meta record', 'readMeta', metaSeed.value!, stored(metaSeed.key, readMeta),
    (meta) => metaWrite(meta!).value!),
  record('saved payment', 'readPayment', savedPayment(),
    stored(idKey(SPACE.payment, payments[0]!.id),
      (store) => readPayment(store, networkId, payments[0]!.id))),
  record('header of a height', 'readHeaderAt', headerSeed.value!,
    stored(headerSeed.key, (store) => readHeaderAt(store, 1)), recordOfNode),
  record('header record alone', 'decodeNode', headerSeed.value!, decodeNode, recordOfNode),
  record('id of a height', 'readIdAt', headerSeed.value!,
    stored(headerSeed.key, (store) => readIdAt(store, 1))),
];

/** As `savePayment` writes it. */
function savedPayment(): Uint8Array {
  const store = new MemoryStore();
  savePayment(store, { payment: payments[0]!, savedAt: 7, keyName: 'alice' });
  return store.get(idKey(SPACE.payment, payments[0]!.id))!;
}

const realKeys = KEY_NAMES.map((name) => publicBytesOf(privateKeyOf(name)));
const keyTargets: readonly Target[] = [
  {
    name: 'public key',
    covers: ['publicKeyKind'],
    seeds: [...realKeys, alice.key],
    check(bytes) {
      const kind = publicKeyKind(bytes);
      if (kind === undefined) return false;
      const length = kind.algorithm === 'rsa' ? kind.bits / 8 : 32;
      must(bytes.length > length && bytes.length <= length + 15, 'a key of another length');
      return true;
    },
  },
  {
    name: 'signature',
    covers: ['isSignatureShaped'],
    seeds: [
      alice.sign(new Uint8Array(1)), new Uint8Array(128).fill(1), new Uint8Array(512).fill(1),
    ],
    check(bytes) {
      const isEd25519 = isSignatureShaped({ algorithm: 'ed25519' }, bytes);
      must(!isEd25519 || bytes.length === 64, 'a signature of another length');
      const bits = [1024, 2048, 3072, 4096].filter((size) =>
        isSignatureShaped({ algorithm: 'rsa', bits: size }, bytes));
      must(bits.every((size) => size / 8 === bytes.length), 'a signature of another length');
      return isEd25519 || bits.length > 0;
    },
  },
];

export const TARGETS: readonly Target[] = [
  ...chainTargets, ...bodyTargets, ...frameTargets, ...recordTargets, ...keyTargets,
  ...FILE_TARGETS, ...HTTP_TARGETS,
];
