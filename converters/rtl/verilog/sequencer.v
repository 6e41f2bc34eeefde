// Runs the table of commands. Finds spikes, and gives every memory its address.
//   SYN   read the spikes of a source and add the row of weights of each to its targets
//   NEU   one step of the neurons of a population, whose accumulators are cleared
//   READ  accumulator and bias are a readout
//   LOOP  back to the command after the last LOOP for the next step of the sample; on after T
//   END   done
module sequencer #(
    parameter LANES = 8,
    parameter LANE = 3,
    parameter SUMS = 16  // words of accumulators, cleared at the start
) (
    input  wire             clk,
    input  wire             reset,
    input  wire             start,
    output wire             busy,
    // the table of commands
    output reg  [     15:0] pc,
    input  wire [    319:0] code,
    // spikes of the sources
    output wire [     19:0] spike_address,
    input  wire [LANES-1:0] spike_word,
    // lists of synapses: {last, 1'b0, lane, weight, target} or a pointer {there, first}
    output wire [     19:0] list_address,
    input  wire [     31:0] list_word,
    // targets: what is read now is written in the next cycle
    output wire [     19:0] weight_address,
    output wire [     15:0] sum_address,
    output reg              add,
    output reg  [LANES-1:0] add_lanes,
    output reg              add_alike,       // every lane gets the weight of lane 0
    output reg              add_listed,      // every lane gets `listed_weight`
    output reg  [      7:0] listed_weight,
    output reg  [     15:0] write_sum,
    output reg              clear,
    // neurons
    output wire [     19:0] bias_address,
    output wire [     19:0] parameter_address,
    output wire [     15:0] state_address,
    output reg              update,
    output reg  [LANES-1:0] update_lanes,
    output reg  [     19:0] sent_address,    // of the spikes, or of the readout
    output reg  [     15:0] write_state,
    output wire             first_step,
    output wire             is_read,
    output wire             shows,
    output wire             own,
    output wire [     12:0] keep_u,
    output wire [     12:0] keep_v,
    output wire [     19:0] vth,
    output wire [      3:0] exponent,
    // a row of weights was fetched
    output wire             fetched
);
  localparam SYN = 4'd0, NEU = 4'd1, READ = 4'd2, LOOP = 4'd3;
  localparam IDLE = 4'd0, CLEAR = 4'd1, FETCH = 4'd2, DECODE = 4'd3, PRIME = 4'd4, SCAN = 4'd5,
      EVENT = 4'd6, RUN = 4'd7, POINT = 4'd8, FOLLOW = 4'd9, LIST = 4'd10, ENTRY = 4'd11,
      NEURONS = 4'd12, DRAIN = 4'd13;
  reg [3:0] state;

  wire [3:0] op;
  wire [19:0] address, w_base, w_row, w_word, w_lane, lag_back, p_base;
  wire [15:0] rows, words, row_step, lanes, tail, t_base, t_row, t_word, t_lane, run, run_step;
  wire [15:0] v_base;
  wire [7:0] lag;
  wire [3:0] fixed_lane;
  wire list, single, fixed;
  command fields (
      .code(code), .op(op), .address(address), .rows(rows), .words(words), .row_step(row_step),
      .lanes(lanes), .tail(tail), .w_base(w_base), .w_row(w_row), .w_word(w_word),
      .w_lane(w_lane), .t_base(t_base), .t_row(t_row), .t_word(t_word), .t_lane(t_lane),
      .run(run), .run_step(run_step), .lag(lag), .lag_back(lag_back), .exponent(exponent),
      .list(list), .single(single), .fixed(fixed), .lane(fixed_lane), .vth(vth),
      .keep_u(keep_u), .keep_v(keep_v), .own(own), .p_base(p_base), .v_base(v_base), .show(shows)
  );

  // Time. Slots: where this step's spikes and readouts stand.
  reg [7:0] t;
  reg [15:0] loop_start;
  reg [19:0] slot, read_slot;
  assign first_step = t == 8'd0;
  assign is_read = op == READ;
  assign busy = state != IDLE;

  // The walk over words of spikes, or of neurons.
  wire decoded = state == DECODE;
  wire scanning = state == SCAN;
  wire stepping = state == NEURONS;
  wire [19:0] s, s_ahead, w;
  wire [15:0] target;
  wire row_ends, ends;
  walker walk (
      .clk(clk), .restart(decoded), .step(scanning | stepping),
      .s_base(op == SYN ? slot + address - lag_back : slot), .s_row(row_step),
      .w_base(w_base), .w_row(w_row), .w_word(w_word),
      .t_base(t_base), .t_row(t_row), .t_word(t_word), .rows(rows), .words(words),
      .s(s), .s_ahead(s_ahead), .w(w), .t(target), .row_ends(row_ends), .ends(ends)
  );
  assign spike_address = scanning ? s_ahead : s;

  // The spikes of one word, one after the other.
  reg [LANES-1:0] spikes;
  reg [19:0] w_of_word;
  reg [15:0] t_of_word;
  reg last_word;
  wire [LANE-1:0] lane;
  wire [LANES-1:0] others;
  first_spike #(.LANES(LANES), .LANE(LANE)) find (.spikes(spikes), .lane(lane), .others(others));
  wire [LANES-1:0] heard = spike_word & lanes[LANES-1:0];
  wire [LANES-1:0] one = {{(LANES - 1) {1'b0}}, 1'b1};
  wire [19:0] w_of_lane, t_of_lane;
  generate
    if (LANES > 1) begin : many
      assign w_of_lane = {{(20 - LANE) {1'b0}}, lane} * w_lane;
      assign t_of_lane = {{(20 - LANE) {1'b0}}, lane} * {4'd0, t_lane};
    end else begin : only
      assign w_of_lane = 20'd0;
      assign t_of_lane = 20'd0;
      wire unused_lane = &{1'b0, lane, w_lane};
    end
  endgenerate

  // The run of targets of one spike.
  reg [19:0] weight;
  reg [15:0] sum, left;
  reg [LANE-1:0] lane_of_spike;
  wire run_ends = left == 16'd0;
  wire [LANES-1:0] single_lane = one << (fixed ? fixed_lane[LANE-1:0] : lane_of_spike);
  wire entry = state == ENTRY;
  assign weight_address = weight;
  assign list_address = weight;
  assign sum_address = stepping ? target : entry ? list_word[15:0] : sum;
  assign bias_address = w;
  assign parameter_address = p_base + {4'd0, target};
  assign state_address = v_base + target;
  assign fetched = (state == EVENT && !list) || (state == FOLLOW && list_word[31]);

  wire [3:0] next_command = FETCH;
  wire [3:0] next_spike = spikes != {LANES{1'b0}} ? EVENT : last_word ? next_command : SCAN;
  wire leaves = (state == RUN && run_ends) || (state == FOLLOW && !list_word[31]) ||
      (entry && list_word[31]);
  wire finishes = (leaves && spikes == {LANES{1'b0}} && last_word) ||
      (scanning && ends && heard == {LANES{1'b0}});

  // What happens one cycle after an address was given.
  always @(posedge clk) begin
    add <= state == RUN || entry;
    add_lanes <= entry ? one << list_word[24+:LANE] :
        single ? single_lane : run_ends ? tail[LANES-1:0] : {LANES{1'b1}};
    add_alike <= single;
    add_listed <= entry;
    listed_weight <= list_word[23:16];
    write_sum <= state == CLEAR ? sum : sum_address;
    clear <= state == CLEAR;
    update <= stepping;
    update_lanes <= row_ends ? tail[LANES-1:0] : {LANES{1'b1}};
    sent_address <= (is_read | shows ? read_slot : slot) + address + {4'd0, target};
    write_state <= state_address;
    if (reset) begin
      add <= 1'b0;
      clear <= 1'b0;
      update <= 1'b0;
    end
  end

  always @(posedge clk) begin
    case (state)
      IDLE: if (start) begin
        state <= CLEAR;
        pc <= 16'd0;
        loop_start <= 16'd0;
        t <= 8'd0;
        slot <= 20'd0;
        read_slot <= 20'd0;
        sum <= 16'd0;
      end
      CLEAR: begin
        sum <= sum + 16'd1;
        if ({16'd0, sum} == SUMS - 1) state <= FETCH;
      end
      FETCH: state <= DECODE;
      DECODE: case (op)
        SYN: if (t < lag) begin
          pc <= pc + 16'd1;
          state <= FETCH;
        end else state <= PRIME;
        NEU, READ: state <= NEURONS;
        LOOP: begin
          state <= FETCH;
          if ({8'd0, t} == rows) begin
            t <= 8'd0;
            slot <= 20'd0;
            read_slot <= 20'd0;
            loop_start <= pc + 16'd1;
            pc <= pc + 16'd1;
          end else begin
            t <= t + 8'd1;
            slot <= slot + address;
            read_slot <= read_slot + w_base;
            pc <= loop_start;
          end
        end
        default: state <= IDLE;
      endcase
      PRIME: state <= SCAN;
      SCAN: begin
        spikes <= heard;
        w_of_word <= w;
        t_of_word <= target;
        last_word <= ends;
        state <= heard != {LANES{1'b0}} ? EVENT : ends ? next_command : SCAN;
      end
      EVENT: begin
        spikes <= others;
        lane_of_spike <= lane;
        weight <= w_of_word + w_of_lane;
        sum <= t_of_word + t_of_lane[15:0];
        left <= run;
        state <= list ? POINT : RUN;
      end
      RUN: begin
        weight <= weight + 20'd1;
        sum <= sum + run_step;
        left <= left - 16'd1;
        if (run_ends) state <= next_spike;
      end
      POINT: state <= FOLLOW;
      FOLLOW: begin
        weight <= list_word[19:0];
        state <= list_word[31] ? LIST : next_spike;
      end
      LIST: begin
        weight <= weight + 20'd1;
        state <= ENTRY;
      end
      ENTRY: state <= list_word[31] ? next_spike : LIST;
      NEURONS: if (ends) state <= DRAIN;
      DRAIN: begin
        pc <= pc + 16'd1;
        state <= FETCH;
      end
      default: state <= IDLE;
    endcase
    if (finishes) pc <= pc + 16'd1;
    if (reset) state <= IDLE;
  end

  wire unused = &{1'b0, t_of_lane, list_word, fixed_lane, lanes, tail, t_lane};
endmodule
