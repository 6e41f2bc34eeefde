/* The packed table of items, and the best k of a query so far. */
#ifndef SSR_TOPK_TABLE_H
#define SSR_TOPK_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES 32
#define WORD_BITS 15
#define ROW_BYTES (LANES * sizeof(uint16_t))
#define API __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

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

/* each: scores of rows from `first` on; better: a bit for each that may be among the best. */
INLINE void offer_each(Best *best, const int32_t *each, uint32_t better, int64_t first) {
  for (; better; better &= better - 1) {
    int lane = __builtin_ctz(better);
    offer(best, each[lane], first + lane);
  }
}

#endif
