// Proves that a decay with the multiplier is keep / 4096 of its state, truncated towards zero, for
// every state and every keep from 0 to 4096. The product itself is the solver's for both sides: what
// is proven is all that stands around the multiplication.
module decay_contract #(
    parameter WIDTH = 24
) (
    input wire signed [WIDTH-1:0] state,
    input wire        [     12:0] keep
);
  wire signed [WIDTH-1:0] kept;
  decay #(.WIDTH(WIDTH), .MULTIPLY(1)) unit (.state(state), .keep(keep), .kept(kept));

  wire signed [WIDTH+13:0] wide = state;
  wire signed [WIDTH+13:0] positive = wide < 0 ? -wide : wide;
  wire [WIDTH-1:0] magnitude = state[WIDTH-1] ? -state : state;
  wire [WIDTH+12:0] product = {13'b0, magnitude} * {{WIDTH{1'b0}}, keep};
  wire signed [WIDTH+13:0] part = {1'b0, product} / 4096;
  wire signed [WIDTH+13:0] expected = wide < 0 ? -part : part;
  wire signed [WIDTH+13:0] found = kept;
  always @* begin
    assume (keep <= 13'd4096);
    assert (positive == {14'd0, magnitude});
    assert (found == expected);
  end
endmodule
