/**
 * What is known before the search: tables of words, each four times over, so that one load gives
 * all four lanes.
 *
 * Owns: the memory of the tables and filling them. Does not own: the rounds that use them.
 */
import { INITIAL_STATE, K, runRounds, setWord, sigma0, sigma1, sum0, sum1, word } from './sha256';

/** Bytes of a header; the last 52 are in the second block, its nonce in words 11 and 12. */
const HEADER_BYTES: i32 = 116;
const NONCE_WORD: i32 = 12;
/** Round constant t and, when it does not depend on the nonce, word t of the schedule. */
export const ROUND: usize = memory.data(64 * 16, 16);
/** The known terms of word t of the schedule, when it depends on the nonce. */
export const SCHEDULE: usize = memory.data(64 * 16, 16);
/**
 * 0: what round 12 adds to the nonce for `a`; 1 to 3: `a` of rounds 9 to 11; 4: as 0, for `e`;
 * 5 to 7: `e` of rounds 9 to 11; 8: word 0 of the midstate.
 */
export const START: usize = memory.data(9 * 16, 16);

/** The header as its bytes are, with the high half of the nonce in place. */
export const HEADER: usize = memory.data(128, 16);
const MIDSTATE: usize = memory.data(32, 16);
const STATE: usize = memory.data(32, 16);
const WORDS: usize = memory.data(256, 16);
const UNKNOWN: usize = memory.data(64, 16);

// @ts-ignore: decorator
@inline
function splat(table: usize, index: i32, value: u32): void {
  v128.store(table + (<usize>index << 4), i32x4.splat(value));
}

/** Fills all tables from the header. */
export function fillTables(): void {
  computeMidstate();
  for (let t = 0; t < 13; t++) setWord(WORDS, t, bswap(word(HEADER, 16 + t)));
  setWord(WORDS, NONCE_WORD, 0);
  setWord(WORDS, 13, 0x80000000); // The padding: a one bit, zeros, and the length in bits.
  setWord(WORDS, 14, 0);
  setWord(WORDS, 15, 8 * HEADER_BYTES);
  fillSchedule();
  fillStart();
}

/** The first block holds no part of the nonce: it is compressed once. */
function computeMidstate(): void {
  for (let t = 0; t < 16; t++) setWord(WORDS, t, bswap(word(HEADER, t)));
  for (let t = 16; t < 64; t++) {
    setWord(WORDS, t, sigma1(word(WORDS, t - 2)) + word(WORDS, t - 7)
      + sigma0(word(WORDS, t - 15)) + word(WORDS, t - 16));
  }
  memory.copy(MIDSTATE, INITIAL_STATE, 32);
  runRounds(MIDSTATE, WORDS, 64);
  for (let i = 0; i < 8; i++) setWord(MIDSTATE, i, word(MIDSTATE, i) + word(INITIAL_STATE, i));
}

/** Puts the known terms of each word of the schedule in WORDS, and splits them over the tables. */
function fillSchedule(): void {
  for (let t = 0; t < 64; t++) {
    let unknown: u8 = t == NONCE_WORD ? 1 : 0;
    if (t >= 16) {
      unknown = load<u8>(UNKNOWN + t - 2) | load<u8>(UNKNOWN + t - 7)
        | load<u8>(UNKNOWN + t - 15) | load<u8>(UNKNOWN + t - 16);
      setWord(WORDS, t, knownTerms(t));
    }
    store<u8>(UNKNOWN + t, unknown);
    splat(ROUND, t, word(K, t) + (unknown ? 0 : word(WORDS, t)));
    splat(SCHEDULE, t, word(WORDS, t));
  }
}

function knownTerms(t: i32): u32 {
  let known: u32 = 0;
  if (!load<u8>(UNKNOWN + t - 2)) known += sigma1(word(WORDS, t - 2));
  if (!load<u8>(UNKNOWN + t - 7)) known += word(WORDS, t - 7);
  if (!load<u8>(UNKNOWN + t - 15)) known += sigma0(word(WORDS, t - 15));
  if (!load<u8>(UNKNOWN + t - 16)) known += word(WORDS, t - 16);
  return known;
}

/** Runs rounds 0 to 11, and round 12 but for its addition of the nonce. */
function fillStart(): void {
  memory.copy(STATE, MIDSTATE, 32);
  runRounds(STATE, WORDS, NONCE_WORD);
  const a = word(STATE, 0), b = word(STATE, 1), c = word(STATE, 2), d = word(STATE, 3);
  const e = word(STATE, 4), f = word(STATE, 5), g = word(STATE, 6), h = word(STATE, 7);
  const t1 = h + sum1(e) + ((e & f) ^ (~e & g)) + word(K, NONCE_WORD);
  const t2 = sum0(a) + ((a & b) ^ (a & c) ^ (b & c));
  splat(START, 0, t1 + t2);
  splat(START, 1, c);
  splat(START, 2, b);
  splat(START, 3, a);
  splat(START, 4, d + t1);
  splat(START, 5, g);
  splat(START, 6, f);
  splat(START, 7, e);
  splat(START, 8, word(MIDSTATE, 0));
}
