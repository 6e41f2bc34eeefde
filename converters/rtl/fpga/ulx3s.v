// Top of a ULX3S board (ECP5, 25 MHz): the core on its USB serial port at 1,000,000 baud.
module ulx3s #(
    parameter LANES = 8,
    parameter SUM = 18,
    parameter BIAS = 13,
    parameter BIAS_SHIFT = 0,
    parameter EXPONENT = 0,
    parameter MULTIPLY = 1,
    parameter CURRENT = 1,
    parameter U = 32,
    parameter OWN = 1,
    parameter COUNT = 1,
    parameter SPIKES = 1024,
    parameter WEIGHTS = 1024,
    parameter LISTS = 1,
    parameter SUMS = 64,
    parameter STATES = 64,
    parameter BIASES = 64,
    parameter NEURONS = 1,
    parameter READOUTS = 64,
    parameter COMMANDS = 64,
    parameter ITEMS = 0
) (
    input  wire       clk_25mhz,
    input  wire       ftdi_txd,  // from the computer
    output wire       ftdi_rxd,
    output wire [7:0] led,
    output wire       wifi_gpio0
);
  wire busy, talking;
  serial_core #(
      .LANES(LANES), .SUM(SUM), .BIAS(BIAS), .BIAS_SHIFT(BIAS_SHIFT), .EXPONENT(EXPONENT),
      .MULTIPLY(MULTIPLY), .CURRENT(CURRENT), .U(U), .OWN(OWN), .COUNT(COUNT), .SPIKES(SPIKES),
      .WEIGHTS(WEIGHTS), .LISTS(LISTS), .SUMS(SUMS), .STATES(STATES), .BIASES(BIASES),
      .NEURONS(NEURONS), .READOUTS(READOUTS), .COMMANDS(COMMANDS), .ITEMS(ITEMS),
      .CLOCKS(25)
  ) serial (
      .clk(clk_25mhz), .receive(ftdi_txd), .transmit(ftdi_rxd), .busy(busy), .talking(talking)
  );
  assign led = {6'd0, talking, busy};
  assign wifi_gpio0 = 1'b1;  // keeps the board's other chip from starting over this design
endmodule
