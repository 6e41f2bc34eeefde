#include "run_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLLS 100000
#define PATH 4096
#define LINE 65536

struct facts {
  unsigned lanes, steps, samples, spike_words, readout_words, input_words, places;
};

static FILE *open_file(const char *folder, const char *name) {
  char path[PATH];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (!file) fprintf(stderr, "%s is not there\n", path);
  return file;
}

/* What bench.txt says. Inputs stand first in a step. */
static int read_facts(const char *folder, struct facts *facts) {
  char line[LINE], key[32], kind[32];
  unsigned value, base, outer, inner, words;
  FILE *file = open_file(folder, "bench.txt");
  if (!file) return 5;
  memset(facts, 0, sizeof *facts);
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "node %31s %u %u %u %u", kind, &base, &outer, &inner, &words) == 5) {
      if (!strcmp(kind, "input")) facts->input_words += outer * words;
    } else if (sscanf(line, "%31s %u", key, &value) == 2) {
      if (!strcmp(key, "lanes")) facts->lanes = value;
      if (!strcmp(key, "steps")) facts->steps = value;
      if (!strcmp(key, "samples")) facts->samples = value;
      if (!strcmp(key, "spike_words")) facts->spike_words = value;
      if (!strcmp(key, "readout_words")) facts->readout_words = value;
      if (!strcmp(key, "places")) facts->places = value;
    }
  }
  fclose(file);
  return 0;
}

/* The next word of a file of hex numbers: `width` numbers of 32 bits, lowest first. */
static int next_word(FILE *file, uint32_t *word, size_t width) {
  char line[LINE], part[9];
  if (!fgets(line, sizeof line, file)) return 5;
  size_t end = strcspn(line, "\r\n");
  for (size_t i = 0; i < width; i++) {
    size_t begin = end < 8 ? 0 : end - 8;
    memcpy(part, line + begin, end - begin);
    part[end - begin] = 0;
    word[i] = (uint32_t)strtoul(part, NULL, 16);
    end = begin;
  }
  return 0;
}

static int differs(const char *what, unsigned sample, unsigned at, uint32_t ours, uint32_t golden) {
  if (ours == golden) return 0;
  printf("FAIL: sample %u, %s %u: the core has %d, golden is %d\n", sample, what, at, (int)ours,
         (int)golden);
  return 4;
}

static int fail(int result) {
  static const char *const why[] = {"", "the line failed", "no core answers",
                                    "the core was busy", "the core is not done"};
  printf("FAIL: %s\n", why[result]);
  return 5;
}

static int show_inputs(struct ssr_core *core, const struct facts *facts, FILE *spikes) {
  uint32_t word;
  int result = 0;
  for (unsigned t = 0; t < facts->steps; t++)
    for (unsigned i = 0; i < facts->spike_words && !result; i++) {
      if (next_word(spikes, &word, 1)) return SSR_LINE;
      if (i < facts->input_words)
        result = ssr_load(core, SSR_SPIKES, t * facts->spike_words + i, &word, 1, 1);
    }
  return result;
}

static int compare(struct ssr_core *core, const struct facts *facts, unsigned sample,
                   FILE *readouts, FILE *best, FILE *counters) {
  uint32_t golden[32], counted[SSR_COUNTED], item;
  int32_t ours[32], score;
  int result;
  for (unsigned i = 0; i < facts->steps * facts->readout_words; i++) {
    if ((result = ssr_readouts(core, i, ours, 1))) return fail(result);
    if (next_word(readouts, golden, core->lanes)) return 5;
    for (unsigned lane = 0; lane < core->lanes; lane++)
      if (differs("readout", sample, i * core->lanes + lane, (uint32_t)ours[lane], golden[lane]))
        return 4;
  }
  for (unsigned place = 0; place < facts->places; place++) {
    if ((result = ssr_top(core, place, &item, &score))) return fail(result);
    if (next_word(best, golden, 2)) return 5;
    if (differs("item at place", sample, place + 1, item, golden[0])) return 4;
    if (differs("score at place", sample, place + 1, (uint32_t)score, golden[1])) return 4;
  }
  if ((result = ssr_counters(core, counted))) return fail(result);
  for (unsigned i = 0; i < SSR_COUNTED; i++) {
    if (next_word(counters, golden, 1)) return 5;
    if (differs("counter", sample, i, counted[i], golden[0])) return 4;
  }
  return 0;
}

int run_folder(struct ssr_line line, const char *folder, unsigned samples) {
  struct ssr_core core;
  struct facts facts;
  int code = read_facts(folder, &facts), result;
  if (code) return code;
  if ((result = ssr_open(&core, line))) return fail(result);
  if (core.lanes != facts.lanes) {
    printf("FAIL: the core has %u lanes, the folder is for %u\n", core.lanes, facts.lanes);
    return 4;
  }
  FILE *files[4];
  const char *names[4] = {"golden/spikes.hex", "golden/readouts.hex", "golden/best.hex",
                          "golden/counters.hex"};
  for (int i = 0; i < 4; i++)
    if (!(files[i] = open_file(folder, names[i]))) return 5;
  if (samples == 0 || samples > facts.samples) samples = facts.samples;
  for (unsigned sample = 0; sample < samples && !code; sample++) {
    if ((result = show_inputs(&core, &facts, files[0]))) return fail(result);
    if ((result = ssr_run(&core, POLLS))) return fail(result);
    code = compare(&core, &facts, sample, files[1], files[2], files[3]);
  }
  for (int i = 0; i < 4; i++) fclose(files[i]);
  if (!code) printf("samples %u\nPASS\n", samples);
  return code;
}
