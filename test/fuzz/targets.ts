/**
 * Every decoder of bytes or text that strangers, users or disks send, with its law: it never throws
 * anything but its own error, and what it takes is the one encoding of what it gives.
 *
 * Owns: the list; a new decoder gets a row here. Does not own: how inputs are made (`fuzzer.ts`).
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/cli/config.ts';
import { PARAMETER_NAMES, parameterOf, parseValue } from '../../src/cli/parameters.ts';
import { UserError } from '../../src/cli/user-error.ts';
import {
  decodeBlock, decodeHeader, decodePayment, encodeBlock, encodeHeader,
} from '../../src/consensus/encoding.ts';
import { DEFAULT_PARAMS, decodeParams, encodeParams } from '../../src/consensus/params.ts';
import {
  accountWrite, blockAt, decodeAccount, decodeUndo, headerWrite, metaWrite, readHeader, readMeta,
  SchemaError, undoWrite,
} from '../../src/consensus/records.ts';
import { workOf } from '../../src/consensus/pow.ts';
import { isSignatureShaped, publicKeyKind } from '../../src/crypto/keys.ts';
import { bytesToHex, equalBytes } from '../../src/lib/bytes.ts';
import { decodeDatagram, encodeFrame, FrameReader } from '../../src/protocol/framing.ts';
import { decodeBody, encodeBody } from '../../src/protocol/messages.ts';
import type { MessageKind } from '../../src/protocol/messages.ts';
import { formatCoins, parseCoins } from '../../src/wallet/amount.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from '../support/block-factory.ts';
import { goldenMessages } from '../support/golden-messages.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { KEY_NAMES, privateKeyOf, publicBytesOf } from '../support/real-signers.ts';
import { toySigner } from '../support/toy-signatures.ts';
import type { Target } from './fuzzer.ts';

const factory = new BlockFactory(EASY_PARAMS);
const { networkId, genesis } = factory;
const alice = toySigner('alice');
const payments = [0, 1, 2].map((sequence) => factory.pay({
  from: alice, to: addressOfSigner(toySigner('bob')), amount: 258n, fee: BigInt(sequence), sequence,
}));
const block = factory.block(genesis, { payments });
const messages = goldenMessages().map(([, message]) => message);

function must(isTrue: boolean, law: string): void {
  if (!isTrue) throw new Error(law);
}

/** A decoder whose values have one encoding. */
function canonical<Value>(
  name: string,
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
  return { name, seeds, check };
}

/** A reader of records, which may refuse with an error of its own. */
function record<Value>(
  name: string,
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
  return { name, seeds: [seed], check };
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
  canonical('payment', payments.map((payment) => payment.bytes),
    (bytes) => decodePayment(bytes, networkId), (payment) => payment.bytes),
  canonical('header', [encodeHeader(block.header), encodeHeader(genesis.header)],
    decodeHeader, encodeHeader),
  canonical('block', [encodeBlock(block), encodeBlock(genesis)],
    (bytes) => decodeBlock(bytes, networkId), encodeBlock),
  canonical('parameters', [encodeParams(EASY_PARAMS), encodeParams(DEFAULT_PARAMS)],
    decodeParams, encodeParams),
];

const bodyTargets: readonly Target[] = [...new Set(messages.map((message) => message.kind))].map(
  (kind: MessageKind) => canonical(`body of ${kind}`,
    messages.filter((message) => message.kind === kind).map(encodeBody),
    (bytes) => decodeBody(kind, bytes), encodeBody),
);

const frames = messages.map(encodeFrame);
const frameTargets: readonly Target[] = [
  canonical('datagram', frames, (bytes) => {
    const result = decodeDatagram(bytes);
    return result.kind === 'message' ? result.message : undefined;
  }, encodeFrame),
  {
    name: 'stream of frames',
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

const account = { balance: 7n, sequence: 3, spentAt: 11, receivedAt: 13 };
const [undoSeed, accountSeed, headerSeed, metaSeed] = [
  undoWrite(blockAt(block), [[addressOfSigner(alice), account]]),
  accountWrite(addressOfSigner(alice), account),
  headerWrite({ id: block.id, header: block.header, work: workOf(4 * 65_536), status: 'valid' }),
  metaWrite({ tipId: block.id, tipHeight: block.header.height, params: EASY_PARAMS }),
];
const recordTargets: readonly Target[] = [
  record('undo record', undoSeed.value!, decodeUndo, 
    (undo) => undoWrite(blockAt(block), undo).value!),
  record('account record', accountSeed.value!, decodeAccount),
  record('header record', headerSeed.value!,
    stored(headerSeed.key, (store) => readHeader(store, blockAt(block)))),
  record('meta record', metaSeed.value!, stored(metaSeed.key, readMeta),
    (meta) => metaWrite(meta!).value!),
];

const realKeys = KEY_NAMES.map((name) => publicBytesOf(privateKeyOf(name)));
const keyTargets: readonly Target[] = [
  {
    name: 'public key',
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

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const CONFIG = `# A network for one class.
network = "class-7b"
difficulty = 20
block_size = 2
block_reward = 12.5
peer = ["10.0.0.7:2607", "10.0.0.8:2607"]
key_type = 'ed25519'
`;
let folder: string | undefined;

/** Reads the text as a file of parameters. */
function readsConfig(bytes: Uint8Array): boolean {
  folder ??= mkdtempSync(join(tmpdir(), 'mvb-fuzz-'));
  const configFile = join(folder, 'mvb.toml');
  writeFileSync(configFile, bytes);
  try {
    loadConfig({ dataDir: folder, configFile, environment: {}, given: [] });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const textTargets: readonly Target[] = [
  {
    name: 'amount in coins',
    seeds: ['0', '12.5', '9223372036854.775807', '0.000001'].map(ascii),
    check(bytes) {
      const units = parseCoins(textOf(bytes));
      if (units === undefined) return false;
      must(parseCoins(formatCoins(units)) === units, 'another amount when written and read again');
      return true;
    },
  },
  {
    name: 'value of a parameter',
    seeds: PARAMETER_NAMES.map((name) => ascii(parameterOf(name).initial)),
    weight: 0.5,
    check(bytes) {
      const text = textOf(bytes);
      return PARAMETER_NAMES.filter((name) => parseValue(name, text) !== undefined).length > 0;
    },
  },
  { name: 'file of parameters', seeds: [ascii(CONFIG)], weight: 0.05, check: readsConfig },
];

/** Where the temporary files of the targets are, if there are any; to be removed at the end. */
export function temporaryFolder(): string | undefined {
  return folder;
}

export const TARGETS: readonly Target[] = [
  ...chainTargets, ...bodyTargets, ...frameTargets, ...recordTargets, ...keyTargets, ...textTargets,
];
