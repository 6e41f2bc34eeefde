// Bytes to a serial line: 8 bits, lowest first, no parity, one stop bit.
module uart_sender #(
    parameter CLOCKS = 25  // of a bit
) (
    input  wire       clk,
    input  wire       reset,
    input  wire       send,   // taken while `idle`
    input  wire [7:0] byte_out,
    output wire       idle,
    output wire       line
);
  localparam [31:0] BIT = CLOCKS - 1;
  localparam [15:0] WHOLE = BIT[15:0];
  reg [9:0] shift;  // stop, byte, start; the line is the lowest
  reg [3:0] bits;
  reg [15:0] wait_for;
  assign idle = bits == 4'd0;
  assign line = idle | shift[0];
  always @(posedge clk) begin
    if (idle) begin
      if (send) begin
        shift <= {1'b1, byte_out, 1'b0};
        bits <= 4'd10;
        wait_for <= WHOLE;
      end
    end else if (wait_for != 16'd0) wait_for <= wait_for - 16'd1;
    else begin
      wait_for <= WHOLE;
      shift <= {1'b1, shift[9:1]};
      bits <= bits - 4'd1;
    end
    if (reset) bits <= 4'd0;
  end
endmodule
