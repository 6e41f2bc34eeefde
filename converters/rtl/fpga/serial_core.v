// The core behind a serial line. Parameters are those of `core`; its memories hold the images of the
// folder `images/` from power-up on, so that a host writes spikes alone.
module serial_core #(
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
    parameter ITEMS = 0,
    parameter CLOCKS = 25  // of a bit of the line
) (
    input  wire clk,
    input  wire receive,
    output wire transmit,
    output wire busy,
    output wire talking
);
  // A few cycles of reset from power-up on.
  reg [3:0] waking;
  initial waking = 4'd0;
  wire reset = waking != 4'd15;
  always @(posedge clk) if (reset) waking <= waking + 4'd1;

  wire ready, send, idle;
  wire [7:0] byte_in, byte_out;
  uart_receiver #(.CLOCKS(CLOCKS)) receiver (
      .clk(clk), .reset(reset), .line(receive), .ready(ready), .byte_in(byte_in)
  );
  uart_sender #(.CLOCKS(CLOCKS)) sender (
      .clk(clk), .reset(reset), .send(send), .byte_out(byte_out), .idle(idle), .line(transmit)
  );
  assign talking = ~idle;

  wire core_reset, start, load;
  wire [2:0] load_memory;
  wire [19:0] load_address, readout_address, top_item, sent_address;
  wire [735:0] load_data;
  wire [LANES*32-1:0] readout_data;
  wire [3:0] top_place;
  wire [31:0] top_score, events, operations, zero_operations, updates, margins, cycles;
  wire sent;
  wire [LANES-1:0] sent_spikes;
  registers #(.LANES(LANES)) host (
      .clk(clk), .reset(reset), .ready(ready), .byte_in(byte_in), .send(send),
      .byte_out(byte_out), .idle(idle), .core_reset(core_reset), .start(start), .busy(busy),
      .load(load), .load_memory(load_memory), .load_address(load_address), .load_data(load_data),
      .readout_address(readout_address), .readout_data(readout_data), .top_place(top_place),
      .top_item(top_item), .top_score(top_score), .events(events), .operations(operations),
      .zero_operations(zero_operations), .updates(updates), .margins(margins), .cycles(cycles)
  );
  core #(
      .LANES(LANES), .SUM(SUM), .BIAS(BIAS), .BIAS_SHIFT(BIAS_SHIFT), .EXPONENT(EXPONENT),
      .MULTIPLY(MULTIPLY), .CURRENT(CURRENT), .U(U), .OWN(OWN), .COUNT(COUNT), .SPIKES(SPIKES),
      .WEIGHTS(WEIGHTS), .LISTS(LISTS), .SUMS(SUMS), .STATES(STATES), .BIASES(BIASES),
      .NEURONS(NEURONS), .READOUTS(READOUTS), .COMMANDS(COMMANDS), .ITEMS(ITEMS),
      .WEIGHT_IMAGE("images/weights.hex"), .LIST_IMAGE("images/lists.hex"),
      .BIAS_IMAGE("images/biases.hex"), .NEURON_IMAGE("images/neurons.hex"),
      .COMMAND_IMAGE("images/commands.hex"), .CODE_IMAGE("images/codes.hex"),
      .SCORE_BIAS_IMAGE("images/item_biases.hex")
  ) network (
      .clk(clk), .reset(core_reset), .start(start), .busy(busy), .load(load),
      .load_memory(load_memory), .load_address(load_address), .load_data(load_data),
      .readout_address(readout_address), .readout_data(readout_data), .top_place(top_place),
      .top_item(top_item), .top_score(top_score), .sent(sent), .sent_address(sent_address),
      .sent_spikes(sent_spikes), .events(events), .operations(operations),
      .zero_operations(zero_operations), .updates(updates), .margins(margins), .cycles(cycles)
  );
  wire unused = &{1'b0, sent, sent_address, sent_spikes};
endmodule
