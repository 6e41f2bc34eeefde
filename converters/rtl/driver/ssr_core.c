#include "ssr_core.h"

#define SSR_NAME 0x53535231u /* "SSR1" */
#define START 1u
#define RESET 2u
#define FORGIVE 4u
#define BUSY 1u
#define REFUSED 2u

int ssr_write(struct ssr_core *core, enum ssr_register where, uint32_t value) {
  uint8_t message[5] = {(uint8_t)(0x80 | where), (uint8_t)value, (uint8_t)(value >> 8),
                        (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  return core->line.write(core->line.line, message, sizeof message) ? SSR_LINE : SSR_OK;
}

int ssr_read(struct ssr_core *core, enum ssr_register where, uint32_t *value) {
  uint8_t asked = (uint8_t)where, answer[4];
  if (core->line.write(core->line.line, &asked, 1)) return SSR_LINE;
  if (core->line.read(core->line.line, answer, sizeof answer)) return SSR_LINE;
  *value = answer[0] | (uint32_t)answer[1] << 8 | (uint32_t)answer[2] << 16 |
           (uint32_t)answer[3] << 24;
  return SSR_OK;
}

int ssr_open(struct ssr_core *core, struct ssr_line line) {
  uint32_t name = 0, lanes = 0;
  int result;
  core->line = line;
  if ((result = ssr_read(core, SSR_ID, &name))) return result;
  if ((result = ssr_read(core, SSR_LANES, &lanes))) return result;
  core->lanes = lanes & 255;
  if (name != SSR_NAME || lanes >> 8 != 1) return SSR_NO_CORE;
  return ssr_write(core, SSR_CONTROL, RESET | FORGIVE);
}

/* Whether everything since the last look was taken. */
static int check_taken(struct ssr_core *core) {
  uint32_t status;
  int result = ssr_read(core, SSR_STATUS, &status);
  if (result || !(status & REFUSED)) return result;
  result = ssr_write(core, SSR_CONTROL, FORGIVE);
  return result ? result : SSR_REFUSED;
}

int ssr_load(struct ssr_core *core, enum ssr_memory memory, uint32_t address,
             const uint32_t *words, size_t width, size_t count) {
  int result;
  if ((result = ssr_write(core, SSR_MEMORY, memory))) return result;
  if ((result = ssr_write(core, SSR_ADDRESS, address))) return result;
  for (; count > 0; count--, words += width) {
    for (size_t i = width - 1; i > 0; i--)
      if ((result = ssr_write(core, SSR_PUSH, words[i]))) return result;
    if ((result = ssr_write(core, SSR_LOAD, words[0]))) return result;
  }
  return check_taken(core);
}

int ssr_run(struct ssr_core *core, unsigned polls) {
  uint32_t status;
  int result;
  if ((result = ssr_write(core, SSR_CONTROL, START))) return result;
  for (; polls > 0; polls--) {
    if ((result = ssr_read(core, SSR_STATUS, &status))) return result;
    if (!(status & BUSY)) return check_taken(core);
  }
  return SSR_TIMEOUT;
}

int ssr_readouts(struct ssr_core *core, uint32_t address, int32_t *values, size_t count) {
  uint32_t value;
  int result = ssr_write(core, SSR_READOUT_ADDRESS, address);
  for (size_t i = 0; !result && i < count * core->lanes; i++) {
    result = ssr_read(core, SSR_READOUT, &value);
    values[i] = (int32_t)value;
  }
  return result;
}

int ssr_top(struct ssr_core *core, unsigned place, uint32_t *item, int32_t *score) {
  uint32_t value = 0;
  int result;
  if ((result = ssr_write(core, SSR_TOP_PLACE, place))) return result;
  if ((result = ssr_read(core, SSR_TOP_ITEM, item))) return result;
  result = ssr_read(core, SSR_TOP_SCORE, &value);
  *score = (int32_t)value;
  return result;
}

int ssr_counters(struct ssr_core *core, uint32_t counted[SSR_COUNTED]) {
  int result = SSR_OK;
  for (int i = 0; !result && i < SSR_COUNTED; i++)
    result = ssr_read(core, (enum ssr_register)(SSR_COUNTERS + i), &counted[i]);
  return result;
}
