/*
 * The search with AVX-512: 16 nonces at a time. It has rotations, and any function of three bits
 * as one instruction, whose truth table is written as a byte.
 */
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#define LANES 16
typedef __m512i vector;
#define SPLAT(x) _mm512_set1_epi32((int)(x))
#define INDICES _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ADD(x, y) _mm512_add_epi32(x, y)
#define ROTATE(x, by) _mm512_ror_epi32(x, by)
#define SHIFT(x, by) _mm512_srli_epi32(x, by)
#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define CHOOSE(e, f, g) _mm512_ternarylogic_epi32(e, f, g, 0xca)
#define MAJORITY(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xe8)
#define AT_MOST(x, limit) _mm512_cmple_epu32_mask(x, limit)

__attribute__((target("avx512f")))
int32_t search_avx512(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest)
#include "lanes.h"
#endif
