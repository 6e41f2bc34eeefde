// A core of 8-bit multiplications: a sequencer, lanes of multipliers with accumulators in registers,
// one requantiser, and memories. One network is one table of commands with its weights.
module core #(
    parameter LANES = 8,        // 1, 2, 4, 8 or 16
    parameter ROWS = 4,         // rows of activations that share every weight
    parameter SUM = 24,         // bits of an accumulator
    parameter COUNT = 1,        // counters
    // words of the memories
    parameter ACTIVATIONS = 1024,
    parameter WEIGHTS = 1024,
    parameter PARAMETERS = 64,
    parameter COMMANDS = 64,
    parameter ITEMS = 16,
    parameter ITEM_WORDS = 64,
    // content at power-up, hex
    parameter WEIGHT_IMAGE = "",
    parameter PARAMETER_IMAGE = "",
    parameter COMMAND_IMAGE = "",
    parameter ITEM_IMAGE = "",
    parameter SCORE_BIAS_IMAGE = ""
) (
    input  wire               clk,
    input  wire               reset,
    input  wire               start,
    output wire               busy,
    // the host writes memories while the core is not busy: 0 activations, 1 weights, 2 parameters
    // of outputs, 3 commands, 4 items, 5 biases of items
    input  wire               load,
    input  wire [        2:0] load_memory,
    input  wire [       19:0] load_address,
    input  wire [      319:0] load_data,
    // and reads activations, one cycle after the address
    input  wire [       15:0] read_address,
    output wire [LANES*8-1:0] read_data,
    // and the best items, from 0 on
    input  wire [        3:0] top_place,
    output wire [       19:0] top_item,
    output wire [       31:0] top_score,
    // every word of activations that is computed, as it is written
    output wire               sent,
    output wire [       15:0] sent_address,
    output wire [LANES*8-1:0] sent_word,
    output wire [       31:0] operations,
    output wire [       31:0] zero_operations,
    output wire [       31:0] answers,
    output wire [       31:0] checksum,
    output wire [       31:0] cycles
);
  localparam LANE = LANES > 1 ? $clog2(LANES) : 1;
  localparam ROW = ROWS > 1 ? $clog2(ROWS) : 1;
  localparam WORD = LANES * 8;

  wire [15:0] pc, x_address, parameter_address, write_address, gain;
  wire [19:0] weight_address, item_address, bias_address, item;
  wire [319:0] code;
  wire multiply, first, fresh, answer, offer, in_tail, answered, write, each, scores, rectifies;
  wire [ROW-1:0] row;
  wire [LANE-1:0] byte_number, lane_now, answered_lane;
  wire [3:0] tail;
  wire [5:0] shift;
  sequencer #(.LANES(LANES), .LANE(LANE), .ROW(ROW)) control (
      .clk(clk), .reset(reset), .start(start), .busy(busy), .pc(pc), .code(code),
      .x_address(x_address), .weight_address(weight_address), .item_address(item_address),
      .parameter_address(parameter_address), .bias_address(bias_address), .multiply(multiply),
      .first(first), .fresh(fresh), .row(row), .byte_number(byte_number), .lane(lane_now),
      .answer(answer), .offer(offer), .in_tail(in_tail), .item(item), .answered(answered),
      .answered_lane(answered_lane), .write(write),
      .write_address(write_address), .each(each), .scores(scores),
      .rectifies(rectifies), .tail(tail), .gain(gain), .shift(shift)
  );

  // Memories.
  reg [WORD-1:0] made;
  wire [WORD-1:0] activations, weights, item_codes;
  wire [39:0] parameters;
  wire [31:0] score_bias;
  memory #(.WIDTH(WORD), .DEPTH(ACTIVATIONS), .ADDRESS(16)) activation_memory (
      .clk(clk), .read_address(busy ? x_address : read_address), .read_data(activations),
      .write(write | (load & load_memory == 3'd0)),
      .write_address(write ? write_address : load_address[15:0]),
      .write_data(write ? made : load_data[WORD-1:0])
  );
  memory #(.WIDTH(WORD), .DEPTH(WEIGHTS), .IMAGE(WEIGHT_IMAGE)) weight_memory (
      .clk(clk), .read_address(weight_address), .read_data(weights),
      .write(load & load_memory == 3'd1), .write_address(load_address),
      .write_data(load_data[WORD-1:0])
  );
  memory #(.WIDTH(40), .DEPTH(PARAMETERS), .ADDRESS(16), .IMAGE(PARAMETER_IMAGE)) parameter_memory (
      .clk(clk), .read_address(parameter_address), .read_data(parameters),
      .write(load & load_memory == 3'd2), .write_address(load_address[15:0]),
      .write_data(load_data[39:0])
  );
  memory #(.WIDTH(320), .DEPTH(COMMANDS), .ADDRESS(16), .IMAGE(COMMAND_IMAGE)) command_memory (
      .clk(clk), .read_address(pc), .read_data(code), .write(load & load_memory == 3'd3),
      .write_address(load_address[15:0]), .write_data(load_data)
  );
  memory #(.WIDTH(WORD), .DEPTH(ITEM_WORDS), .IMAGE(ITEM_IMAGE)) item_memory (
      .clk(clk), .read_address(item_address), .read_data(item_codes),
      .write(load & load_memory == 3'd4), .write_address(load_address),
      .write_data(load_data[WORD-1:0])
  );
  memory #(.WIDTH(32), .DEPTH(ITEMS), .IMAGE(SCORE_BIAS_IMAGE)) score_bias_memory (
      .clk(clk), .read_address(bias_address), .read_data(score_bias),
      .write(load & load_memory == 3'd5), .write_address(load_address),
      .write_data(load_data[31:0])
  );

  // The activation that all lanes multiply: of a word that has just come, or that is kept.
  reg [WORD-1:0] kept[0:ROWS-1];
  wire [WORD-1:0] kept_word = kept[row];
  wire [7:0] shared = fresh ? activations[7:0] : kept_word[byte_number*8+:8];
  always @(posedge clk) if (fresh) kept[row] <= activations;

  // Lanes.
  wire [LANES*SUM-1:0] sums;
  wire [LANES-1:0] multiplied, of_zero;
  wire [15:0] in_use = in_tail ? 16'hffff >> (4'd15 - tail) : 16'hffff;
  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : lane
      wire [7:0] x = each ? activations[i*8+:8] : shared;
      multiply_accumulate #(.SUM(SUM), .ROWS(ROWS), .ROW(ROW)) mac (
          .clk(clk), .enable(multiply), .first(first), .row(row), .x(x),
          .weight(scores ? item_codes[i*8+:8] : weights[i*8+:8]), .sum(sums[i*SUM+:SUM])
      );
      assign multiplied[i] = multiply & in_use[i];
      assign of_zero[i] = multiplied[i] & x == 8'd0;
    end
  endgenerate

  // Answers, a lane a cycle: an activation, which joins its word, or the score of an item. The
  // requantiser sees zeros while sums are made, so that its multipliers stand still.
  wire answers_now = answer | offer;
  wire [SUM-1:0] sum = answers_now ? sums[lane_now*SUM+:SUM] : {SUM{1'b0}};
  wire [7:0] skip = answer ? activations[lane_now*8+:8] : 8'd0;
  wire [31:0] extended = {{(32 - SUM) {sum[SUM-1]}}, sum};
  wire [31:0] answered_sum = extended + (offer ? score_bias : 32'd0);
  wire [7:0] out;
  wire [31:0] total;
  requantise #(.SUM(SUM)) law (
      .clk(clk), .sum(sum), .multiplier(parameters[15:0]), .bias(parameters[39:16]),
      .skip(skip), .gain(gain), .shift(shift), .rectifies(rectifies),
      .total(total), .out(out)
  );
  integer n;
  always @(posedge clk)
    if (answered)
      for (n = 0; n < LANES; n = n + 1)
        if (answered_lane == n[LANE-1:0]) made[n*8+:8] <= out;
        else if (answered_lane == {LANE{1'b0}}) made[n*8+:8] <= 8'd0;
  assign read_data = activations;
  assign sent = write;
  assign sent_address = write_address;
  assign sent_word = made;

  reg offered;
  reg [31:0] score;
  reg [19:0] offered_item;
  always @(posedge clk) begin
    offered <= offer & ~reset;
    if (offer) score <= answered_sum;
    if (offer) offered_item <= item;
  end
  top_ten best (
      .clk(clk), .restart(start & ~busy), .offer(offered), .score(score), .item(offered_item),
      .place(top_place), .item_there(top_item), .score_there(top_score)
  );

  generate
    if (COUNT != 0) begin : counted
      counters #(.LANES(LANES)) count (
          .clk(clk), .restart(start & ~busy), .running(busy), .multiplied(multiplied),
          .multiplied_zero(of_zero), .sent(answers_now), .sum(answered_sum), .answered(answered), .total(total),
          .operations(operations), .zero_operations(zero_operations), .answers(answers),
          .checksum(checksum), .cycles(cycles)
      );
    end else begin : uncounted
      assign {operations, zero_operations, answers, checksum, cycles} = 160'd0;
      wire unused_counts = &{1'b0, multiplied, of_zero, answers_now, total};
    end
  endgenerate
  wire unused = &{1'b0, load_data, load_address, in_use};
endmodule
