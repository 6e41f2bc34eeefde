/* Driver of the core behind its registers of 32 bits (fpga/registers.v), over any line of bytes.
 * No memory is taken from the heap. Every function returns SSR_OK or what went wrong. */
#ifndef SSR_CORE_H
#define SSR_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ssr_result {
  SSR_OK = 0,
  SSR_LINE = 1,     /* the line failed */
  SSR_NO_CORE = 2,  /* something else answers */
  SSR_REFUSED = 3,  /* a memory was written, or a sample started, while the core was busy */
  SSR_TIMEOUT = 4,  /* the core stayed busy */
};

enum ssr_register {
  SSR_ID = 0,
  SSR_LANES = 1, /* bits 7:0; 15:8 the version of these registers */
  SSR_CONTROL = 2,
  SSR_STATUS = 3,
  SSR_MEMORY = 4,
  SSR_ADDRESS = 5,
  SSR_PUSH = 6,
  SSR_LOAD = 7,
  SSR_READOUT_ADDRESS = 8,
  SSR_READOUT = 9,
  SSR_TOP_PLACE = 10,
  SSR_TOP_ITEM = 11,
  SSR_TOP_SCORE = 12,
  SSR_COUNTERS = 16, /* events, operations, of zero weight, updates, margins, cycles */
};

enum ssr_memory {
  SSR_SPIKES = 0,
  SSR_WEIGHTS = 1,
  SSR_BIASES = 2,
  SSR_NEURONS = 3,
  SSR_COMMANDS = 4,
  SSR_LISTS = 5,
  SSR_CODES = 6,
  SSR_ITEM_BIASES = 7,
};

#define SSR_COUNTED 6

/* A line of bytes. Both functions take all n bytes, and return 0, or anything else on failure. */
struct ssr_line {
  int (*write)(void *line, const uint8_t *bytes, size_t n);
  int (*read)(void *line, uint8_t *bytes, size_t n);
  void *line;
};

struct ssr_core {
  struct ssr_line line;
  unsigned lanes;
};

/* Looks who answers, and resets the core. */
int ssr_open(struct ssr_core *core, struct ssr_line line);

int ssr_write(struct ssr_core *core, enum ssr_register where, uint32_t value);
int ssr_read(struct ssr_core *core, enum ssr_register where, uint32_t *value);

/* `count` words of `width` numbers of 32 bits each, lowest first, from `address` on. */
int ssr_load(struct ssr_core *core, enum ssr_memory memory, uint32_t address,
             const uint32_t *words, size_t width, size_t count);

/* Runs the sample whose spikes were loaded; asks at most `polls` times whether it is done. */
int ssr_run(struct ssr_core *core, unsigned polls);

/* `count` words of readouts, each of `lanes` numbers, from `address` on. */
int ssr_readouts(struct ssr_core *core, uint32_t address, int32_t *values, size_t count);

/* Item and score at a place, from 0 on. */
int ssr_top(struct ssr_core *core, unsigned place, uint32_t *item, int32_t *score);

int ssr_counters(struct ssr_core *core, uint32_t counted[SSR_COUNTED]);

#ifdef __cplusplus
}
#endif
#endif
