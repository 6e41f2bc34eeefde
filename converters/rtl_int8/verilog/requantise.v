// A sum as an activation of 8 bits, in two cycles:
//   clip((rectified((sum * multiplier >> shift) + bias) + skip * gain + 2048) >> 12)
// All shifts are to minus infinity. The compiler proves that 32 bits hold what is added.
module requantise #(
    parameter SUM = 24
) (
    input  wire                  clk,
    input  wire signed [SUM-1:0] sum,
    input  wire signed [   15:0] multiplier,
    input  wire signed [   23:0] bias,        // in 4096ths of an output
    input  wire signed [    7:0] skip,
    input  wire signed [   15:0] gain,        // in 4096ths
    input  wire        [    5:0] shift,
    input  wire                  rectifies,
    output wire        [   31:0] total,       // before it is rectified, in 4096ths
    output wire        [    7:0] out
);
  reg signed [SUM+15:0] product;
  reg signed [23:0] bias_then, skipped;
  always @(posedge clk) begin
    product <= sum * multiplier;
    skipped <= skip * gain;
    bias_then <= bias;
  end
  wire signed [SUM+15:0] shifted = product >>> shift;
  wire signed [31:0] biased = shifted[31:0] + {{8{bias_then[23]}}, bias_then};
  wire signed [31:0] rectified = rectifies & biased[31] ? 32'sd0 : biased;
  assign total = biased;
  wire signed [31:0] full = rectified + {{8{skipped[23]}}, skipped} + 32'sd2048;
  wire signed [19:0] whole = full[31:12];
  assign out = whole > 20'sd127 ? 8'd127 : whole < -20'sd128 ? 8'h80 : whole[7:0];
  generate
    if (SUM > 16) begin : high
      wire unused = &{1'b0, shifted[SUM+15:32]};
    end
  endgenerate
  wire unused_fraction = &{1'b0, full[11:0]};
endmodule
