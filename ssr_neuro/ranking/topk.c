/* Exact scores of binary item codes against integer readouts, and the best k of them.
 *
 * A table is blocks of 32 items. A block is `width` rows of 32 uint16, then 32 biases int32. Row w
 * holds bits 15 w to 15 w + 14 of each item's code, the first bit lowest; the top bit is 0.
 * A score is the bias and the sum of the readouts where the code has a 1. The caller has checked
 * that the sizes of all readouts of a query and the largest bias together stay below 2**31.
 */
#include "topk_table.h"

#if defined(__AVX512BW__)
#include "topk_avx512.h"
#elif defined(__AVX2__)
#include "topk_avx2.h"
#elif defined(__ARM_NEON)
#include "topk_neon.h"
#else
#include "topk_portable.h"
#endif

/* scratch: of `scratch_bytes`. readouts: (queries, width * WORD_BITS), zeros behind the code. */
static void scan_all(const Table *table, const int32_t *readouts, int64_t queries, Best *best,
                     int32_t *out, void *scratch) {
  int64_t row = (table->items + LANES - 1) / LANES * LANES;
  Lookup lookup = {.width = table->width, .sums = scratch};
#if defined(MOST_DIGITS)
  lookup.widen = (uint8_t *)scratch + (size_t)(MOST_DIGITS * PARTS * TILE) *
                                          (size_t)table->width * LANES * sizeof(int16_t);
#endif
  for (int64_t q = 0; q < queries; q += TILE) {
    const int32_t *own = readouts + q * table->width * WORD_BITS;
    lookup.queries = queries - q < TILE ? (int)(queries - q) : TILE;
#if defined(MOST_DIGITS)
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
