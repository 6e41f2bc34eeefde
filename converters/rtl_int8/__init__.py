"""A core in Verilog that multiplies 8-bit integers, for networks without spikes."""
