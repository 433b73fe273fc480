/*
 * The search with the SHA extensions. One instruction does two rounds and takes four clocks, so
 * four nonces are searched side by side, and each waits while the others are at work.
 *
 * Words of the schedule come in groups of four: group g is words 4 g to 4 g + 3. The state lies in
 * two vectors as the instructions want it: a, b, e, f and c, d, g, h, each from its top down.
 */
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#define STREAMS 4
/* The same step for each stream: `x##s` is the variable x of stream s. */
#define EACH(STEP) STEP(0) STEP(1) STEP(2) STEP(3)
#define EACH_GROUP(STEP, ...) \
  STEP(0, __VA_ARGS__) STEP(1, __VA_ARGS__) STEP(2, __VA_ARGS__) STEP(3, __VA_ARGS__)

#define LOAD(words, group) _mm_loadu_si128((const __m128i *)(words) + (group))
#define ADD(x, y) _mm_add_epi32(x, y)
#define K(group) LOAD(ROUND_CONSTANTS, group)

/* Four rounds with these words, the constants added. */
#define FOUR_ROUNDS(s, words_and_constants) { \
    __m128i input = words_and_constants; \
    cdgh##s = _mm_sha256rnds2_epu32(cdgh##s, abef##s, input); \
    abef##s = _mm_sha256rnds2_epu32(abef##s, cdgh##s, _mm_shuffle_epi32(input, 0x0e)); \
  }

/* The next group of the schedule, in the place of the oldest, w; x, y and z are those between. */
#define SCHEDULE(s, w, x, y, z) w##s = _mm_sha256msg2_epu32( \
  ADD(_mm_sha256msg1_epu32(w##s, x##s), _mm_alignr_epi8(z##s, y##s, 4)), z##s);

/* The steps of `streams.h`. */
#define NONCE(s) __m128i nonce##s = _mm_cvtsi32_si128((int)(first + s));
#define BEGIN(s) \
  __m128i abef##s = abef, cdgh##s = cdgh; \
  __m128i w##s = group2, x##s = ADD(group3, nonce##s); \
  __m128i y##s = ADD(group4, _mm_slli_si128(nonce##s, 12)), z##s;
#define GROUP3(s) FOUR_ROUNDS(s, ADD(x##s, K(3)))
#define GROUP4(s) FOUR_ROUNDS(s, ADD(y##s, K(4)))
#define GROUP5(s) z##s = _mm_sha256msg2_epu32(known5, y##s); FOUR_ROUNDS(s, ADD(z##s, K(5)))
#define NEXT(s, w, x, y, z, group) \
  SCHEDULE(s, w, x, y, z) FOUR_ROUNDS(s, ADD(w##s, K(group)))
#define LAST(s) SCHEDULE(s, x, y, z, w) FOUR_ROUNDS(s, ADD(x##s, last_constants))
#define ADVANCE(s) nonce##s = ADD(nonce##s, step);

__attribute__((target("sha,avx")))
int32_t search_sha_ni(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest)
#include "streams.h"

/* With 32 registers nothing has to be moved to memory: a fifth faster where there are so many. */
__attribute__((target("sha,avx512vl")))
int32_t search_sha_ni_vl(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest)
#include "streams.h"
#endif
