// The driver in C on the pins of `serial_core` under Verilator: bytes go bit by bit over its line.
// Usage: simulate FOLDER [samples]
#include <cstdlib>

#include "../driver/run_folder.h"
#include "Vserial_core.h"
#include "verilated.h"

static const unsigned CLOCKS = 4;       // of a bit, as the model was built
static const uint64_t PATIENCE = 2000;  // cycles without a start bit

static void tick(Vserial_core& core, unsigned cycles) {
  while (cycles-- > 0) {
    core.clk = 0;
    core.eval();
    core.clk = 1;
    core.eval();
  }
}

static int write_bits(void* line, const uint8_t* bytes, size_t n) {
  Vserial_core& core = *static_cast<Vserial_core*>(line);
  for (; n > 0; n--, bytes++)
    for (unsigned frame = (*bytes | 0x100u) << 1, bit = 0; bit < 10; bit++, frame >>= 1) {
      core.receive = frame & 1;
      tick(core, CLOCKS);
    }
  return 0;
}

static int read_bits(void* line, uint8_t* bytes, size_t n) {
  Vserial_core& core = *static_cast<Vserial_core*>(line);
  for (; n > 0; n--, bytes++) {
    uint64_t waited = 0;
    for (; core.transmit; tick(core, 1))
      if (waited++ > PATIENCE) return 1;
    tick(core, CLOCKS / 2);
    *bytes = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
      tick(core, CLOCKS);
      *bytes |= core.transmit << bit;
    }
    tick(core, CLOCKS);
    if (!core.transmit) return 1;  // no stop bit
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  Vserial_core core;
  core.receive = 1;
  tick(core, 20 * CLOCKS);
  ssr_line line = {write_bits, read_bits, &core};
  return run_folder(line, argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0);
}
