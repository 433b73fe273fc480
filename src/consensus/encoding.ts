/**
 * The one byte form of each noun; `docs/protocol.md` says it in words, `test/golden/` in vectors.
 *
 * Owns: encode and decode of transactions, headers and blocks; ids.
 * Does not own: the rules. Decoding is total and canonical: bytes are exactly one value or none,
 * and `encode(decode(bytes))` is `bytes`. Integers are big-endian.
 */
import { addressTextOf, KEY_BYTES_MAX, SIGNATURE_BYTES_MAX } from '../crypto/keys.ts';
import { sha256Hex, taggedHash } from '../crypto/sha256.ts';
import { assert } from '../lib/assert.ts';
import {
  asciiToBytes, big64Into, bytesToAscii, concatBytes, hexInto, u32Into, u64Into,
} from '../lib/bytes.ts';
import { ByteReader, ByteWriter } from '../lib/codec.ts';
import { digestOf } from './merkle.ts';
import { tagsOf } from './network-tags.ts';
import type {
  Address, Amount, Block, BlockHeader, BlockId, NetworkId, Payment, PaymentTerms, Reward,
  Transaction, TransactionId,
} from './types.ts';

export const HEADER_BYTES = 116;
export const HEADER_VERSION = 1;
export const TAG_BYTES = 20;
/** The smallest encoding of a transaction, a reward's; bounds a block's count before it is read. */
export const TRANSACTION_BYTES_MIN = 49;
export const ZERO_ID = '00'.repeat(32) as BlockId;

const PAYMENT_TYPE = 1;
export const REWARD_TYPE = 2;
/** The address of a public key. */
export function addressOf(key: Uint8Array): Address {
  return addressTextOf(key) as Address;
}

function encodeTerms(terms: PaymentTerms): Uint8Array {
  return new ByteWriter(KEY_BYTES_MAX + 128)
    .u8(PAYMENT_TYPE)
    .long(terms.key)
    .hex(terms.to)
    .big64(terms.amount)
    .big64(terms.fee)
    .u64(terms.sequence)
    .u64(terms.time)
    .finish();
}

/**
 * What the payer signs; its SHA-256 is the payment's id, so that only the payer can change the id.
 */
export function signingBytes(terms: PaymentTerms, networkId: NetworkId): Uint8Array {
  return concatBytes(tagsOf(networkId).payment, encodeTerms(terms));
}

/** What `verifier.verify` needs to judge a payment that was decoded or made for this network. */
export function signedOf(
  payment: Payment,
  networkId: NetworkId,
): { key: Uint8Array; message: Uint8Array; signature: Uint8Array } {
  const terms = payment.bytes.subarray(0, termsLengthIn(payment));
  const message = concatBytes(tagsOf(networkId).payment, terms);
  return { key: payment.key, message, signature: payment.signature };
}

/** How many bytes of a payment are not its signature: those of `encodeTerms`, which come first. */
function termsLengthIn({ bytes, signature }: Pick<Payment, 'bytes' | 'signature'>): number {
  return bytes.length - 2 - signature.length;
}

/** The payment that these terms and this signature make. */
export function makePayment(
  terms: PaymentTerms,
  signature: Uint8Array,
  networkId: NetworkId,
): Payment {
  const length = new ByteWriter(2).u16(signature.length).finish();
  const bytes = concatBytes(encodeTerms(terms), length, signature);
  return paymentOf({ ...terms, signature, bytes }, networkId);
}

/** Adds what is computed from the bytes; they are the encoding of the parts. */
function paymentOf(
  parts: PaymentTerms & { readonly signature: Uint8Array; readonly bytes: Uint8Array },
  networkId: NetworkId,
): Payment {
  const { key, to, amount, fee, sequence, time, signature, bytes } = parts;
  const tag = tagsOf(networkId).payment;
  const id = taggedHash(tag, bytes, termsLengthIn(parts)) as TransactionId;
  const computed = { from: addressOf(key), id, digest: digestOf(bytes), bytes };
  return { type: 'payment', key, to, amount, fee, sequence, time, signature, ...computed };
}

/** The reward of the block at `height`. */
export function makeReward(
  terms: { height: number; to: Address; amount: Amount },
  networkId: NetworkId,
): Reward {
  const { height, to, amount } = terms;
  const writer = new ByteWriter(TRANSACTION_BYTES_MIN);
  const bytes = writer.u8(REWARD_TYPE).u64(height).hex(to).big64(amount).finish();
  const id = taggedHash(tagsOf(networkId).reward, bytes) as TransactionId;
  return { type: 'reward', height, to, amount, id, digest: digestOf(bytes), bytes };
}

/** Reads one transaction; on nonsense the reader fails and undefined comes back. */
function readTransaction(reader: ByteReader, networkId: NetworkId): Transaction | undefined {
  const start = reader.offset;
  const type = reader.u8();
  if (type === REWARD_TYPE) {
    const height = reader.u64();
    const to = reader.hex(32) as Address;
    const amount = reader.big64();
    return reader.ok ? makeReward({ height, to, amount }, networkId) : undefined;
  }
  const keyLength = reader.skipLong();
  const to = reader.hex(32) as Address;
  const [amount, fee] = [reader.big64(), reader.big64()];
  const [sequence, time] = [reader.u64(), reader.u64()];
  const signatureLength = reader.skipLong();
  if (type !== PAYMENT_TYPE || keyLength > KEY_BYTES_MAX) reader.fail();
  if (signatureLength > SIGNATURE_BYTES_MAX) reader.fail();
  if (!reader.ok) return undefined;
  const bytes = reader.viewSince(start);
  const key = bytes.subarray(3, 3 + keyLength);
  const signature = bytes.subarray(bytes.length - signatureLength);
  return paymentOf({ key, to, amount, fee, sequence, time, signature, bytes }, networkId);
}

/**
 * The payment that the bytes are, whole, or undefined, in memory of its own. Its signature is not
 * checked here.
 */
export function decodePayment(bytes: Uint8Array, networkId: NetworkId): Payment | undefined {
  const reader = new ByteReader(Uint8Array.from(bytes));
  const transaction = readTransaction(reader, networkId);
  return reader.complete && transaction?.type === 'payment' ? transaction : undefined;
}

/** 116 bytes, in memory that is given or in some of its own. */
export function encodeHeader(header: BlockHeader, into = new Uint8Array(HEADER_BYTES)): Uint8Array {
  u32Into(into, 0, header.version);
  u64Into(into, 4, header.height);
  const isHex = hexInto(into, 12, header.previousId) && hexInto(into, 44, header.merkleRoot);
  assert(isHex && header.tag.length <= TAG_BYTES);
  u64Into(into, 76, header.time);
  u32Into(into, 84, header.difficulty);
  into.set(asciiToBytes(header.tag), 88);
  big64Into(into, 108, header.nonce);
  return into;
}

/** The header that the 116 bytes are, or undefined. */
export function decodeHeader(bytes: Uint8Array): BlockHeader | undefined {
  const reader = new ByteReader(bytes);
  const [version, height] = [reader.u32(), reader.u64()];
  const previousId = reader.hex(32) as BlockId;
  const merkleRoot = reader.hex(32);
  const time = reader.u64();
  const difficulty = reader.u32();
  const tag = decodeTag(reader.bytes(TAG_BYTES));
  const nonce = reader.big64();
  if (!reader.complete || tag === undefined) return undefined;
  return { version, height, previousId, merkleRoot, time, difficulty, tag, nonce };
}

/** Printable ASCII, then zeros to the end: any other form would be a second encoding of a tag. */
function decodeTag(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  if (end < 0) return bytesToAscii(bytes);
  return bytes.subarray(end).every((byte) => byte === 0)
    ? bytesToAscii(bytes.subarray(0, end))
    : undefined;
}

/** One SHA-256 of the header. */
export function blockIdOf(header: BlockHeader): BlockId {
  return sha256Hex(encodeHeader(header)) as BlockId;
}

/** The id of the block, or of the header, that these bytes begin with: at least 116. */
export function blockIdIn(bytes: Uint8Array): BlockId {
  return sha256Hex(bytes.subarray(0, HEADER_BYTES)) as BlockId;
}

/** The count of transactions and their bytes: a block without its header. */
export function encodeBody(transactions: readonly Transaction[]): Uint8Array {
  const count = new ByteWriter(4).u32(transactions.length).finish();
  return concatBytes(count, ...transactions.map((transaction) => transaction.bytes));
}

export function encodeBlock(block: Block): Uint8Array {
  return concatBytes(encodeHeader(block.header), encodeBody(block.transactions));
}

/** The block of a header and its transactions, with its id. */
export function makeBlock(header: BlockHeader, transactions: readonly Transaction[]): Block {
  const byteLength = transactions.reduce((sum, one) => sum + one.bytes.length, HEADER_BYTES + 4);
  return { id: blockIdOf(header), header, transactions, byteLength };
}

/**
 * The block that the bytes are, or undefined; `networkId` is needed for the transactions' ids. Its
 * transactions are views of `bytes`, which must not change.
 */
export function decodeBlock(bytes: Uint8Array, networkId: NetworkId): Block | undefined {
  const header = decodeHeader(bytes.subarray(0, HEADER_BYTES));
  const reader = new ByteReader(bytes.subarray(HEADER_BYTES));
  const count = reader.u32();
  if (header === undefined || count > reader.remaining / TRANSACTION_BYTES_MIN) return undefined;
  const transactions: Transaction[] = [];
  while (transactions.length < count) {
    const transaction = readTransaction(reader, networkId);
    if (transaction === undefined) return undefined;
    transactions.push(transaction);
  }
  if (!reader.complete) return undefined;
  return { id: blockIdIn(bytes), header, transactions, byteLength: bytes.length };
}
