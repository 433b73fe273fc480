/*
 * The search with the SHA-256 instructions of 64-bit ARM, which do four rounds at a time, for four
 * nonces side by side. Words of the schedule come in groups of four: group g is words 4 g to
 * 4 g + 3. The state lies in two vectors, a to d and e to h, each from its bottom up.
 */
#if defined(__aarch64__)
#include <arm_neon.h>

#include "sha256.h"

#define STREAMS 4
/* The same step for each stream: `x##s` is the variable x of stream s. */
#define EACH(STEP) STEP(0) STEP(1) STEP(2) STEP(3)
#define EACH_GROUP(STEP, ...) \
  STEP(0, __VA_ARGS__) STEP(1, __VA_ARGS__) STEP(2, __VA_ARGS__) STEP(3, __VA_ARGS__)

#define LOAD(words, group) vld1q_u32((words) + 4 * (group))
#define K(group) LOAD(ROUND_CONSTANTS, group)

/* Four rounds with these words, the constants added. */
#define FOUR_ROUNDS(s, words_and_constants) { \
    const uint32x4_t input = words_and_constants, before = abcd##s; \
    abcd##s = vsha256hq_u32(before, efgh##s, input); \
    efgh##s = vsha256h2q_u32(efgh##s, before, input); \
  }

/* The next group of the schedule, in the place of the oldest, w; x, y and z are those between. */
#define SCHEDULE(s, w, x, y, z) \
  w##s = vsha256su1q_u32(vsha256su0q_u32(w##s, x##s), y##s, z##s);

#define NONCE(s) uint32x4_t nonce##s = vsetq_lane_u32(first + s, none, 0);
#define BEGIN(s) \
  uint32x4_t abcd##s = abcd, efgh##s = efgh; \
  uint32x4_t w##s = group2, x##s = vaddq_u32(group3, nonce##s); \
  uint32x4_t y##s = vaddq_u32(group4, vextq_u32(none, nonce##s, 1)), z##s;
#define GROUP3(s) FOUR_ROUNDS(s, vaddq_u32(x##s, K(3)))
#define GROUP4(s) FOUR_ROUNDS(s, vaddq_u32(y##s, K(4)))
#define GROUP5(s) \
  z##s = vsha256su1q_u32(known5, x##s, y##s); \
  FOUR_ROUNDS(s, vaddq_u32(z##s, K(5)))
#define NEXT(s, w, x, y, z, group) \
  SCHEDULE(s, w, x, y, z) FOUR_ROUNDS(s, vaddq_u32(w##s, K(group)))
#define LAST(s) SCHEDULE(s, x, y, z, w) FOUR_ROUNDS(s, vaddq_u32(x##s, last_constants))
#define ADVANCE(s) nonce##s = vaddq_u32(nonce##s, step);

int32_t search_arm64(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest) {
  const uint32x4_t none = vdupq_n_u32(0);
  const uint32x4_t abcd = LOAD(tables->state, 0), efgh = LOAD(tables->state, 1);
  /* What is known of groups 2 to 5. The nonce is in group 3, and word 19 is a sum with it. */
  const uint32x4_t group2 = LOAD(tables->schedule, 2);
  const uint32x4_t group3 = LOAD(tables->schedule, 3);
  const uint32x4_t group4 = LOAD(tables->schedule, 4);
  const uint32x4_t known5 = vsha256su0q_u32(LOAD(tables->schedule, 1), group2);
  /* The last `e` is not needed, so word 0 of the midstate can be added early. */
  const uint32x4_t last_constants = vaddq_u32(K(15), vsetq_lane_u32(tables->midstate_a, none, 3));
  const uint32x4_t limit = vdupq_n_u32(greatest);
  const uint32x4_t step = vsetq_lane_u32(STREAMS, none, 0);
  EACH(NONCE)
  for (uint32_t done = 0; done < count; done += STREAMS) {
    EACH(BEGIN)
    EACH(GROUP3)
    EACH(GROUP4)
    EACH(GROUP5)
    EACH_GROUP(NEXT, w, x, y, z, 6)
    EACH_GROUP(NEXT, x, y, z, w, 7)
    EACH_GROUP(NEXT, y, z, w, x, 8)
    EACH_GROUP(NEXT, z, w, x, y, 9)
    EACH_GROUP(NEXT, w, x, y, z, 10)
    EACH_GROUP(NEXT, x, y, z, w, 11)
    EACH_GROUP(NEXT, y, z, w, x, 12)
    EACH_GROUP(NEXT, z, w, x, y, 13)
    EACH_GROUP(NEXT, w, x, y, z, 14)
    EACH(LAST)

    /* The four `a`, and 16 bits for each that say whether it is at most the limit. */
    const uint32x4_t a = vcombine_u32(
      vget_low_u32(vzip1q_u32(abcd0, abcd1)), vget_low_u32(vzip1q_u32(abcd2, abcd3)));
    const uint16x4_t is_found = vmovn_u32(vcleq_u32(a, limit));
    const uint64_t found = vget_lane_u64(vreinterpret_u64_u16(is_found), 0);
    if (found != 0) {
      uint32_t distance = done + (uint32_t)__builtin_ctzll(found) / 16;
      /* The last ones may reach beyond the range. */
      return distance < count ? (int32_t)distance : NONE;
    }
    EACH(ADVANCE)
  }
  return NONE;
}
#endif
