// Proves that the neuron's unit is the contract for every input: written a second time, in wide
// numbers, with divisions where the unit shifts. With the multiplier both sides hold the same `decay`,
// which decay_contract.v proves for itself.
module neuron_contract #(
    parameter SUM = 20,
    parameter BIAS = 14,
    parameter BIAS_SHIFT = 3,
    parameter MULTIPLY = 0,
    parameter CURRENT = 0,
    parameter U = 32
) (
    input wire                   first,
    input wire signed [ SUM-1:0] sum,
    input wire signed [BIAS-1:0] bias,
    input wire        [    12:0] keep_u,
    input wire        [    12:0] keep_v,
    input wire signed [    19:0] vth,
    input wire signed [   U-1:0] u_before,
    input wire signed [    23:0] v_before
);
  wire signed [U-1:0] u_after;
  wire signed [23:0] v_fresh, v_after;
  wire signed [26:0] margin;
  wire fires;
  neuron #(
      .SUM(SUM), .BIAS(BIAS), .BIAS_SHIFT(BIAS_SHIFT), .MULTIPLY(MULTIPLY), .CURRENT(CURRENT), .U(U)
  ) unit (
      .first(first), .sum(sum), .bias(bias), .keep_u(keep_u), .keep_v(keep_v), .vth(vth),
      .u_before(u_before), .v_before(v_before), .u_after(u_after), .v_fresh(v_fresh),
      .v_after(v_after), .margin(margin), .fires(fires)
  );

  // What is left of u and v, 0 at the first step of a sample.
  wire signed [U-1:0] u0 = first ? {U{1'b0}} : u_before;
  wire signed [23:0] v0 = first ? 24'sd0 : v_before;
  wire signed [47:0] u_kept, v_kept;
  generate
    if (MULTIPLY != 0) begin : any
      wire signed [U-1:0] u_part;
      wire signed [23:0] v_part;
      decay #(.WIDTH(U), .MULTIPLY(1)) of_u (.state(u0), .keep(keep_u), .kept(u_part));
      decay #(.WIDTH(24), .MULTIPLY(1)) of_v (.state(v0), .keep(keep_v), .kept(v_part));
      assign u_kept = keep_u == 0 ? 48'sd0 : u_part;
      assign v_kept = v_part;
    end else begin : half
      assign u_kept = keep_u == 0 ? 48'sd0 : u0 / 48'sd2;  // towards zero
      assign v_kept = v0 / 48'sd2;
    end
  endgenerate

  // The current: kept in 32 bits, then one turn of 2**24 where it has left (-2**23, 2**23].
  wire signed [47:0] scaled = sum * 48'sd64;
  wire signed [31:0] arrived = scaled[31:0];
  wire signed [47:0] raised = CURRENT != 0 ? arrived + u_kept : arrived;
  wire signed [31:0] wrapped = raised[31:0];
  wire signed [47:0] held = wrapped;
  wire signed [47:0] u = held > 48'sd8388608 ? held - 48'sd16777216 :
      held <= -48'sd8388608 ? held + 48'sd16777216 : held;

  // The membrane.
  wire signed [47:0] v = v_kept + u + bias * (48'sd1 <<< BIAS_SHIFT);
  wire signed [47:0] clipped = v > 48'sd8388607 ? 48'sd8388607 :
      v < -48'sd8388607 ? -48'sd8388607 : v;
  wire expected = clipped > vth * 48'sd64;
  wire within = u_before > -48'sd8388608 && u_before <= 48'sd8388608;
  always @* begin
    // A current of 25 bits is one that stays within 2**23 from step to step.
    if (U == 25) assume (within);
    if (MULTIPLY == 0) assume (keep_v == 13'd2048 && (keep_u == 13'd0 || keep_u == 13'd2048));
    assume (keep_u <= 13'd4096 && keep_v <= 13'd4096);
    if (CURRENT != 0) assert (u_after == u);
    if (U == 25) assert (u > -48'sd8388608 && u <= 48'sd8388608);
    assert (v_fresh == clipped);
    assert (margin == clipped - vth * 48'sd64);
    assert (fires == expected);
    assert (v_after == (expected ? 48'sd0 : clipped));
  end
endmodule
