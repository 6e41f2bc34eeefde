// A memory of one read and one write port. What is read in a cycle stands at the output in the
// next, and stays there while the address stays; a write in the same cycle is not seen yet.
module memory #(
    parameter WIDTH = 8,
    parameter DEPTH = 16,
    parameter ADDRESS = 20,
    parameter IMAGE = ""  // hex file of the content at power-up; "" where the host loads it
) (
    input  wire               clk,
    input  wire [ADDRESS-1:0] read_address,
    output reg  [  WIDTH-1:0] read_data,
    input  wire               write,
    input  wire [ADDRESS-1:0] write_address,
    input  wire [  WIDTH-1:0] write_data
);
  localparam BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  reg [WIDTH-1:0] words[0:DEPTH-1];

  generate
    if (IMAGE != "") begin : filled
      initial $readmemh(IMAGE, words);
    end
  endgenerate

  always @(posedge clk) begin
    read_data <= words[read_address[BITS-1:0]];
    if (write) words[write_address[BITS-1:0]] <= write_data;
  end

  generate
    if (ADDRESS > BITS) begin : high
      wire unused = &{1'b0, read_address[ADDRESS-1:BITS], write_address[ADDRESS-1:BITS]};
    end
  endgenerate
endmodule
