/*
 * The body of a search with the SHA extensions, included by `sha-ni.c`, which has the macros: the
 * same code for processors with 16 vector registers and with 32.
 *
 * Its arguments: tables, first, count, greatest, as for each `search_function`.
 */
{
  const uint32_t *s = tables->state;
  const __m128i abef = _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
  const __m128i cdgh = _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
  /* What is known of groups 2 to 5. The nonce is in group 3, and word 19 is a sum with it. */
  const __m128i group2 = LOAD(tables->schedule, 2);
  const __m128i group3 = LOAD(tables->schedule, 3);
  const __m128i group4 = LOAD(tables->schedule, 4);
  const __m128i known5 = ADD(_mm_sha256msg1_epu32(LOAD(tables->schedule, 1), group2),
    _mm_alignr_epi8(group4, group3, 4));
  /* The last `e` is not needed, so word 0 of the midstate can be added early. */
  const __m128i last_constants = ADD(K(15), _mm_set_epi32((int)tables->midstate_a, 0, 0, 0));
  const __m128i limit = _mm_set1_epi32((int)greatest);
  const __m128i step = _mm_cvtsi32_si128(STREAMS);
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

    /* The four `a`, and whether each is at most the limit: there is no unsigned comparison. */
    __m128i a = _mm_unpackhi_epi64(
      _mm_unpackhi_epi32(abef0, abef1), _mm_unpackhi_epi32(abef2, abef3));
    __m128i is_found = _mm_cmpeq_epi32(_mm_max_epu32(a, limit), limit);
    int found = _mm_movemask_ps(_mm_castsi128_ps(is_found));
    if (found != 0) {
      uint32_t distance = done + (uint32_t)__builtin_ctz((unsigned)found);
      /* The last ones may reach beyond the range. */
      return distance < count ? (int32_t)distance : NONE;
    }
    EACH(ADVANCE)
  }
  return NONE;
}
