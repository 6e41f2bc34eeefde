// One lane of the synapses: the accumulator of a target neuron with a weight added, or as it was.
module accumulate #(
    parameter SUM = 18,      // bits of a sum, 9 to 32
    parameter EXPONENT = 0  // largest shift of a weight; 0 leaves the shifter out
) (
    input  wire                  enable,
    input  wire signed [    7:0] weight,
    input  wire        [    3:0] exponent,
    input  wire signed [SUM-1:0] earlier,
    output wire signed [SUM-1:0] later
);
  // Sums wrap where they leave SUM bits; SUM is 32 or as much as no input can exceed.
  wire signed [SUM-1:0] extended = {{(SUM - 8) {weight[7]}}, weight};
  wire signed [SUM-1:0] shifted;
  generate
    if (EXPONENT != 0) begin : any
      assign shifted = extended <<< exponent;
    end else begin : none
      assign shifted = extended;
      wire unused = &{1'b0, exponent};
    end
  endgenerate
  assign later = enable ? earlier + shifted : earlier;
endmodule
