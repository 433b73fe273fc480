/**
 * The search: tries nonces four at a time.
 *
 * Owns: what the host calls. The host writes the header at `headerAddress()`, calls `prepare()`,
 * then `search` as often as it likes. Does not own: the full comparison with the target, which the
 * host makes for the rare nonces found here.
 */
import { firstWords } from '../../../dist/kernels/rounds';
import { fillTables, HEADER } from './tables';

const NONE: i32 = -1;

/** Where the host writes the 116 bytes of the header; its last 4 do not matter. */
export function headerAddress(): usize {
  return HEADER;
}

/** Takes over the header: once for each header and each high half of the nonce. */
export function prepare(): void {
  fillTables();
}

/**
 * Tries the low halves `first` to `first + count - 1` of the nonce, which must not pass 2^32;
 * `count` is at most 2^30. Returns the distance from `first` to the least one whose digest has a
 * word 0 of at most `greatestWord`, or -1.
 */
export function search(first: u32, count: i32, greatestWord: u32): i32 {
  const limit = i32x4.splat(greatestWord);
  const step = i32x4.splat(4);
  let nonces = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let done = 0; done < count; done += 4) {
    const found = i32x4.le_u(firstWords(nonces), limit);
    if (v128.any_true(found)) {
      const distance = done + ctz(i32x4.bitmask(found));
      // The last four may reach beyond the range.
      return distance < count ? distance : NONE;
    }
    nonces = i32x4.add(nonces, step);
  }
  return NONE;
}
