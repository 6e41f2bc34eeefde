// One step of one neuron: the law of docs/background/numbers.md, combinational.
//   u(t) = wrap(keep_u / 4096 u(t-1) + 64 a)      a: sum of the weights that arrived
//   v(t) = clip(keep_v / 4096 v(t-1) + u(t) + bias)
//   fires where v(t) > 64 vth; v is 0 then, u stays.
module neuron #(
    parameter SUM = 18,       // bits of a
    parameter BIAS = 13,      // bits of a stored bias
    parameter BIAS_SHIFT = 0, // what every bias is shifted left by
    parameter MULTIPLY = 1,   // 0: keep_v is 2048 and keep_u 0 or 2048
    parameter CURRENT = 1,    // 0: keep_u is 0, no current is remembered
    // Bits of u. In 25 bits only the value +2**23 needs the last: the chip keeps it as it is.
    parameter U = 32
) (
    input  wire                   first,      // first step of a sample: u and v are 0
    input  wire signed [ SUM-1:0] sum,
    input  wire signed [BIAS-1:0] bias,
    input  wire        [    12:0] keep_u,
    input  wire        [    12:0] keep_v,
    input  wire signed [    19:0] vth,
    input  wire signed [   U-1:0] u_before,
    input  wire signed [    23:0] v_before,
    output wire signed [   U-1:0] u_after,
    output wire signed [    23:0] v_fresh,    // before the reset of a spike
    output wire signed [    23:0] v_after,
    output wire signed [    26:0] margin,     // v(t) - 64 vth
    output wire                   fires
);
  localparam V_LIMIT = 8388607;

  // The current. 64 a is kept to 32 bits, and so is its sum with what was left of u.
  localparam WIDE = SUM + 6 > 32 ? SUM + 6 : 32;
  wire signed [WIDE-1:0] scaled = {{(WIDE - SUM) {sum[SUM-1]}}, sum} << 6;
  wire signed [31:0] arrived = scaled[31:0];
  wire signed [31:0] raised;
  generate
    if (CURRENT != 0) begin : current
      wire signed [U-1:0] kept;
      decay #(
          .WIDTH(U),
          .MULTIPLY(MULTIPLY)
      ) leak (
          .state(first ? {U{1'b0}} : u_before),
          .keep (keep_u),
          .kept (kept)
      );
      // Half of u is taken by the decay without a multiplier even where nothing is kept.
      wire signed [U-1:0] left = keep_u == 13'd0 ? {U{1'b0}} : kept;
      assign raised = arrived + {{(32 - U) {left[U-1]}}, left};
    end else begin : no_current
      assign raised = arrived;
      wire unused = &{1'b0, keep_u, u_before};
    end
    if (WIDE > 32) begin : cut
      wire unused = &{1'b0, scaled[WIDE-1:32]};
    end
  endgenerate

  // One turn of 2**24 where u is above 2**23 or not above -2**23.
  wire over = raised > 32'sd8388608;
  wire under = raised <= -32'sd8388608;
  wire signed [31:0] u =
      over ? raised - 32'sd16777216 : under ? raised + 32'sd16777216 : raised;
  assign u_after = u[U-1:0];

  // The membrane.
  wire signed [23:0] v_kept;
  decay #(
      .WIDTH(24),
      .MULTIPLY(MULTIPLY)
  ) leak (
      .state(first ? 24'sd0 : v_before),
      .keep (keep_v),
      .kept (v_kept)
  );
  wire signed [33:0] lift = {{(34 - BIAS) {bias[BIAS-1]}}, bias} << BIAS_SHIFT;
  wire signed [33:0] v = {{10{v_kept[23]}}, v_kept} + {{2{u[31]}}, u} + lift;
  assign v_fresh = v > V_LIMIT ? 24'sd8388607 : v < -V_LIMIT ? -24'sd8388607 : v[23:0];
  assign margin = {{3{v_fresh[23]}}, v_fresh} - {vth[19], vth, 6'b0};
  assign fires = margin > 27'sd0;
  assign v_after = fires ? 24'sd0 : v_fresh;
endmodule
