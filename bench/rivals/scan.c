/*
 * The limit of native mining: how fast C searches on this processor, without Node around it. Prints
 * hashes per second of one search for so many milliseconds.
 *
 * cc -O3 -march=native -o FILE bench/rivals/scan.c kernels/native/tables.c
 *   kernels/native/sha-ni.c kernels/native/avx512.c kernels/native/avx2.c
 * FILE list
 * FILE NAME MILLISECONDS
 *
 * `plain-...` are loops as one writes them first: arrays, and the compiler does the rest. They know
 * the midstate and the tables, as all scan loops do. `own-...` are the kernel's own searches.
 */
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../kernels/native/sha256.h"

#define UNROLLED _Pragma("GCC unroll 64")

#if defined(__SHA__) && defined(__SSE4_1__)
#define STREAMS 4

/* The whole second block for four nonces at once, two rounds an instruction. */
static int32_t plain_sha_ni(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest) {
  const uint32_t *s = tables->state;
  const __m128i *known = (const __m128i *)tables->schedule;
  const __m128i *constants = (const __m128i *)ROUND_CONSTANTS;
  for (uint32_t done = 0; done < count; done += STREAMS) {
    __m128i w[STREAMS][4], abef[STREAMS], cdgh[STREAMS];
    UNROLLED for (int n = 0; n < STREAMS; n++) {
      for (int g = 0; g < 4; g++) w[n][g] = _mm_loadu_si128(known + g);
      w[n][3] = _mm_insert_epi32(w[n][3], (int)(first + done + (uint32_t)n), 0);
      abef[n] = _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
      cdgh[n] = _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
    }
    UNROLLED for (int g = 3; g < 16; g++) {
      UNROLLED for (int n = 0; n < STREAMS; n++) {
        __m128i *x = w[n];
        if (g > 3) {
          x[g & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(
            _mm_sha256msg1_epu32(x[g & 3], x[(g + 1) & 3]),
            _mm_alignr_epi8(x[(g + 3) & 3], x[(g + 2) & 3], 4)), x[(g + 3) & 3]);
        }
        __m128i input = _mm_add_epi32(x[g & 3], _mm_loadu_si128(constants + g));
        cdgh[n] = _mm_sha256rnds2_epu32(cdgh[n], abef[n], input);
        abef[n] = _mm_sha256rnds2_epu32(abef[n], cdgh[n], _mm_shuffle_epi32(input, 0x0e));
      }
    }
    for (int n = 0; n < STREAMS; n++) {
      uint32_t a = (uint32_t)_mm_extract_epi32(abef[n], 3) + tables->midstate_a;
      if (a <= greatest && done + (uint32_t)n < count) return (int32_t)(done + (uint32_t)n);
    }
  }
  return NONE;
}
#endif

#if defined(__AVX512F__)
#define LANES 16
typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));
#define RIGHT(x, by) ((x) >> (by) | (x) << (32 - (by)))

/* Rounds 12 to 63 for 16 nonces, with vectors of the compiler; it finds the instructions. */
static int32_t plain_avx512(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest) {
  for (uint32_t done = 0; done < count; done += LANES) {
    lanes w[64], s[8], zero = { 0 };
    lanes index = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    UNROLLED for (int i = 0; i < 8; i++) s[i] = zero + tables->state[i];
    UNROLLED for (int t = 0; t < 16; t++) w[t] = zero + tables->schedule[t];
    w[NONCE_WORD] = index + (first + done);
    UNROLLED for (int t = NONCE_WORD; t < 64; t++) {
      if (t >= 16) {
        lanes x = w[t - 15], y = w[t - 2];
        w[t] = w[t - 16] + (RIGHT(x, 7) ^ RIGHT(x, 18) ^ x >> 3) + w[t - 7]
          + (RIGHT(y, 17) ^ RIGHT(y, 19) ^ y >> 10);
      }
      lanes a = s[0], e = s[4];
      lanes t1 = s[7] + (RIGHT(e, 6) ^ RIGHT(e, 11) ^ RIGHT(e, 25))
        + ((e & s[5]) ^ (~e & s[6])) + ROUND_CONSTANTS[t] + w[t];
      lanes t2 = (RIGHT(a, 2) ^ RIGHT(a, 13) ^ RIGHT(a, 22))
        + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
      s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + t1;
      s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = t1 + t2;
    }
    __m512i word0 = (__m512i)(s[0] + tables->midstate_a);
    uint32_t found = _mm512_cmple_epu32_mask(word0, _mm512_set1_epi32((int)greatest));
    if (found != 0) {
      uint32_t distance = done + (uint32_t)__builtin_ctz(found);
      return distance < count ? (int32_t)distance : NONE;
    }
  }
  return NONE;
}
#endif

static const struct { const char *name; search_function *search; } SEARCHES[] = {
#if defined(__SHA__) && defined(__SSE4_1__)
  { "plain-sha-ni", plain_sha_ni },
  { "own-sha-ni", search_sha_ni },
#endif
#if defined(__SHA__) && defined(__AVX512VL__)
  { "own-sha-ni-vl", search_sha_ni_vl },
#endif
#if defined(__AVX512F__)
  { "plain-avx512", plain_avx512 },
  { "own-avx512", search_avx512 },
#endif
#if defined(__AVX2__)
  { "own-avx2", search_avx2 },
#endif
};

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int argument_count, char **arguments) {
  static const uint8_t header[HEADER_BYTES];
  const uint32_t count = 1u << 18;
  struct tables tables;
  fill_tables(&tables, header);
  for (size_t i = 0; i < sizeof SEARCHES / sizeof SEARCHES[0]; i++) {
    search_function *search = SEARCHES[i].search;
    if (argument_count < 3) {
      /* Where it finds its first nonce, which is the same for all. */
      printf("%s %d\n", SEARCHES[i].name, search(&tables, 0, 1u << 24, 0x000fffff));
      continue;
    }
    if (strcmp(arguments[1], SEARCHES[i].name) != 0) continue;
    const double seconds = atof(arguments[2]) / 1000, started_s = now_s();
    uint64_t hashes = 0;
    double elapsed_s = 0;
    for (uint32_t first = 0; elapsed_s < seconds; first += count) {
      /* No hash but one in 2^32 is that small. */
      if (search(&tables, first, count, 0) == NONE) hashes += count;
      elapsed_s = now_s() - started_s;
    }
    printf("%.0f\n", (double)hashes / elapsed_s);
    return 0;
  }
  return argument_count < 3 ? 0 : 1;
}
