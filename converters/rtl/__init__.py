"""The core in Verilog, and the tables with which it runs a Program."""
