/*
 * The search with one nonce in each lane of a vector: the body of a function, included by
 * `avx512.c` and `avx2.c`, which say what a vector is:
 *
 *   LANES, vector              how many 32-bit words a vector holds, and its type
 *   SPLAT(x), INDICES          the same word in each lane; 0, 1, 2, ...
 *   ADD, ROTATE, SHIFT         lane by lane; ROTATE and SHIFT to the right
 *   XOR3, CHOOSE, MAJORITY     bit by bit
 *   AT_MOST(x, limit)          a bit for each lane of x that is at most that of limit, unsigned
 *
 * The arguments of the body: tables, first, count, greatest, as for each `search_function`.
 */

#define SIGMA0(x) XOR3(ROTATE(x, 7), ROTATE(x, 18), SHIFT(x, 3))
#define SIGMA1(x) XOR3(ROTATE(x, 17), ROTATE(x, 19), SHIFT(x, 10))
#define SUM0(x) XOR3(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define SUM1(x) XOR3(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))

/* Word t of the schedule as far as it is known, and the constant of round t. */
#define S(t) SPLAT(tables->schedule[t])
#define K(t) SPLAT(tables->round[t])
/* Word t of the schedule: only the last 16 are needed. */
#define W(t) w[(t) & 15]

/* One round; `input` is what the schedule and the constant add. Its new `a` is in h, `e` in d. */
#define ROUND(a, b, c, d, e, f, g, h, input) do { \
    vector t1 = ADD(ADD(ADD(h, input), CHOOSE(e, f, g)), SUM1(e)); \
    d = ADD(d, t1); \
    h = ADD(ADD(t1, MAJORITY(a, b, c)), SUM0(a)); \
  } while (0)

/* Eight rounds, after which each variable has its old meaning again; IN says the input of each. */
#define EIGHT_ROUNDS(IN, t) \
  ROUND(a, b, c, d, e, f, g, h, IN((t) + 0)); \
  ROUND(h, a, b, c, d, e, f, g, IN((t) + 1)); \
  ROUND(g, h, a, b, c, d, e, f, IN((t) + 2)); \
  ROUND(f, g, h, a, b, c, d, e, IN((t) + 3)); \
  ROUND(e, f, g, h, a, b, c, d, IN((t) + 4)); \
  ROUND(d, e, f, g, h, a, b, c, IN((t) + 5)); \
  ROUND(c, d, e, f, g, h, a, b, IN((t) + 6)); \
  ROUND(b, c, d, e, f, g, h, a, IN((t) + 7))

/* A round whose word of the schedule varies: it is the one computed by `terms`. */
#define VARYING(t, terms) (W(t) = (terms), ADD(W(t), K(t)))
/* The same when all four terms vary. */
#define ALL_VARY(t) VARYING(t, \
  ADD(ADD(W((t) - 16), SIGMA0(W((t) - 15))), ADD(W((t) - 7), SIGMA1(W((t) - 2)))))

{
  const vector limit = SPLAT(greatest);
  const vector step = SPLAT(LANES);
  vector nonces = ADD(SPLAT(first), INDICES);
  for (uint32_t done = 0; done < count; done += LANES) {
    vector w[16];
    W(12) = nonces;
    /* Round 12 only adds the nonce. After it the variables of rounds 9 to 11 move up. */
    vector a = ADD(nonces, SPLAT(tables->start_a));
    vector b = SPLAT(tables->state[0]);
    vector c = SPLAT(tables->state[1]);
    vector d = SPLAT(tables->state[2]);
    vector e = ADD(nonces, SPLAT(tables->start_e));
    vector f = SPLAT(tables->state[4]);
    vector g = SPLAT(tables->state[5]);
    vector h = SPLAT(tables->state[6]);

    ROUND(a, b, c, d, e, f, g, h, K(13));
    ROUND(h, a, b, c, d, e, f, g, K(14));
    ROUND(g, h, a, b, c, d, e, f, K(15));
    ROUND(f, g, h, a, b, c, d, e, K(16));
    ROUND(e, f, g, h, a, b, c, d, K(17));
    ROUND(d, e, f, g, h, a, b, c, K(18));
    ROUND(c, d, e, f, g, h, a, b, VARYING(19, ADD(S(19), W(12))));
    ROUND(b, c, d, e, f, g, h, a, K(20));

    ROUND(a, b, c, d, e, f, g, h, VARYING(21, ADD(S(21), SIGMA1(W(19)))));
    ROUND(h, a, b, c, d, e, f, g, K(22));
    ROUND(g, h, a, b, c, d, e, f, VARYING(23, ADD(S(23), SIGMA1(W(21)))));
    ROUND(f, g, h, a, b, c, d, e, K(24));
    ROUND(e, f, g, h, a, b, c, d, VARYING(25, ADD(S(25), SIGMA1(W(23)))));
    ROUND(d, e, f, g, h, a, b, c, VARYING(26, ADD(S(26), W(19))));
    ROUND(c, d, e, f, g, h, a, b,
      VARYING(27, ADD(ADD(S(27), SIGMA0(W(12))), SIGMA1(W(25)))));
    ROUND(b, c, d, e, f, g, h, a,
      VARYING(28, ADD(ADD(S(28), W(12)), ADD(W(21), SIGMA1(W(26))))));

    ROUND(a, b, c, d, e, f, g, h, VARYING(29, ADD(S(29), SIGMA1(W(27)))));
    ROUND(h, a, b, c, d, e, f, g, VARYING(30, ADD(ADD(S(30), W(23)), SIGMA1(W(28)))));
    ROUND(g, h, a, b, c, d, e, f, VARYING(31, ADD(S(31), SIGMA1(W(29)))));
    ROUND(f, g, h, a, b, c, d, e, VARYING(32, ADD(ADD(S(32), W(25)), SIGMA1(W(30)))));
    ROUND(e, f, g, h, a, b, c, d, VARYING(33, ADD(ADD(S(33), W(26)), SIGMA1(W(31)))));
    ROUND(d, e, f, g, h, a, b, c,
      VARYING(34, ADD(ADD(S(34), SIGMA0(W(19))), ADD(W(27), SIGMA1(W(32))))));
    ROUND(c, d, e, f, g, h, a, b,
      VARYING(35, ADD(ADD(S(35), W(19)), ADD(W(28), SIGMA1(W(33))))));
    ROUND(b, c, d, e, f, g, h, a,
      VARYING(36, ADD(ADD(S(36), SIGMA0(W(21))), ADD(W(29), SIGMA1(W(34))))));

    ROUND(a, b, c, d, e, f, g, h,
      VARYING(37, ADD(ADD(S(37), W(21)), ADD(W(30), SIGMA1(W(35))))));
    ROUND(h, a, b, c, d, e, f, g,
      VARYING(38, ADD(ADD(S(38), SIGMA0(W(23))), ADD(W(31), SIGMA1(W(36))))));
    ROUND(g, h, a, b, c, d, e, f,
      VARYING(39, ADD(ADD(S(39), W(23)), ADD(W(32), SIGMA1(W(37))))));
    ROUND(f, g, h, a, b, c, d, e,
      VARYING(40, ADD(ADD(S(40), SIGMA0(W(25))), ADD(W(33), SIGMA1(W(38))))));
    ROUND(e, f, g, h, a, b, c, d, ALL_VARY(41));
    ROUND(d, e, f, g, h, a, b, c, ALL_VARY(42));
    ROUND(c, d, e, f, g, h, a, b, ALL_VARY(43));
    ROUND(b, c, d, e, f, g, h, a, ALL_VARY(44));
    EIGHT_ROUNDS(ALL_VARY, 45);
    EIGHT_ROUNDS(ALL_VARY, 53);
    ROUND(a, b, c, d, e, f, g, h, ALL_VARY(61));
    ROUND(h, a, b, c, d, e, f, g, ALL_VARY(62));
    /* The last `a` is word 0, with that of the midstate added. The last `e` is not needed. */
    ROUND(g, h, a, b, c, d, e, f, ADD(ALL_VARY(63), SPLAT(tables->midstate_a)));

    uint64_t found = AT_MOST(f, limit);
    if (found != 0) {
      uint32_t distance = done + (uint32_t)__builtin_ctzll(found);
      /* The last ones may reach beyond the range. */
      return distance < count ? (int32_t)distance : NONE;
    }
    nonces = ADD(nonces, step);
  }
  return NONE;
}
