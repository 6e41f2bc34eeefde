/* Scores of a block by lookups in memory: any processor. */
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
