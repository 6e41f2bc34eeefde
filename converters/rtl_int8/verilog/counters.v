// What a sample took, counted from its start. zero_operations are those of an activation of zero.
// checksum is the sum, mod 2**32, of all accumulators and scores as they are answered, and of what
// becomes of them with multiplier and bias: a check of all that is used, also where rounding hides it.
module counters #(
    parameter LANES = 8
) (
    input  wire             clk,
    input  wire             restart,
    input  wire             running,
    input  wire [LANES-1:0] multiplied,
    input  wire [LANES-1:0] multiplied_zero,
    input  wire             sent,
    input  wire [     31:0] sum,
    input  wire             answered,  // an answer that was sent a cycle before
    input  wire [     31:0] total,
    output reg  [     31:0] operations,
    output reg  [     31:0] zero_operations,
    output reg  [     31:0] answers,
    output reg  [     31:0] checksum,
    output reg  [     31:0] cycles
);
  wire [4:0] all_count, zero_count;
  ones #(.WIDTH(LANES)) of_all (.bits(multiplied), .count(all_count));
  ones #(.WIDTH(LANES)) of_zero (.bits(multiplied_zero), .count(zero_count));

  always @(posedge clk) begin
    if (restart) begin
      operations <= 32'd0;
      zero_operations <= 32'd0;
      answers <= 32'd0;
      checksum <= 32'd0;
      cycles <= 32'd0;
    end else if (running) begin
      operations <= operations + {27'd0, all_count};
      zero_operations <= zero_operations + {27'd0, zero_count};
      answers <= answers + {31'd0, sent};
      checksum <= checksum + (sent ? sum : 32'd0) + (answered ? total : 32'd0);
      cycles <= cycles + 32'd1;
    end
  end
endmodule
