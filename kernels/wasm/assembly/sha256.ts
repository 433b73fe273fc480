/**
 * SHA-256 (FIPS 180-4) in AssemblyScript: its functions on one word and on four, its constants, and
 * the plain compression of one block.
 *
 * Owns: the algorithm. Does not own: what is searched (`search.ts`), the unrolled rounds, which
 * `generate.mjs` writes.
 */

/** The 64 round constants (FIPS 180-4 §4.2.2), as 32-bit words. */
export const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** The initial state (FIPS 180-4 §5.3.3). */
export const INITIAL_STATE: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** Word `index` of an array of 32-bit words. */
// @ts-ignore: decorator
@inline
export function word(array: usize, index: i32): u32 {
  return load<u32>(array + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function setWord(array: usize, index: i32, value: u32): void {
  store<u32>(array + (<usize>index << 2), value);
}

/** The schedule's sigma 0 and sigma 1, and the rounds' sum 0 and sum 1 (FIPS 180-4 §4.1.2). */
export function sigma0(x: u32): u32 {
  return rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3);
}

export function sigma1(x: u32): u32 {
  return rotr(x, 17) ^ rotr(x, 19) ^ (x >> 10);
}

export function sum0(x: u32): u32 {
  return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22);
}

export function sum1(x: u32): u32 {
  return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25);
}

/**
 * Runs rounds 0 to `rounds` - 1 on the eight words at `state`, with the schedule at `w`. It does
 * not add the state from before: a whole compression does that afterwards.
 */
export function runRounds(state: usize, w: usize, rounds: i32): void {
  for (let t = 0; t < rounds; t++) {
    const a = word(state, 0), b = word(state, 1), c = word(state, 2);
    const e = word(state, 4), f = word(state, 5), g = word(state, 6);
    const t1 = word(state, 7) + sum1(e) + ((e & f) ^ (~e & g)) + word(K, t) + word(w, t);
    const t2 = sum0(a) + ((a & b) ^ (a & c) ^ (b & c));
    memory.copy(state + 4, state, 28);
    setWord(state, 4, word(state, 4) + t1);
    setWord(state, 0, t1 + t2);
  }
}

// The same functions on four words at once. WebAssembly has no rotation of lanes: two shifts do it.

// @ts-ignore: decorator
@inline
function rotr4(x: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(x, by), i32x4.shl(x, 32 - by));
}

// @ts-ignore: decorator
@inline
function xor3(x: v128, y: v128, z: v128): v128 {
  return v128.xor(v128.xor(x, y), z);
}

// @ts-ignore: decorator
@inline
export function sigma0x4(x: v128): v128 {
  return xor3(rotr4(x, 7), rotr4(x, 18), i32x4.shr_u(x, 3));
}

// @ts-ignore: decorator
@inline
export function sigma1x4(x: v128): v128 {
  return xor3(rotr4(x, 17), rotr4(x, 19), i32x4.shr_u(x, 10));
}

// @ts-ignore: decorator
@inline
export function sum0x4(x: v128): v128 {
  return xor3(rotr4(x, 2), rotr4(x, 13), rotr4(x, 22));
}

// @ts-ignore: decorator
@inline
export function sum1x4(x: v128): v128 {
  return xor3(rotr4(x, 6), rotr4(x, 11), rotr4(x, 25));
}

/** Each bit of `f` where `e` has a one, of `g` where it has a zero. */
// @ts-ignore: decorator
@inline
export function choosex4(e: v128, f: v128, g: v128): v128 {
  return v128.xor(g, v128.and(e, v128.xor(f, g)));
}

/**
 * The majority of a, b and c, bit by bit, from `ab` = a ^ b and `bc` = b ^ c: the next round needs
 * `ab` again as its `bc`, which saves one operation a round.
 */
// @ts-ignore: decorator
@inline
export function majorityx4(b: v128, ab: v128, bc: v128): v128 {
  return v128.xor(b, v128.and(ab, bc));
}
