// keep / 4096 of a state, truncated towards zero. Without the multiplier keep is 2048, one half.
module decay #(
    parameter WIDTH = 24,
    parameter MULTIPLY = 1
) (
    input  wire signed [WIDTH-1:0] state,
    input  wire        [     12:0] keep,
    output wire signed [WIDTH-1:0] kept
);
  wire negative = state[WIDTH-1];
  generate
    if (MULTIPLY != 0) begin : any
      wire [WIDTH-1:0] magnitude = negative ? -state : state;
      wire [WIDTH+12:0] product = {13'b0, magnitude} * {{WIDTH{1'b0}}, keep};
      wire [WIDTH-1:0] part = product[WIDTH+11:12];
      assign kept = negative ? -part : part;
      wire unused = &{1'b0, product[WIDTH+12], product[11:0]};
    end else begin : half
      // An odd negative state is lifted by one, so that the shift rounds towards zero.
      wire [WIDTH-1:0] even = state + {{(WIDTH - 1) {1'b0}}, negative & state[0]};
      assign kept = {even[WIDTH-1], even[WIDTH-1:1]};
      wire unused = &{1'b0, keep, even[0]};
    end
  endgenerate
endmodule
