/* Scores of a block by lookups of bytes in registers of 16 entries: NEON, 32 and 64 bits. */
#include <arm_neon.h>

/* Four bits of a code choose one of 16 sums of readouts, which are made positive by taking their
 * least away, and cut into bytes: one lookup for each byte of 16 items. Bytes are added in 16 bits
 * and widened before those could overflow. */
#define TILE 4 /* queries that share the reading of a block */
#define PARTS 4
#define PART_BITS 4
#define ENTRIES (1 << PART_BITS)
#define GROUP 16         /* items of a vector of bytes */
#define MOST_BYTES 4     /* of a sum */
#define WORDS_BETWEEN 64 /* words whose sums of bytes, 255 at most, 16 bits surely hold */

typedef struct {
  uint8_t *sums; /* (width, PARTS, queries, bytes, ENTRIES) */
  int bytes, queries;
  int64_t width;
  int32_t least[TILE]; /* what was taken away from all sums of a query, together */
} Lookup;

INLINE uint8x16_t look_up(uint8x16_t table, uint8x16_t at) {
#if defined(__aarch64__)
  return vqtbl1q_u8(table, at);
#else
  uint8x8x2_t halves = {{vget_low_u8(table), vget_high_u8(table)}};
  return vcombine_u8(vtbl2_u8(halves, vget_low_u8(at)), vtbl2_u8(halves, vget_high_u8(at)));
#endif
}

/* Values of a part: four of a word's 15, the last of which is no bit of any code. */
static int32_t value_of(const int32_t *values, int part, int bit) {
  int at = part * PART_BITS + bit;
  return at < WORD_BITS ? values[at] : 0;
}

/* The sum of those values that are below 0, or above. */
static int64_t extreme(const int32_t *values, int part, int below) {
  int64_t sum = 0;
  for (int bit = 0; bit < PART_BITS; bit++) {
    int32_t value = value_of(values, part, bit);
    if (below ? value < 0 : value > 0) sum += value;
  }
  return sum;
}

/* How many bytes hold every sum of a part less the least of them. */
static int bytes_needed(const int32_t *readouts, int64_t words) {
  int64_t largest = 0;
  for (int64_t w = 0; w < words; w++)
    for (int part = 0; part < PARTS; part++) {
      const int32_t *values = readouts + w * WORD_BITS;
      int64_t range = extreme(values, part, 0) - extreme(values, part, 1);
      if (range > largest) largest = range;
    }
  int bytes = 1;
  while (bytes < MOST_BYTES && largest >> (8 * bytes)) bytes++;
  return bytes;
}

static void fill_part(uint8_t *sums, int bytes, const int32_t *values, int part, uint32_t least) {
  for (int m = 0; m < ENTRIES; m++) {
    uint32_t sum = 0 - least;
    for (int bit = 0; bit < PART_BITS; bit++)
      if (m >> bit & 1) sum += (uint32_t)value_of(values, part, bit);
    for (int byte = 0; byte < bytes; byte++)
      sums[byte * ENTRIES + m] = (uint8_t)(sum >> (8 * byte));
  }
}

static void fill_lookup(Lookup *lookup, const int32_t *readouts) {
  uint32_t taken[TILE] = {0};
  uint8_t *sums = lookup->sums;
  for (int64_t w = 0; w < lookup->width; w++)
    for (int part = 0; part < PARTS; part++)
      for (int q = 0; q < lookup->queries; q++, sums += lookup->bytes * ENTRIES) {
        const int32_t *values = readouts + (q * lookup->width + w) * WORD_BITS;
        uint32_t least = (uint32_t)extreme(values, part, 1);
        fill_part(sums, lookup->bytes, values, part, least);
        taken[q] += least;
      }
  for (int q = 0; q < lookup->queries; q++) lookup->least[q] = (int32_t)taken[q];
}

/* Adds the sums of one byte, which stand 8 `place` bits high, to the scores of 16 items. */
INLINE void widen(uint32x4_t *scores, uint16x8_t *narrow, int place) {
  int32x4_t left = vdupq_n_s32(8 * place);
  for (int half = 0; half < 2; half++) {
    uint32x4_t low = vmovl_u16(vget_low_u16(narrow[half]));
    uint32x4_t high = vmovl_u16(vget_high_u16(narrow[half]));
    scores[2 * half] = vaddq_u32(scores[2 * half], vshlq_u32(low, left));
    scores[2 * half + 1] = vaddq_u32(scores[2 * half + 1], vshlq_u32(high, left));
    narrow[half] = vdupq_n_u16(0);
  }
}

/* Which of 16 sums each part of a word's bits chooses. */
INLINE void entries_of(const uint16_t *words, uint8x16_t *at) {
  uint16x8_t a = vld1q_u16(words), b = vld1q_u16(words + 8);
  uint8x16_t low = vcombine_u8(vmovn_u16(a), vmovn_u16(b));
  uint8x16_t high = vcombine_u8(vshrn_n_u16(a, 8), vshrn_n_u16(b, 8));
  at[0] = vandq_u8(low, vdupq_n_u8(ENTRIES - 1));
  at[1] = vshrq_n_u8(low, PART_BITS);
  at[2] = vandq_u8(high, vdupq_n_u8(ENTRIES - 1));
  at[3] = vshrq_n_u8(high, PART_BITS);
}

/* Scores of 16 items of a block for each query; sums wrap on the way and are whole at the end. */
INLINE void sum_group(const uint16_t *words, const int32_t *bias, const Lookup *lookup,
                      const int queries, const int bytes, uint32x4_t (*scores)[4]) {
  const uint8_t *sums = lookup->sums;
  uint16x8_t narrow[TILE][MOST_BYTES][2];
  for (int q = 0; q < queries; q++) {
    uint32x4_t taken = vdupq_n_u32((uint32_t)lookup->least[q]);
    for (int v = 0; v < 4; v++)
      scores[q][v] = vaddq_u32(vreinterpretq_u32_s32(vld1q_s32(bias + 4 * v)), taken);
    for (int byte = 0; byte < bytes; byte++)
      narrow[q][byte][0] = narrow[q][byte][1] = vdupq_n_u16(0);
  }
  for (int64_t w = 0; w < lookup->width; w++) {
    uint8x16_t at[PARTS];
    entries_of(words + w * LANES, at);
    for (int part = 0; part < PARTS; part++)
      for (int q = 0; q < queries; q++)
        for (int byte = 0; byte < bytes; byte++, sums += ENTRIES) {
          uint8x16_t found = look_up(vld1q_u8(sums), at[part]);
          uint16x8_t *sum = narrow[q][byte];
          sum[0] = vaddw_u8(sum[0], vget_low_u8(found));
          sum[1] = vaddw_u8(sum[1], vget_high_u8(found));
        }
    if ((w + 1) % WORDS_BETWEEN && w + 1 < lookup->width) continue;
    for (int q = 0; q < queries; q++)
      for (int byte = 0; byte < bytes; byte++) widen(scores[q], narrow[q][byte], byte);
  }
}

INLINE void store_group(const uint32x4_t *scores, int32_t *out) {
  for (int v = 0; v < 4; v++) vst1q_s32(out + 4 * v, vreinterpretq_s32_u32(scores[v]));
}

static void offer_group(Best *best, const uint32x4_t *scores, int64_t first, int64_t items) {
  int32_t each[GROUP];
  uint32_t better = 0;
  store_group(scores, each);
  int there = items - first < GROUP ? (int)(items - first) : GROUP;
  int32_t worst = best->found == best->k ? best->scores[best->k - 1] : INT32_MIN;
  for (int lane = 0; lane < there; lane++)
    better |= (uint32_t)(each[lane] > worst || best->found < best->k) << lane;
  if (better) offer_each(best, each, better, first);
}

/* best: (queries,), or NULL and all scores go to out (queries, blocks * LANES). */
INLINE void scan(const Table *table, const Lookup *lookup, const int queries, const int bytes,
                 Best *best, int32_t *out) {
  int64_t blocks = (table->items + LANES - 1) / LANES;
  for (int64_t b = 0; b < blocks; b++) {
    const uint16_t *block = block_of(table, b);
    const int32_t *bias = bias_of(table, block);
    for (int g = 0; g < LANES; g += GROUP) {
      uint32x4_t scores[TILE][4];
      int64_t first = b * LANES + g;
      sum_group(block + g, bias + g, lookup, queries, bytes, scores);
      for (int q = 0; q < queries; q++) {
        if (best) offer_group(best + q, scores[q], first, table->items);
        else store_group(scores[q], out + q * blocks * LANES + first);
      }
    }
  }
}

INLINE void scan_queries(const Table *table, const Lookup *lookup, const int queries, Best *best,
                         int32_t *out) {
  switch (lookup->bytes) {
    case 1: scan(table, lookup, queries, 1, best, out); break;
    case 2: scan(table, lookup, queries, 2, best, out); break;
    case 3: scan(table, lookup, queries, 3, best, out); break;
    default: scan(table, lookup, queries, 4, best, out);
  }
}

static void scan_tile(const Table *table, Lookup *lookup, const int32_t *readouts, Best *best,
                      int32_t *out) {
  lookup->bytes = bytes_needed(readouts, lookup->queries * lookup->width);
  fill_lookup(lookup, readouts);
  switch (lookup->queries) {
    case 1: scan_queries(table, lookup, 1, best, out); break;
    case 2: scan_queries(table, lookup, 2, best, out); break;
    case 3: scan_queries(table, lookup, 3, best, out); break;
    default: scan_queries(table, lookup, 4, best, out);
  }
}

API int64_t scratch_bytes(int64_t width) { return width * PARTS * TILE * MOST_BYTES * ENTRIES; }
