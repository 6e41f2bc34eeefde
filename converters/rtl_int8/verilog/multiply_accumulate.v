// One lane: a multiplier of 8 by 8 bits and an accumulator for each row of activations.
module multiply_accumulate #(
    parameter SUM = 24,  // bits of an accumulator: as many as no input can exceed
    parameter ROWS = 4,
    parameter ROW = 2
) (
    input  wire                  clk,
    input  wire                  enable,
    input  wire                  first,
    input  wire        [ROW-1:0] row,
    input  wire signed [    7:0] x,
    input  wire signed [    7:0] weight,
    output wire        [SUM-1:0] sum
);
  reg signed [SUM-1:0] sums[0:ROWS-1];
  wire signed [15:0] product = x * weight;
  wire signed [SUM-1:0] extended = {{(SUM - 16) {product[15]}}, product};
  assign sum = sums[row];
  always @(posedge clk) if (enable) sums[row] <= (first ? {SUM{1'b0}} : sum) + extended;
endmodule
