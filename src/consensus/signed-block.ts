/**
 * Parts of a block, found in its encoding without decoding it.
 *
 * Owns: where its signatures are, and the id of one of its transactions. Whether the bytes are a
 * block at all, `decodeBlock` says in its turn (`encoding.ts`); each payment is laid out as it is
 * encoded there.
 */
import { taggedHash } from '../crypto/sha256.ts';
import { SPAN_NUMBERS } from '../crypto/signed-batch.ts';
import { ByteReader } from '../lib/codec.ts';
import { HEADER_BYTES, REWARD_TYPE, TRANSACTION_BYTES_MIN } from './encoding.ts';
import { tagsOf } from './network-tags.ts';
import type { NetworkId, TransactionId } from './types.ts';

/** Before the key of a payment: its type and the length of the key. */
const BEFORE_KEY_BYTES = 3;
/** Between the key of a payment and the length of its signature. */
const AFTER_KEY_BYTES = 64;
const LENGTH_BYTES = 2;
/** Of a reward, after its type. */
const REWARD_TERMS_BYTES = TRANSACTION_BYTES_MIN - 1;

/**
 * Where in a block's encoding the key, what is signed, and the signature of each payment are, for
 * `SignedBatch`. Of bytes that `decodeBlock` takes for no block: of some payments, or of none.
 */
export function signaturesIn(block: Uint8Array): Uint32Array {
  const reader = new ByteReader(block);
  reader.skip(HEADER_BYTES);
  const count = Math.min(reader.u32(), Math.floor(reader.remaining / TRANSACTION_BYTES_MIN));
  const spans = new Uint32Array(SPAN_NUMBERS * count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    const { type, start, keyEnd, termsEnd, end } = passTransaction(reader);
    if (type === REWARD_TYPE) continue;
    if (!reader.ok) break;
    spans[length++] = start + BEFORE_KEY_BYTES;
    spans[length++] = keyEnd;
    spans[length++] = start;
    spans[length++] = termsEnd;
    spans[length++] = termsEnd + LENGTH_BYTES;
    spans[length++] = end;
  }
  return spans.subarray(0, length);
}

/** The id of the transaction at this index of a body; undefined when there is none. */
export function transactionIdIn(
  body: Uint8Array, index: number, networkId: NetworkId,
): TransactionId | undefined {
  const reader = new ByteReader(body);
  const isThere = index < reader.u32();
  for (let before = 0; isThere && before < index && reader.ok; before++) passTransaction(reader);
  const { type, start, termsEnd } = passTransaction(reader);
  if (!isThere || !reader.ok) return undefined;
  const tags = tagsOf(networkId);
  const tag = type === REWARD_TYPE ? tags.reward : tags.payment;
  return taggedHash(tag, body.subarray(start, termsEnd)) as TransactionId;
}

/** Where the parts of a transaction are. */
interface Layout {
  readonly type: number;
  readonly start: number;
  /** Of a payment. */
  readonly keyEnd: number;
  /** The id is the hash of the bytes before, and a payment's signature comes after its length. */
  readonly termsEnd: number;
  readonly end: number;
}

/** Passes over a transaction. */
function passTransaction(reader: ByteReader): Layout {
  const start = reader.offset;
  const type = reader.u8();
  if (type === REWARD_TYPE) {
    const end = reader.skip(REWARD_TERMS_BYTES);
    return { type, start, keyEnd: start, termsEnd: end, end };
  }
  const keyEnd = reader.skip(reader.u16());
  const termsEnd = reader.skip(AFTER_KEY_BYTES);
  return { type, start, keyEnd, termsEnd, end: reader.skip(reader.u16()) };
}
