/* Scores of a block by 32-bit lookups in registers of 8 entries: AVX2. */
#include <immintrin.h>

/* Three bits of a code choose one of 8 sums of readouts: one `vpermd` for 8 items. */
#define TILE 4 /* queries that share the reading of a block */
#define PARTS 5
#define PART_BITS 3
#define ENTRIES (1 << PART_BITS)
#define GROUP 8 /* items of a vector */

typedef struct {
  int32_t *sums; /* (width, PARTS, queries, ENTRIES) */
  int queries;
  int64_t width;
} Lookup;

/* sums[m]: of the values whose bits are set in m. */
static void fill_sums(int32_t *sums, const int32_t *values) {
  sums[0] = 0;
  for (int m = 1; m < ENTRIES; m++) {
    int bit = __builtin_ctz(m);
    sums[m] = (int32_t)((uint32_t)sums[m & (m - 1)] + (uint32_t)values[bit]);
  }
}

static void fill_lookup(Lookup *lookup, const int32_t *readouts) {
  int32_t *sums = lookup->sums;
  for (int64_t w = 0; w < lookup->width; w++)
    for (int part = 0; part < PARTS; part++)
      for (int q = 0; q < lookup->queries; q++, sums += ENTRIES)
        fill_sums(sums, readouts + (q * lookup->width + w) * WORD_BITS + part * PART_BITS);
}

/* Scores of 8 items of a block for each query; sums wrap on the way and are whole at the end. */
INLINE void sum_group(const uint16_t *words, const int32_t *bias, const Lookup *lookup,
                      const int queries, __m256i *scores) {
  const int32_t *sums = lookup->sums;
  for (int q = 0; q < queries; q++) scores[q] = _mm256_loadu_si256((const void *)bias);
  for (int64_t w = 0; w < lookup->width; w++) {
    __m256i bits = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)(words + w * LANES)));
    for (int part = 0; part < PARTS; part++, sums += queries * ENTRIES) {
      for (int q = 0; q < queries; q++) {
        __m256i table = _mm256_loadu_si256((const void *)(sums + q * ENTRIES));
        scores[q] = _mm256_add_epi32(scores[q], _mm256_permutevar8x32_epi32(table, bits));
      }
      bits = _mm256_srli_epi32(bits, PART_BITS);
    }
  }
}

static void offer_group(Best *best, __m256i scores, int64_t first, int64_t items) {
  uint32_t better = 0xff;
  int32_t each[GROUP];
  if (best->found == best->k) {
    __m256i worst = _mm256_set1_epi32(best->scores[best->k - 1]);
    better = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(scores, worst)));
  }
  if (first + GROUP > items) better &= (1u << (items > first ? items - first : 0)) - 1;
  if (!better) return;
  _mm256_storeu_si256((void *)each, scores);
  offer_each(best, each, better, first);
}

/* best: (queries,), or NULL and all scores go to out (queries, blocks * LANES). */
INLINE void scan(const Table *table, const Lookup *lookup, const int queries, Best *best,
                 int32_t *out) {
  int64_t blocks = (table->items + LANES - 1) / LANES;
  for (int64_t b = 0; b < blocks; b++) {
    const uint16_t *block = block_of(table, b);
    const int32_t *bias = bias_of(table, block);
    for (int g = 0; g < LANES; g += GROUP) {
      __m256i scores[TILE];
      int64_t first = b * LANES + g;
      sum_group(block + g, bias + g, lookup, queries, scores);
      for (int q = 0; q < queries; q++) {
        if (best) offer_group(best + q, scores[q], first, table->items);
        else _mm256_storeu_si256((void *)(out + q * blocks * LANES + first), scores[q]);
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
  return width * PARTS * TILE * ENTRIES * (int64_t)sizeof(int32_t);
}
