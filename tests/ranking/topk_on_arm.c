/* Runs the kernel on tables from standard input; the best and all scores go to standard output.
 *
 * Each table: int64 items, width, queries, k, then its blocks, then readouts int32. */
#include <stdio.h>
#include <stdlib.h>

#include "topk.c"

static void *read_all(size_t bytes) {
  void *to = malloc(bytes);
  if (!to || fread(to, 1, bytes, stdin) != bytes) exit(1);
  return to;
}

int main(void) {
  int64_t size[4];
  while (fread(size, sizeof size, 1, stdin) == 1) {
    int64_t items = size[0], width = size[1], queries = size[2], k = size[3];
    size_t blocks = (size_t)(items + LANES - 1) / LANES;
    uint8_t *table = read_all(blocks * (size_t)(width + 2) * ROW_BYTES);
    int32_t *readouts = read_all((size_t)(queries * width * WORD_BITS) * sizeof *readouts);
    int32_t *scores = malloc((size_t)(queries * k) * sizeof *scores);
    int64_t *rows = malloc((size_t)(queries * k) * sizeof *rows);
    int32_t *all = malloc((size_t)queries * blocks * LANES * sizeof *all);
    void *space = malloc((size_t)(best_bytes() * queries));
    void *scratch = malloc((size_t)scratch_bytes(width));
    if (!scores || !rows || !all || !space || !scratch) return 1;
    top_k(table, items, width, readouts, queries, k, scores, rows, space, scratch);
    score_all(table, items, width, readouts, queries, all, scratch);
    fwrite(scores, sizeof *scores, (size_t)(queries * k), stdout);
    fwrite(rows, sizeof *rows, (size_t)(queries * k), stdout);
    fwrite(all, sizeof *all, (size_t)queries * blocks * LANES, stdout);
    free(table), free(readouts), free(scores), free(rows), free(all), free(space), free(scratch);
  }
  return 0;
}
