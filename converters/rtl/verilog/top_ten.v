// The ten best of the items that come by, best first. Of equal scores the one that came first stays
// before the other, so items come in the order of their ids.
module top_ten (
    input  wire               clk,
    input  wire               restart,
    input  wire               offer,
    input  wire signed [31:0] score,
    input  wire        [19:0] item,
    input  wire        [ 3:0] place,      // 0 is the best
    output wire        [19:0] item_there,
    output wire        [31:0] score_there
);
  reg [9:0] taken;
  reg signed [31:0] scores[0:9];
  reg [19:0] items[0:9];
  wire [9:0] better;
  assign item_there = items[place];
  assign score_there = scores[place];

  genvar i;
  generate
    for (i = 0; i < 10; i = i + 1) begin : each
      assign better[i] = ~taken[i] | (score > scores[i]);
      always @(posedge clk) begin
        if (restart) taken[i] <= 1'b0;
        else if (offer && better[i]) begin
          taken[i] <= 1'b1;
          if (i > 0 && better[i>0?i-1 : 0]) begin
            scores[i] <= scores[i>0?i-1 : 0];
            items[i] <= items[i>0?i-1 : 0];
            if (!taken[i>0?i-1 : 0]) taken[i] <= 1'b0;
          end else begin
            scores[i] <= score;
            items[i] <= item;
          end
        end
      end
    end
  endgenerate
endmodule
