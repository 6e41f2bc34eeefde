// The core as registers of 32 bits, written and read by messages of bytes.
//   write: 0x80 + register, then four bytes, lowest first
//   read:  the register; four bytes come back, lowest first
// A word of a memory wider than 32 bits is pushed, highest 32 bits first, and loaded with the lowest.
module registers #(
    parameter LANES = 8
) (
    input  wire                clk,
    input  wire                reset,
    input  wire                ready,
    input  wire [         7:0] byte_in,
    output wire                send,
    output wire [         7:0] byte_out,
    input  wire                idle,
    // of the core
    output reg                 core_reset,
    output reg                 start,
    input  wire                busy,
    output reg                 load,
    output reg  [         2:0] load_memory,
    output reg  [        19:0] load_address,
    output reg  [       735:0] load_data,
    output reg  [        19:0] readout_address,
    input  wire [LANES*32-1:0] readout_data,
    output reg  [         3:0] top_place,
    input  wire [        19:0] top_item,
    input  wire [        31:0] top_score,
    input  wire [        31:0] events,
    input  wire [        31:0] operations,
    input  wire [        31:0] zero_operations,
    input  wire [        31:0] updates,
    input  wire [        31:0] margins,
    input  wire [        31:0] cycles
);
  localparam ID = 7'd0, LANES_AND_VERSION = 7'd1, CONTROL = 7'd2, STATUS = 7'd3, MEMORY = 7'd4,
      ADDRESS = 7'd5, PUSH = 7'd6, LOAD = 7'd7, READOUT_ADDRESS = 7'd8, READOUT = 7'd9,
      TOP_PLACE = 7'd10, TOP_ITEM = 7'd11, TOP_SCORE = 7'd12, COUNTERS = 7'd16;
  localparam [31:0] NAME = "SSR1";

  // A message: its first byte, then those of its value.
  reg [6:0] first;  // the register that is written
  reg [2:0] missing;  // bytes of a value still to come
  reg [23:0] value;
  wire writes = ready && missing == 3'd1;
  wire [31:0] written = {byte_in, value};
  wire reads = ready && missing == 3'd0 && !byte_in[7];
  wire [6:0] asked = byte_in[6:0];

  reg [31:0] answer;
  reg [2:0] answering;  // bytes still to send
  assign send = answering != 3'd0 && idle;
  assign byte_out = answer[7:0];

  reg [4:0] lane;
  wire last_lane = {27'd0, lane} == LANES - 1;
  reg refused;  // a write to a memory, or a start, while the core was busy
  wire [31:0] readout = readout_data[lane*32+:32];
  reg [31:0] shown;
  always @* begin
    case (asked)
      ID: shown = NAME;
      LANES_AND_VERSION: shown = {16'd0, 8'd1, LANES[7:0]};
      STATUS: shown = {30'd0, refused, busy};
      MEMORY: shown = {29'd0, load_memory};
      ADDRESS: shown = {12'd0, load_address};
      READOUT_ADDRESS: shown = {12'd0, readout_address};
      READOUT: shown = readout;
      TOP_PLACE: shown = {28'd0, top_place};
      TOP_ITEM: shown = {12'd0, top_item};
      TOP_SCORE: shown = top_score;
      COUNTERS: shown = events;
      COUNTERS + 7'd1: shown = operations;
      COUNTERS + 7'd2: shown = zero_operations;
      COUNTERS + 7'd3: shown = updates;
      COUNTERS + 7'd4: shown = margins;
      COUNTERS + 7'd5: shown = cycles;
      default: shown = 32'd0;
    endcase
  end

  always @(posedge clk) begin
    if (ready) begin
      value <= {byte_in, value[23:8]};
      if (missing != 3'd0) missing <= missing - 3'd1;
      else if (byte_in[7]) begin
        first   <= byte_in[6:0];
        missing <= 3'd4;
      end
    end
    if (reads) begin
      answer <= shown;
      answering <= 3'd4;
    end else if (send) begin
      answer <= {8'd0, answer[31:8]};
      answering <= answering - 3'd1;
    end
    if (reset) begin
      missing   <= 3'd0;
      answering <= 3'd0;
    end
  end

  always @(posedge clk) begin
    start <= 1'b0;
    core_reset <= 1'b0;
    load <= 1'b0;
    // The word is written in the cycle after the last of its bytes; then the next one is awaited.
    if (load) begin
      load_address <= load_address + 20'd1;
      load_data <= 736'd0;
    end
    if (writes)
      case (first)
        CONTROL: begin
          start <= written[0] & ~busy;
          core_reset <= written[1];
          refused <= (refused & ~written[2]) | (written[0] & busy);
        end
        MEMORY: load_memory <= written[2:0];
        ADDRESS: load_address <= written[19:0];
        PUSH: load_data <= {load_data[703:0], written};
        LOAD: begin
          load_data <= {load_data[703:0], written};
          load <= ~busy;
          refused <= refused | busy;
        end
        READOUT_ADDRESS: begin
          readout_address <= written[19:0];
          lane <= 5'd0;
        end
        TOP_PLACE: top_place <= written[3:0];
        default: ;
      endcase
    if (reads && asked == READOUT) begin
      lane <= last_lane ? 5'd0 : lane + 5'd1;
      if (last_lane) readout_address <= readout_address + 20'd1;
    end
    if (reset) begin
      {start, load, refused, lane, load_data} <= 0;
      core_reset <= 1'b1;
    end
  end
endmodule
