// What a sample took, counted from its start. Additions of a zero weight are among the operations.
// margins is the sum of v - 64 vth over all updates, mod 2**32: a check of every weight, bias, decay
// and threshold that was used, also where no spike depends on it.
module counters #(
    parameter LANES = 8
) (
    input  wire             clk,
    input  wire             restart,
    input  wire             running,
    input  wire             fetched,
    input  wire [LANES-1:0] added,
    input  wire [LANES-1:0] added_zero,
    input  wire [LANES-1:0] updated,
    input  wire [LANES*27-1:0] margin,
    output reg  [     31:0] events,
    output reg  [     31:0] operations,
    output reg  [     31:0] zero_operations,
    output reg  [     31:0] updates,
    output reg  [     31:0] margins,
    output reg  [     31:0] cycles
);
  wire [4:0] add_count, zero_count, update_count;
  ones #(.WIDTH(LANES)) of_added (.bits(added), .count(add_count));
  ones #(.WIDTH(LANES)) of_zero (.bits(added_zero), .count(zero_count));
  ones #(.WIDTH(LANES)) of_updated (.bits(updated), .count(update_count));

  // One sum of nothing but additions: synthesis makes a tree of it, not one lane after the other.
  reg [31:0] total;
  integer i;
  always @* begin
    total = margins;
    for (i = 0; i < LANES; i = i + 1)
      total = total + (updated[i] ? {{5{margin[i*27+26]}}, margin[i*27+:27]} : 32'd0);
  end

  always @(posedge clk) begin
    if (restart) begin
      margins <= 32'd0;
      events <= 32'd0;
      operations <= 32'd0;
      zero_operations <= 32'd0;
      updates <= 32'd0;
      cycles <= 32'd0;
    end else if (running) begin
      events <= events + {31'd0, fetched};
      operations <= operations + {27'd0, add_count};
      zero_operations <= zero_operations + {27'd0, zero_count};
      updates <= updates + {27'd0, update_count};
      margins <= total;
      cycles <= cycles + 32'd1;
    end
  end
endmodule
