/* Scores of a block by 16-bit lookups in registers of 32 entries: AVX-512 BW. */
#include <immintrin.h>

/* Five bits of a code choose one of 32 sums of readouts: one `vpermw` for 32 items. Sums are kept
 * in 16 bits and widened before the next word could overflow them. Readouts too large for that are
 * cut into digits of 12 bits, each of them a sum of its own. */
#define TILE 4 /* queries that share the reading of a block */
#define PARTS 3
#define DIGIT_BITS 12
#define HALF_DIGIT (1 << (DIGIT_BITS - 1))
#define MOST_DIGITS 3
#define INT16_LARGEST 32767

typedef struct {
  int16_t *sums;  /* (digits, width, PARTS, queries, LANES) */
  uint8_t *widen; /* (digits, width): widen before this word */
  int digits, queries;
  int64_t width;
} Lookup;

/* What a word can add in size at most, of the larger sign. */
static int64_t word_bound(const int32_t *values) {
  __m512i all = _mm512_maskz_loadu_epi32((1 << WORD_BITS) - 1, values);
  __m512i zero = _mm512_setzero_si512();
  int64_t up = _mm512_reduce_add_epi32(_mm512_max_epi32(all, zero));
  int64_t down = -(int64_t)_mm512_reduce_add_epi32(_mm512_min_epi32(all, zero));
  return up > down ? up : down;
}

static int digits_needed(const int32_t *readouts, int64_t queries, int64_t width) {
  int64_t largest = 0;
  for (int64_t w = 0; w < queries * width; w++) {
    int64_t bound = word_bound(readouts + w * WORD_BITS);
    if (bound > largest) largest = bound;
  }
  if (largest <= INT16_LARGEST) return 1;
  /* What is left above the digits is rounded: 15 values may add 8 to the quotient of their sum. */
  return largest < ((int64_t)1 << (DIGIT_BITS + 14)) ? 2 : MOST_DIGITS;
}

/* Digit `place` of a value, lowest first; all but the last lie in -2**11 .. 2**11 - 1. */
static int32_t digit(int32_t value, int place, int digits) {
  int64_t rest = value;
  for (int i = 0; i < place; i++) rest = (rest + HALF_DIGIT) >> DIGIT_BITS;
  if (place == digits - 1) return (int32_t)rest;
  return (int32_t)(rest - ((rest + HALF_DIGIT) >> DIGIT_BITS) * (1 << DIGIT_BITS));
}

/* sums[m]: of the values whose bits are set in m. */
static void fill_sums(int16_t *sums, const int32_t *values) {
  static const __mmask32 holds[5] = {0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000};
  __m512i all = _mm512_setzero_si512();
  for (int bit = 0; bit < 5; bit++)
    all = _mm512_mask_add_epi16(all, holds[bit], all, _mm512_set1_epi16((int16_t)values[bit]));
  _mm512_storeu_si512(sums, all);
}

static void fill_lookup(Lookup *lookup, const int32_t *readouts) {
  int64_t width = lookup->width;
  int32_t values[WORD_BITS];
  for (int d = 0; d < lookup->digits; d++) {
    int64_t bound[TILE] = {0};
    for (int64_t w = 0; w < width; w++) {
      int64_t own[TILE];
      uint8_t widen = 0;
      for (int q = 0; q < lookup->queries; q++) {
        const int32_t *from = readouts + (q * width + w) * WORD_BITS;
        if (lookup->digits == 1) memcpy(values, from, sizeof values);
        else
          for (int i = 0; i < WORD_BITS; i++) values[i] = digit(from[i], d, lookup->digits);
        own[q] = word_bound(values);
        widen |= bound[q] + own[q] > INT16_LARGEST;
        for (int part = 0; part < PARTS; part++) {
          int64_t at = ((d * width + w) * PARTS + part) * lookup->queries + q;
          fill_sums(lookup->sums + at * LANES, values + 5 * part);
        }
      }
      for (int q = 0; q < lookup->queries; q++) bound[q] = (widen ? 0 : bound[q]) + own[q];
      lookup->widen[d * width + w] = widen;
    }
  }
}

INLINE void widen_sums(__m512i *narrow, __m512i (*wide)[2], const int queries) {
  for (int q = 0; q < queries; q++) {
    __m256i low = _mm512_castsi512_si256(narrow[q]);
    __m256i high = _mm512_extracti64x4_epi64(narrow[q], 1);
    wide[q][0] = _mm512_add_epi32(wide[q][0], _mm512_cvtepi16_epi32(low));
    wide[q][1] = _mm512_add_epi32(wide[q][1], _mm512_cvtepi16_epi32(high));
    narrow[q] = _mm512_setzero_si512();
  }
}

INLINE void sum_block(const uint16_t *block, const Lookup *lookup, const int queries,
                      __m512i (*wide)[2]) {
  int64_t width = lookup->width;
  __m512i narrow[TILE];
  for (int q = 0; q < queries; q++) {
    narrow[q] = wide[q][0] = wide[q][1] = _mm512_setzero_si512();
  }
  for (int d = lookup->digits - 1; d >= 0; d--) {
    const int16_t *sums = lookup->sums + d * width * PARTS * queries * LANES;
    const uint8_t *widen = lookup->widen + d * width;
    for (int q = 0; q < queries && d < lookup->digits - 1; q++) {
      wide[q][0] = _mm512_slli_epi32(wide[q][0], DIGIT_BITS);
      wide[q][1] = _mm512_slli_epi32(wide[q][1], DIGIT_BITS);
    }
    for (int64_t w = 0; w < width; w++) {
      if (__builtin_expect(widen[w], 0)) widen_sums(narrow, wide, queries);
      __m512i bits = _mm512_loadu_si512(block + w * LANES);
      for (int part = 0; part < PARTS; part++, sums += queries * LANES) {
        for (int q = 0; q < queries; q++) {
          __m512i chosen = _mm512_permutexvar_epi16(bits, _mm512_loadu_si512(sums + q * LANES));
          narrow[q] = _mm512_add_epi16(narrow[q], chosen);
        }
        bits = _mm512_srli_epi16(bits, 5);
      }
    }
    widen_sums(narrow, wide, queries);
  }
}

INLINE void offer_half(Best *best, __m512i scores, int64_t first, int64_t items) {
  __mmask16 better = 0xffff;
  if (best->found == best->k) {
    better = _mm512_cmpgt_epi32_mask(scores, _mm512_set1_epi32(best->scores[best->k - 1]));
  }
  if (first + 16 > items) better &= (__mmask16)((1u << (items > first ? items - first : 0)) - 1);
  if (!better) return;
  int32_t each[16];
  _mm512_storeu_si512(each, scores);
  offer_each(best, each, better, first);
}

/* best: (queries,), or NULL and all scores go to out (queries, blocks * LANES). */
INLINE void scan(const Table *table, const Lookup *lookup, const int queries, Best *best,
                 int32_t *out) {
  int64_t blocks = (table->items + LANES - 1) / LANES;
  for (int64_t b = 0; b < blocks; b++) {
    const uint16_t *block = block_of(table, b);
    const char *bias = bias_of(table, block);
    __m512i wide[TILE][2];
    sum_block(block, lookup, queries, wide);
    for (int q = 0; q < queries; q++) {
      for (int half = 0; half < 2; half++) {
        __m512i scores = _mm512_add_epi32(wide[q][half], _mm512_loadu_si512(bias + 64 * half));
        int64_t first = b * LANES + 16 * half;
        if (best) offer_half(best + q, scores, first, table->items);
        else _mm512_storeu_si512(out + q * blocks * LANES + first, scores);
      }
    }
  }
}

static void scan_tile(const Table *table, Lookup *lookup, const int32_t *readouts, Best *best,
                      int32_t *out) {
  fill_lookup(lookup, readouts);
  switch (lookup->queries) {
    case 1: scan(table, lookup, 1, best, out); break;
    case 2: scan(table, lookup, 2, best, out); break;
    case 3: scan(table, lookup, 3, best, out); break;
    default: scan(table, lookup, 4, best, out);
  }
}

API int64_t scratch_bytes(int64_t width) {
  return MOST_DIGITS * width * (PARTS * TILE * LANES * (int64_t)sizeof(int16_t) + 1);
}
