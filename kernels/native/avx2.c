/*
 * The search with AVX2: 8 nonces at a time. A rotation is two shifts.
 */
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#define LANES 8
typedef __m256i vector;
#define SPLAT(x) _mm256_set1_epi32((int)(x))
#define INDICES _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0)
#define ADD(x, y) _mm256_add_epi32(x, y)
#define ROTATE(x, by) _mm256_or_si256(_mm256_srli_epi32(x, by), _mm256_slli_epi32(x, 32 - (by)))
#define SHIFT(x, by) _mm256_srli_epi32(x, by)
#define XOR(x, y) _mm256_xor_si256(x, y)
#define XOR3(x, y, z) XOR(XOR(x, y), z)
#define CHOOSE(e, f, g) XOR(g, _mm256_and_si256(e, XOR(f, g)))
/* The next round's b ^ c is this one's a ^ b: the compiler computes it once. */
#define MAJORITY(a, b, c) XOR(b, _mm256_and_si256(XOR(a, b), XOR(b, c)))
/* There is no unsigned comparison: x <= limit is the same as max(x, limit) == limit. */
#define AT_MOST(x, limit) (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps( \
  _mm256_cmpeq_epi32(_mm256_max_epu32(x, limit), limit)))

__attribute__((target("avx2")))
int32_t search_avx2(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest)
#include "lanes.h"
#endif
