// How many of up to 16 bits are set.
module ones #(
    parameter WIDTH = 8
) (
    input  wire [WIDTH-1:0] bits,
    output reg  [      4:0] count
);
  integer i;
  always @* begin
    count = 5'd0;
    for (i = 0; i < WIDTH; i = i + 1) count = count + {4'd0, bits[i]};
  end
endmodule
