/*
 * What the searches share: SHA-256's constants and scalar functions, and the tables.
 *
 * A header has 116 bytes: a block of 64, and one of 52 with the padding. The nonce is big-endian
 * at its end, so its low half is word 12 of the second block, the only word that varies during a
 * call. All that does not depend on it is computed once per call and kept in `struct tables`.
 */
#ifndef MVB_SHA256_H
#define MVB_SHA256_H

#include <stdint.h>

#define HEADER_BYTES 116
#define NONCE_WORD 12

/*
 * The 64 round constants (FIPS 180-4 4.2.2); here, so that the searches know them when they are
 * compiled.
 */
static const uint32_t ROUND_CONSTANTS[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct tables {
  /* Round constant t and, when it does not depend on the nonce, word t of the schedule. */
  uint32_t round[64];
  /* The known terms of word t of the schedule: all of it, when it does not depend on the nonce. */
  uint32_t schedule[64];
  /* The state a to h before round 12. */
  uint32_t state[8];
  /* `a` and `e` after round 12, but for its addition of the nonce. */
  uint32_t start_a;
  uint32_t start_e;
  /* Word 0 of the state after the first block: it is added to the last `a`. */
  uint32_t midstate_a;
  uint32_t unused;
};

/* Fills the tables from a header; the last 4 of its bytes do not matter. */
void fill_tables(struct tables *tables, const uint8_t header[HEADER_BYTES]);

/*
 * Tries the low halves `first` to `first + count - 1` of the nonce, which must not pass 2^32;
 * `count` is at most 2^30. Returns the distance from `first` to the least one whose digest has a
 * word 0 of at most `greatest`, or NONE.
 */
typedef int32_t search_function(const struct tables *tables, uint32_t first, uint32_t count,
  uint32_t greatest);
#define NONE (-1)

#if defined(__x86_64__)
search_function search_avx512;
search_function search_avx2;
search_function search_sha_ni;
search_function search_sha_ni_vl;
#elif defined(__aarch64__)
search_function search_arm64;
#endif

static inline uint32_t rotate_right(uint32_t x, int by) {
  return x >> by | x << (32 - by);
}

/* The schedule's sigma 0 and sigma 1, and the rounds' sum 0 and sum 1 (FIPS 180-4 4.1.2). */
static inline uint32_t sigma0(uint32_t x) {
  return rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
}

static inline uint32_t sigma1(uint32_t x) {
  return rotate_right(x, 17) ^ rotate_right(x, 19) ^ x >> 10;
}

static inline uint32_t sum0(uint32_t x) {
  return rotate_right(x, 2) ^ rotate_right(x, 13) ^ rotate_right(x, 22);
}

static inline uint32_t sum1(uint32_t x) {
  return rotate_right(x, 6) ^ rotate_right(x, 11) ^ rotate_right(x, 25);
}

#endif
