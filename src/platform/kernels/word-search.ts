/**
 * Searches on kernels that compare only the first word of a hash, and search one high half of the
 * nonce at a time: the WebAssembly kernel and the native one.
 *
 * Owns: ranges across high halves, and comparing what is found with the whole target.
 * Does not own: hashing (`kernels/`), and how it is called (`wasm-search.ts`, `native-search.ts`).
 */
import { assertSearchable, isValidNonce, NONCE_OFFSET } from '../../crypto/sha256-search.ts';
import type { Search } from '../../crypto/sha256-search.ts';

/** A kernel as it is in `kernels/`. */
export interface WordKernel {
  /** The 116 bytes of the header that it reads in `prepare`. */
  readonly header: Uint8Array;
  /** Takes over the header: to be called once for each header and each high half of the nonce. */
  prepare(): void;
  /**
   * Tries the low halves `first` to `first + count - 1` of the nonce, which must not pass 2^32;
   * `count` is at most 2^30. Returns the distance from `first` to the least one whose hash has a
   * first word of at most `greatestWord`, or a number below zero.
   */
  search(first: number, count: number, greatestWord: number): number;
}

const CALL_COUNT_MAX = 1 << 30;
const LOW_HALF_COUNT = 1n << 32n;

/** A `Search` on this kernel, which nobody else uses meanwhile. */
export function searchOn(kernel: WordKernel): Search {
  const { buffer, byteOffset } = kernel.header;
  const nonceField = new DataView(buffer, byteOffset + NONCE_OFFSET);
  return (header, target, firstNonce, count) => {
    assertSearchable(header, target, firstNonce, count);
    kernel.header.set(header);
    const greatestWord = new DataView(target.buffer, target.byteOffset).getUint32(0);
    const end = firstNonce + BigInt(count);
    let preparedHigh: bigint | undefined;
    let nonce = firstNonce;
    while (nonce < end) {
      const high = nonce / LOW_HALF_COUNT;
      if (high !== preparedHigh) {
        nonceField.setBigUint64(0, nonce);
        kernel.prepare();
        preparedHigh = high;
      }
      const low = Number(nonce % LOW_HALF_COUNT);
      const callCount = Math.min(Number(end - nonce), CALL_COUNT_MAX, 2 ** 32 - low);
      const distance = kernel.search(low, callCount, greatestWord);
      if (distance < 0) {
        nonce += BigInt(callCount);
        continue;
      }
      nonce += BigInt(distance);
      // The kernel has compared the first word only.
      if (isValidNonce(header, target, nonce)) return nonce;
      nonce += 1n;
    }
    return undefined;
  };
}
