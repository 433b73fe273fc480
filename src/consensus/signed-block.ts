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
    const start = reader.offset;
    if (reader.u8() === REWARD_TYPE) {
      reader.skip(REWARD_TERMS_BYTES);
      continue;
    }
    const keyEnd = reader.skip(reader.u16());
    const termsEnd = reader.skip(AFTER_KEY_BYTES);
    const end = reader.skip(reader.u16());
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
  for (let before = 0; isThere && before < index && reader.ok; before++) skipTransaction(reader);
  const start = reader.offset;
  const { type, idEnd } = skipTransaction(reader);
  if (!isThere || !reader.ok) return undefined;
  const tags = tagsOf(networkId);
  const tag = type === REWARD_TYPE ? tags.reward : tags.payment;
  return taggedHash(tag, body.subarray(start, idEnd)) as TransactionId;
}

/** Passes over a transaction; gives where the bytes end that its id is the hash of. */
function skipTransaction(reader: ByteReader): { readonly type: number; readonly idEnd: number } {
  const type = reader.u8();
  if (type === REWARD_TYPE) return { type, idEnd: reader.skip(REWARD_TERMS_BYTES) };
  reader.skip(reader.u16());
  const idEnd = reader.skip(AFTER_KEY_BYTES);
  reader.skip(reader.u16());
  return { type, idEnd };
}
