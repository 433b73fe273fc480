/**
 * Orders that were carried out under a key of the asker's choice: one key is one payment, however
 * often it is asked for, after a crash too.
 *
 * Key space 15 of the store, key: SHA-256 of the asker's key, value: payment id 32, SHA-256 of the
 * order 32. Owns: this record. It is written in the commit that saves the payment.
 * Does not own: payments (`payments.ts`), what an order is made of.
 */
import { SPACE } from '../consensus/records.ts';
import type { TransactionId } from '../consensus/types.ts';
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '../lib/bytes.ts';
import type { Store, Write } from '../ports.ts';

/** An order as it is remembered: digests, for both may be long, and of a stranger's choice. */
export interface OrderMark {
  /** SHA-256 of the asker's key. */
  readonly key: Uint8Array;
  /** SHA-256 of what was ordered. */
  readonly content: Uint8Array;
}

export function orderWrite({ key, content }: OrderMark, id: TransactionId): Write {
  return { key: orderKey(key), value: concatBytes(hexToBytes(id)!, content) };
}

/** The payment that was made under this key, and whether it was for the same order. */
export function readOrder(
  store: Store, { key, content }: OrderMark,
): { readonly id: TransactionId; readonly isSame: boolean } | undefined {
  const value = store.get(orderKey(key));
  if (value === undefined) return undefined;
  return {
    id: bytesToHex(value, 0, 32) as TransactionId, isSame: equalBytes(value.subarray(32), content),
  };
}

function orderKey(key: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(SPACE.order), key);
}
