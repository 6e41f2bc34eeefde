// The core: a sequencer, lanes of adders and neurons, and their memories. One network is one table
// of commands with its weights; no network changes this source.
module core #(
    parameter LANES = 8,       // 1, 2, 4, 8 or 16
    parameter SUM = 18,        // bits of an accumulator
    parameter BIAS = 13,       // bits of a bias, and what all are shifted left by in the neurons
    parameter BIAS_SHIFT = 0,
    parameter EXPONENT = 0,    // largest shift of a weight
    parameter MULTIPLY = 1,    // decays other than one half
    parameter CURRENT = 1,     // a current that is remembered
    parameter U = 32,          // its bits
    parameter OWN = 1,         // neurons with parameters of their own
    parameter COUNT = 1,       // counters
    // words of the memories
    parameter SPIKES = 1024,
    parameter WEIGHTS = 1024,
    parameter LISTS = 1,
    parameter SUMS = 64,
    parameter STATES = 64,
    parameter BIASES = 64,
    parameter NEURONS = 1,
    parameter READOUTS = 64,
    parameter COMMANDS = 64,
    parameter ITEMS = 0,       // items to score at the end of a sample; 0 leaves the scorer out
    // content at power-up, hex
    parameter WEIGHT_IMAGE = "",
    parameter LIST_IMAGE = "",
    parameter BIAS_IMAGE = "",
    parameter NEURON_IMAGE = "",
    parameter COMMAND_IMAGE = "",
    parameter CODE_IMAGE = "",
    parameter SCORE_BIAS_IMAGE = ""
) (
    input  wire                clk,
    input  wire                reset,
    input  wire                start,
    output wire                busy,
    // the host writes memories while the core is not busy: 0 spikes, 1 weights, 2 biases,
    // 3 parameters of neurons, 4 commands, 5 lists, 6 codes of items, 7 biases of items
    input  wire                load,
    input  wire [         2:0] load_memory,
    input  wire [        19:0] load_address,
    input  wire [       735:0] load_data,
    // and reads readouts, 32 bits a lane, one cycle after the address
    input  wire [        19:0] readout_address,
    output wire [LANES*32-1:0] readout_data,
    // and the best items, from 0 on
    input  wire [         3:0] top_place,
    output wire [        19:0] top_item,
    output wire [        31:0] top_score,
    // every word of spikes that neurons send, as it is written
    output wire                sent,
    output wire [        19:0] sent_address,
    output wire [   LANES-1:0] sent_spikes,
    output wire [        31:0] events,
    output wire [        31:0] operations,
    output wire [        31:0] zero_operations,
    output wire [        31:0] updates,
    output wire [        31:0] margins,
    output wire [        31:0] cycles
);
  localparam LANE = LANES > 1 ? $clog2(LANES) : 1;
  localparam PARAMETERS = 46;  // bits of a neuron's own: vth, keep_v, keep_u

  wire computing, scoring;
  assign busy = computing | scoring;
  wire [19:0] scored_address;
  wire [15:0] pc, sum_address, write_sum, state_address, write_state;
  wire [319:0] code;
  wire [19:0] spike_address, list_address, weight_address, bias_address, parameter_address;
  wire [31:0] list_word;
  wire [LANES-1:0] spike_word, add_lanes, update_lanes;
  wire [7:0] listed_weight;
  wire add, add_alike, add_listed, clear, update, first_step, is_read, shows, own, fetched;
  wire [12:0] keep_u, keep_v;
  wire [19:0] vth, send_address;
  wire [3:0] exponent;
  sequencer #(.LANES(LANES), .LANE(LANE), .SUMS(SUMS)) control (
      // While it scores, the sequencer itself is idle.
      .clk(clk), .reset(reset), .start(start & ~busy), .busy(computing), .pc(pc), .code(code),
      .spike_address(spike_address), .spike_word(spike_word), .list_address(list_address),
      .list_word(list_word), .weight_address(weight_address), .sum_address(sum_address),
      .add(add), .add_lanes(add_lanes), .add_alike(add_alike), .add_listed(add_listed),
      .listed_weight(listed_weight), .write_sum(write_sum), .clear(clear),
      .bias_address(bias_address), .parameter_address(parameter_address),
      .state_address(state_address), .update(update), .update_lanes(update_lanes),
      .sent_address(send_address), .write_state(write_state), .first_step(first_step),
      .is_read(is_read), .shows(shows), .own(own), .keep_u(keep_u), .keep_v(keep_v), .vth(vth),
      .exponent(exponent), .fetched(fetched)
  );

  // Memories.
  wire [LANES*8-1:0] weights;
  wire [LANES*SUM-1:0] sums, new_sums;
  wire [LANES*BIAS-1:0] biases;
  wire [LANES*24-1:0] v_before, v_after;
  wire [LANES*U-1:0] u_before, u_after;
  wire [LANES*PARAMETERS-1:0] parameters;
  wire [LANES*32-1:0] shown;
  wire [LANES-1:0] fires;
  wire reads = update & (is_read | shows);
  wire sends = update & ~is_read & ~shows;

  memory #(.WIDTH(LANES), .DEPTH(SPIKES)) spike_memory (
      .clk(clk), .read_address(spike_address), .read_data(spike_word),
      .write(sends | (load & load_memory == 3'd0)),
      .write_address(sends ? send_address : load_address),
      .write_data(sends ? fires : load_data[LANES-1:0])
  );
  memory #(.WIDTH(LANES * 8), .DEPTH(WEIGHTS), .IMAGE(WEIGHT_IMAGE)) weight_memory (
      .clk(clk), .read_address(weight_address), .read_data(weights),
      .write(load & load_memory == 3'd1), .write_address(load_address),
      .write_data(load_data[LANES*8-1:0])
  );
  memory #(.WIDTH(LANES * BIAS), .DEPTH(BIASES), .IMAGE(BIAS_IMAGE)) bias_memory (
      .clk(clk), .read_address(bias_address), .read_data(biases),
      .write(load & load_memory == 3'd2), .write_address(load_address),
      .write_data(load_data[LANES*BIAS-1:0])
  );
  memory #(.WIDTH(320), .DEPTH(COMMANDS), .IMAGE(COMMAND_IMAGE)) command_memory (
      .clk(clk), .read_address({4'd0, pc}), .read_data(code),
      .write(load & load_memory == 3'd4), .write_address(load_address),
      .write_data(load_data[319:0])
  );
  memory #(.WIDTH(32), .DEPTH(LISTS), .IMAGE(LIST_IMAGE)) list_memory (
      .clk(clk), .read_address(list_address), .read_data(list_word),
      .write(load & load_memory == 3'd5), .write_address(load_address),
      .write_data(load_data[31:0])
  );
  memory #(.WIDTH(LANES * SUM), .DEPTH(SUMS), .ADDRESS(16)) sum_memory (
      .clk(clk), .read_address(sum_address), .read_data(sums), .write(add | update | clear),
      .write_address(write_sum), .write_data(add ? new_sums : {LANES * SUM{1'b0}})
  );
  memory #(.WIDTH(LANES * 24), .DEPTH(STATES), .ADDRESS(16)) membrane_memory (
      .clk(clk), .read_address(state_address), .read_data(v_before), .write(update & ~is_read),
      .write_address(write_state), .write_data(v_after)
  );
  memory #(.WIDTH(LANES * 32), .DEPTH(READOUTS)) readout_memory (
      .clk(clk), .read_address(scoring ? scored_address : readout_address),
      .read_data(readout_data), .write(reads),
      .write_address(send_address), .write_data(shown)
  );
  generate
    if (CURRENT != 0) begin : remembered
      memory #(.WIDTH(LANES * U), .DEPTH(STATES), .ADDRESS(16)) current_memory (
          .clk(clk), .read_address(state_address), .read_data(u_before), .write(update & ~is_read),
          .write_address(write_state), .write_data(u_after)
      );
    end else begin : forgotten
      assign u_before = {LANES * U{1'b0}};
      wire unused_u = &{1'b0, u_after};
    end
    if (OWN != 0) begin : each
      memory #(
          .WIDTH(LANES * PARAMETERS), .DEPTH(NEURONS), .IMAGE(NEURON_IMAGE)
      ) neuron_memory (
          .clk(clk), .read_address(parameter_address), .read_data(parameters),
          .write(load & load_memory == 3'd3), .write_address(load_address),
          .write_data(load_data[LANES*PARAMETERS-1:0])
      );
    end else begin : alike
      assign parameters = {LANES * PARAMETERS{1'b0}};
      wire unused_address = &{1'b0, parameter_address};
    end
  endgenerate

  // Lanes.
  wire [LANES-1:0] zero_weight;
  wire [LANES*27-1:0] margin;
  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : lane
      wire [7:0] weight = add_listed ? listed_weight : add_alike ? weights[7:0] : weights[i*8+:8];
      assign zero_weight[i] = weight == 8'd0;
      accumulate #(.SUM(SUM), .EXPONENT(EXPONENT)) adder (
          .enable(add_lanes[i]), .weight(weight), .exponent(exponent),
          .earlier(sums[i*SUM+:SUM]), .later(new_sums[i*SUM+:SUM])
      );

      wire [PARAMETERS-1:0] mine = parameters[i*PARAMETERS+:PARAMETERS];
      wire [23:0] v_fresh;
      wire fired;
      neuron #(
          .SUM(SUM), .BIAS(BIAS), .BIAS_SHIFT(BIAS_SHIFT), .MULTIPLY(MULTIPLY),
          .CURRENT(CURRENT), .U(U)
      ) law (
          .first(first_step), .sum(sums[i*SUM+:SUM]), .bias(biases[i*BIAS+:BIAS]),
          .keep_u(own ? mine[12:0] : keep_u), .keep_v(own ? mine[25:13] : keep_v),
          .vth(own ? mine[45:26] : vth), .u_before(u_before[i*U+:U]),
          .v_before(v_before[i*24+:24]), .u_after(u_after[i*U+:U]), .v_fresh(v_fresh),
          .v_after(v_after[i*24+:24]), .margin(margin[i*27+:27]), .fires(fired)
      );
      assign fires[i] = fired & update_lanes[i];
      wire [31:0] sum = {{(32 - SUM) {sums[i*SUM+SUM-1]}}, sums[i*SUM+:SUM]};
      wire [31:0] bias = {{(32 - BIAS) {biases[i*BIAS+BIAS-1]}}, biases[i*BIAS+:BIAS]};
      assign shown[i*32+:32] = is_read ? sum + bias : {{8{v_fresh[23]}}, v_fresh};
    end
  endgenerate

  assign sent = sends;
  assign sent_address = send_address;
  assign sent_spikes = fires;

  generate
    if (ITEMS != 0) begin : scored
      // The scorer begins when the table of commands ends.
      reg computed;
      wire working;
      wire offer;
      wire [31:0] score;
      wire [19:0] item;
      wire begins = computed & ~computing;
      always @(posedge clk) computed <= computing & ~reset;
      scorer #(
          .LANES(LANES), .ITEMS(ITEMS), .WORDS(READOUTS), .CODE_IMAGE(CODE_IMAGE),
          .SCORE_BIAS_IMAGE(SCORE_BIAS_IMAGE)
      ) scores (
          .clk(clk), .reset(reset), .start(begins), .busy(working),
          .readout_address(scored_address), .readouts(readout_data),
          .load_codes(load & load_memory == 3'd6), .load_biases(load & load_memory == 3'd7),
          .load_address(load_address), .load_code(load_data[LANES*8-1:0]),
          .load_bias(load_data[31:0]), .offer(offer), .score(score), .item(item)
      );
      assign scoring = working | begins;
      top_ten best (
          .clk(clk), .restart(begins), .offer(offer), .score(score), .item(item),
          .place(top_place), .item_there(top_item), .score_there(top_score)
      );
    end else begin : unscored
      assign scoring = 1'b0;
      assign scored_address = 20'd0;
      assign top_item = 20'd0;
      assign top_score = 32'd0;
      wire unused_place = &{1'b0, top_place};
    end
    if (COUNT != 0) begin : counted
      counters #(.LANES(LANES)) count (
          .clk(clk), .restart(start & ~busy), .running(busy), .fetched(fetched),
          .added({LANES{add}} & add_lanes), .added_zero({LANES{add}} & add_lanes & zero_weight),
          .updated({LANES{sends}} & update_lanes), .margin(margin), .margins(margins), .events(events), .operations(operations),
          .zero_operations(zero_operations), .updates(updates), .cycles(cycles)
      );
    end else begin : uncounted
      assign {events, operations, zero_operations, updates, margins, cycles} = 192'd0;
      wire unused_counts = &{1'b0, fetched, zero_weight, margin};
    end
  endgenerate
  wire unused = &{1'b0, load_data};
endmodule
