// Bytes from a serial line: 8 bits, lowest first, no parity, one stop bit.
module uart_receiver #(
    parameter CLOCKS = 25  // of a bit, 4 or more
) (
    input  wire       clk,
    input  wire       reset,
    input  wire       line,
    output reg        ready,  // for one cycle, with the byte
    output reg  [7:0] byte_in
);
  localparam [31:0] BIT = CLOCKS - 1, MIDDLE = CLOCKS / 2 - 1;
  localparam [15:0] WHOLE = BIT[15:0], HALF = MIDDLE[15:0];
  reg [1:0] settled;  // the line, two flip-flops behind the pin
  reg [15:0] wait_for;
  reg [3:0] bits;  // still to come, the stop bit with them
  always @(posedge clk) begin
    settled <= {settled[0], line};
    ready   <= 1'b0;
    if (bits == 4'd0) begin
      // A start bit: its middle is half a bit from here.
      if (!settled[1]) begin
        bits <= 4'd10;
        wait_for <= HALF;
      end
    end else if (wait_for != 16'd0) wait_for <= wait_for - 16'd1;
    else begin
      wait_for <= WHOLE;
      bits <= bits - 4'd1;
      if (bits == 4'd10 && settled[1]) bits <= 4'd0;  // it was no start bit
      if (bits < 4'd10 && bits > 4'd1) byte_in <= {settled[1], byte_in[7:1]};
      if (bits == 4'd1) ready <= settled[1];
    end
    if (reset) begin
      settled <= 2'b11;
      ready <= 1'b0;
      bits <= 4'd0;
    end
  end
endmodule
