/* Exact scores of binary item codes against integer readouts, and the best k of them.
 *
 * A table is blocks of 32 items. A block is `width` rows of 32 uint16, then 32 biases int32. Row w
 * holds bits 15 w to 15 w + 14 of each item's code, the first bit lowest; the top bit is 0.
 * A score is the bias and the sum of the readouts where the code has a 1. The caller has checked
 * that the sizes of all readouts of a query and the largest bias together stay below 2**31.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES 32
#define WORD_BITS 15
#define ROW_BYTES (LANES * sizeof(uint16_t))
#define API __attribute__((visibility("default")))

typedef struct {
  const uint8_t *blocks;
  int64_t items, width;
} Table;

/* The best so far, best first; `found` of them are there. */
typedef struct {
  int32_t *scores;
  int64_t *rows;
  int64_t k, found;
} Best;

static const uint16_t *block_of(const Table *table, int64_t block) {
  return (const uint16_t *)(table->blocks + (size_t)block * (size_t)(table->width + 2) * ROW_BYTES);
}

static const void *bias_of(const Table *table, const uint16_t *block) {
  return block + table->width * LANES;
}

#define SHORT 32 /* entries that are moved one by one */

/* Rows come in rising order, so of equal scores the one that is there stays before. */
static void insert(Best *best, int32_t score, int64_t row) {
  int64_t low = 0, high = best->found;
  if (best->k <= SHORT) {
    int64_t at = best->found < best->k ? best->found++ : best->k - 1;
    for (; at > 0 && best->scores[at - 1] < score; at--) {
      best->scores[at] = best->scores[at - 1];
      best->rows[at] = best->rows[at - 1];
    }
    best->scores[at] = score;
    best->rows[at] = row;
    return;
  }
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (best->scores[middle] >= score) low = middle + 1;
    else high = middle;
  }
  if (best->found < best->k) best->found++;
  size_t behind = (size_t)(best->found - 1 - low);
  memmove(best->scores + low + 1, best->scores + low, behind * sizeof *best->scores);
  memmove(best->rows + low + 1, best->rows + low, behind * sizeof *best->rows);
  best->scores[low] = score;
  best->rows[low] = row;
}

static void offer(Best *best, int32_t score, int64_t row) {
  if (best->found < best->k || score > best->scores[best->k - 1]) insert(best, score, row);
}

#if defined(__AVX512BW__)
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

#define INLINE static inline __attribute__((always_inline))

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
  for (; better; better &= (__mmask16)(better - 1)) {
    int lane = __builtin_ctz(better);
    offer(best, each[lane], first + lane);
  }
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

#else

/* Eight and seven bits of a code choose one of 256 and 128 sums of readouts. */
#define TILE 1
#define LOW_BITS 8
#define LOW (1 << LOW_BITS)
#define HIGH (1 << (WORD_BITS - LOW_BITS))

typedef struct {
  int32_t *sums; /* (width, LOW + HIGH) */
  int queries;
  int64_t width;
} Lookup;

static void fill_sums(int32_t *sums, int count, const int32_t *values) {
  sums[0] = 0;
  for (int m = 1; m < count; m++) {
    int bit = 0;
    while (!(m >> bit & 1)) bit++;
    sums[m] = sums[m & (m - 1)] + values[bit];
  }
}

static void scan_tile(const Table *table, Lookup *lookup, const int32_t *readouts, Best *best,
                      int32_t *out) {
  int64_t blocks = (table->items + LANES - 1) / LANES, width = table->width;
  for (int64_t w = 0; w < width; w++) {
    int32_t *sums = lookup->sums + w * (LOW + HIGH);
    fill_sums(sums, LOW, readouts + w * WORD_BITS);
    fill_sums(sums + LOW, HIGH, readouts + w * WORD_BITS + LOW_BITS);
  }
  for (int64_t b = 0; b < blocks; b++) {
    const uint16_t *block = block_of(table, b);
    int32_t scores[LANES];
    memcpy(scores, bias_of(table, block), sizeof scores);
    for (int64_t w = 0; w < width; w++) {
      const int32_t *low = lookup->sums + w * (LOW + HIGH), *high = low + LOW;
      const uint16_t *bits = block + w * LANES;
      for (int lane = 0; lane < LANES; lane++)
        scores[lane] += low[bits[lane] & (LOW - 1)] + high[bits[lane] >> LOW_BITS];
    }
    if (!best) {
      memcpy(out + b * LANES, scores, sizeof scores);
      continue;
    }
    for (int lane = 0; lane < LANES && b * LANES + lane < table->items; lane++)
      offer(best, scores[lane], b * LANES + lane);
  }
}

API int64_t scratch_bytes(int64_t width) {
  return width * (LOW + HIGH) * (int64_t)sizeof(int32_t);
}

#endif

/* scratch: of `scratch_bytes`. readouts: (queries, width * WORD_BITS), zeros behind the code. */
static void scan_all(const Table *table, const int32_t *readouts, int64_t queries, Best *best,
                     int32_t *out, void *scratch) {
  int64_t row = (table->items + LANES - 1) / LANES * LANES;
  Lookup lookup = {.width = table->width, .sums = scratch};
#if TILE > 1
  lookup.widen = (uint8_t *)scratch + (size_t)(MOST_DIGITS * PARTS * TILE) *
                                          (size_t)table->width * LANES * sizeof(int16_t);
#endif
  for (int64_t q = 0; q < queries; q += TILE) {
    const int32_t *own = readouts + q * table->width * WORD_BITS;
    lookup.queries = queries - q < TILE ? (int)(queries - q) : TILE;
#if TILE > 1
    lookup.digits = digits_needed(own, lookup.queries, table->width);
#endif
    scan_tile(table, &lookup, own, best ? best + q : NULL, best ? NULL : out + q * row);
  }
}

/* scores int32 and rows int64 (queries, k), best first, k at most `items`. space: of queries Best. */
API void top_k(const uint8_t *blocks, int64_t items, int64_t width, const int32_t *readouts,
               int64_t queries, int64_t k, int32_t *scores, int64_t *rows, void *space,
               void *scratch) {
  Table table = {blocks, items, width};
  Best *best = space;
  for (int64_t q = 0; q < queries; q++) {
    best[q] = (Best){scores + q * k, rows + q * k, k, 0};
  }
  scan_all(&table, readouts, queries, best, NULL, scratch);
}

API int64_t best_bytes(void) { return (int64_t)sizeof(Best); }

/* out: int32 (queries, blocks * LANES). */
API void score_all(const uint8_t *blocks, int64_t items, int64_t width, const int32_t *readouts,
                   int64_t queries, int32_t *out, void *scratch) {
  Table table = {blocks, items, width};
  scan_all(&table, readouts, queries, NULL, out, scratch);
}

#if defined(__AVX512BW__)
static void spread_word(uint16_t word, uint8_t *code) {
  _mm_storeu_si128((void *)code, _mm_maskz_set1_epi8(word, 1));
}
#else
/* Bits of a byte as bytes of 0 and 1, the lowest first. */
static uint64_t spread_byte(uint64_t byte) {
  uint64_t alone = byte * 0x0101010101010101u & 0x8040201008040201u;
  return (alone + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

static void spread_word(uint16_t word, uint8_t *code) {
  uint64_t low = spread_byte(word & 255), high = spread_byte(word >> 8);
  memcpy(code, &low, 8);
  memcpy(code + 8, &high, 8);
}
#endif

/* Bits of one item's code as bytes; 15 of a word and one more, which the next word writes again. */
static void unpack_code(const Table *table, int64_t row, uint8_t *code) {
  const uint16_t *words = block_of(table, row / LANES) + row % LANES;
  for (int64_t w = 0; w < table->width; w++) spread_word(words[w * LANES], code + w * WORD_BITS);
}

/* Input spikes out (samples, steps, positions + positions / steps, features) of the items of
 * windows (samples, positions), from 1, where 0 and less is the pad: all rows in every step, then
 * those of the step's own part. code: room for width * 15 + 1 bytes. */
API void stimulus(const uint8_t *blocks, int64_t items, int64_t width, const int64_t *windows,
                  int64_t samples, int64_t positions, int64_t steps, int64_t features, uint8_t *out,
                  uint8_t *code) {
  Table table = {blocks, items, width};
  int64_t part = positions / steps, step_size = (positions + part) * features;
  for (int64_t s = 0; s < samples; s++, out += steps * step_size) {
    for (int64_t n = 0; n < positions; n++) {
      int64_t item = windows[s * positions + n], own = n / part;
      if (item > 0) unpack_code(&table, item - 1, code);
      else memset(code, 0, (size_t)(steps * features));
      for (int64_t t = 0; t < steps; t++)
        memcpy(out + t * step_size + n * features, code + t * features, (size_t)features);
      if (own < steps)
        memcpy(out + own * step_size + (positions + n % part) * features, code + own * features,
               (size_t)features);
    }
  }
}
