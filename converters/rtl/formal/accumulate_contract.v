// Proves that a lane adds weight x 2^exponent to its accumulator, cut to the bits that it has, or
// leaves it as it was, for every accumulator, weight and exponent.
module accumulate_contract #(
    parameter SUM = 18,
    parameter EXPONENT = 0
) (
    input wire                  enable,
    input wire signed [    7:0] weight,
    input wire        [    3:0] exponent,
    input wire signed [SUM-1:0] earlier
);
  wire signed [SUM-1:0] later;
  accumulate #(.SUM(SUM), .EXPONENT(EXPONENT)) unit (
      .enable(enable), .weight(weight), .exponent(exponent), .earlier(earlier), .later(later)
  );
  wire signed [63:0] wide_weight = weight;
  wire signed [63:0] wide_earlier = earlier;
  wire signed [63:0] added = EXPONENT != 0 ? wide_weight <<< exponent : wide_weight;
  wire signed [63:0] exact = enable ? wide_earlier + added : wide_earlier;
  always @* assert (later == exact[SUM-1:0]);
endmodule
