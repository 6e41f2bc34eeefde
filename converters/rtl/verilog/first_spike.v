// The lowest lane that holds a spike, and the other spikes.
module first_spike #(
    parameter LANES = 8,
    parameter LANE = 3  // bits of the number of a lane
) (
    input  wire [LANES-1:0] spikes,
    output reg  [ LANE-1:0] lane,
    output wire [LANES-1:0] others
);
  integer i;
  always @* begin
    lane = {LANE{1'b0}};
    for (i = LANES - 1; i >= 0; i = i - 1) if (spikes[i]) lane = i[LANE-1:0];
  end
  assign others = spikes & (spikes - {{(LANES - 1) {1'b0}}, 1'b1});
endmodule
