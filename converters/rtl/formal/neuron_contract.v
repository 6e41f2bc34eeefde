// Proves that the neuron's unit is the contract for every input: written a second time, in wide
// numbers, with divisions where the unit shifts.
module neuron_contract #(
    parameter SUM = 20
) (
    input wire                  first,
    input wire signed [SUM-1:0] sum,
    input wire signed [   13:0] bias,
    input wire signed [   19:0] vth,
    input wire signed [   23:0] v_before
);
  wire signed [23:0] v_fresh, v_after;
  wire fires;
  neuron #(.SUM(SUM), .BIAS(14), .BIAS_SHIFT(3), .MULTIPLY(0), .CURRENT(0), .U(32)) unit (
      .first(first), .sum(sum), .bias(bias), .keep_u(13'd0), .keep_v(13'd2048), .vth(vth),
      .u_before(32'd0), .v_before(v_before), .v_fresh(v_fresh), .v_after(v_after), .fires(fires)
  );

  wire signed [39:0] v0 = first ? 40'sd0 : v_before;
  wire signed [39:0] half = v0 / 40'sd2;  // towards zero
  wire signed [39:0] arrived = sum * 40'sd64;
  wire signed [39:0] u = arrived > 40'sd8388608 ? arrived - 40'sd16777216 :
      arrived <= -40'sd8388608 ? arrived + 40'sd16777216 : arrived;
  wire signed [39:0] v = half + u + bias * 40'sd8;
  wire signed [39:0] clipped = v > 40'sd8388607 ? 40'sd8388607 :
      v < -40'sd8388607 ? -40'sd8388607 : v;
  wire expected = clipped > vth * 40'sd64;
  always @* begin
    assert (v_fresh == clipped);
    assert (fires == expected);
    assert (v_after == (expected ? 40'sd0 : clipped));
  end
endmodule
