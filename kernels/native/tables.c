/*
 * What is known before the search: one pass of plain SHA-256 over the header, which also notes
 * which words of the schedule depend on the nonce.
 */
#include <string.h>

#include "sha256.h"

/* The initial state (FIPS 180-4 5.3.3). */
static const uint32_t INITIAL_STATE[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t choose(uint32_t e, uint32_t f, uint32_t g) {
  return (e & f) ^ (~e & g);
}

static uint32_t majority(uint32_t a, uint32_t b, uint32_t c) {
  return (a & b) ^ (a & c) ^ (b & c);
}

/* The first `count` rounds on the state a to h. `words[t]` is word t of the schedule. */
static void run_rounds(uint32_t s[8], const uint32_t *words, int count) {
  for (int t = 0; t < count; t++) {
    uint32_t t1 = s[7] + sum1(s[4]) + choose(s[4], s[5], s[6]) + ROUND_CONSTANTS[t] + words[t];
    uint32_t t2 = sum0(s[0]) + majority(s[0], s[1], s[2]);
    memmove(s + 1, s, 7 * sizeof s[0]);
    s[4] += t1;
    s[0] = t1 + t2;
  }
}

/* The state after the first block, which holds no part of the nonce. */
static void compress_first_block(uint32_t midstate[8], const uint8_t *header) {
  uint32_t words[64];
  for (int t = 0; t < 16; t++) words[t] = big_endian(header + 4 * t);
  for (int t = 16; t < 64; t++) {
    words[t] = sigma1(words[t - 2]) + words[t - 7] + sigma0(words[t - 15]) + words[t - 16];
  }
  memcpy(midstate, INITIAL_STATE, sizeof INITIAL_STATE);
  run_rounds(midstate, words, 64);
  for (int i = 0; i < 8; i++) midstate[i] += INITIAL_STATE[i];
}

/* Fills `schedule` with what is known of each word, and `round` with what that adds to a round. */
static void fill_schedule(struct tables *tables, const uint8_t *header) {
  uint32_t *words = tables->schedule;
  int varies[64] = { 0 };
  varies[NONCE_WORD] = 1;
  for (int t = 0; t < NONCE_WORD; t++) words[t] = big_endian(header + 64 + 4 * t);
  words[NONCE_WORD] = 0;
  words[13] = 0x80000000; /* The padding: a one bit, zeros, and the length in bits. */
  words[14] = 0;
  words[15] = 8 * HEADER_BYTES;
  for (int t = 16; t < 64; t++) {
    varies[t] = varies[t - 2] | varies[t - 7] | varies[t - 15] | varies[t - 16];
    words[t] = 0;
    if (!varies[t - 2]) words[t] += sigma1(words[t - 2]);
    if (!varies[t - 7]) words[t] += words[t - 7];
    if (!varies[t - 15]) words[t] += sigma0(words[t - 15]);
    if (!varies[t - 16]) words[t] += words[t - 16];
  }
  for (int t = 0; t < 64; t++) {
    tables->round[t] = ROUND_CONSTANTS[t] + (varies[t] ? 0 : words[t]);
  }
}

void fill_tables(struct tables *tables, const uint8_t header[HEADER_BYTES]) {
  uint32_t *s = tables->state;
  fill_schedule(tables, header);
  compress_first_block(s, header);
  tables->midstate_a = s[0];
  run_rounds(s, tables->schedule, NONCE_WORD);
  uint32_t t1 = s[7] + sum1(s[4]) + choose(s[4], s[5], s[6]) + tables->round[NONCE_WORD];
  tables->start_a = t1 + sum0(s[0]) + majority(s[0], s[1], s[2]);
  tables->start_e = t1 + s[3];
  tables->unused = 0;
}
