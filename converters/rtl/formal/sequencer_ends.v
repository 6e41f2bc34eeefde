// Stands in front of the endmodule of sequencer.v, whose registers it reads. Proves by induction over
// one cycle, for every content of every memory:
//   1. each cycle in which the sequencer is busy makes `rank` smaller, so that it is busy for a
//      finite number of cycles;
//   2. NEU and READ write membranes, sums, spikes and readouts at the places of their own rows and
//      words alone, and only the lanes of `tail` in the last word of a row;
//   3. a spike that SYN hears adds to run + 1 words from its target on, `run_step` apart, or to the
//      targets of its list, and nothing else adds.
// What a table must be for that is assumed below; converters/rtl/addresses.py checks it on every
// compile, and that the rows and words of a command are those of its population.
// Any numbers that stay what they are: the proof's own inputs, as nothing drives them.
wire [15:0] table_ends;  // the place of END
wire [7:0] last_step;    // steps of a sample less one
wire [19:0] longest;     // more entries than any list has
reg [43:0] constants;
always @(posedge clk) constants <= {table_ends, last_step, longest};

// Registers of the walker, by the names that they get when it is flattened.
(* hierconn *) wire [15:0] \walk.row ;
(* hierconn *) wire [15:0] \walk.word ;
(* hierconn *) wire [15:0] \walk.t_start ;
wire [15:0] row = \walk.row ;
wire [15:0] word = \walk.word ;

reg [3:0] state_before;
reg [15:0] pc_before;
reg [319:0] code_before;
reg [19:0] entries;  // of the list that is followed
always @(posedge clk) begin
  state_before <= state;
  pc_before <= pc;
  code_before <= code;
  entries <= state == FOLLOW ? 20'd0 : entry ? entries + 20'd1 : entries;
end

wire walking = state == PRIME || state == SCAN || state == NEURONS;
wire hearing = state == EVENT || state == RUN || state == POINT || state == FOLLOW ||
    state == LIST || state == ENTRY;
wire in_rows = walking || (hearing && !last_word);
wire decoding_done = walking || hearing || state == DRAIN;

always @* begin
  assume ({table_ends, last_step, longest} == constants);
  // The command memory shows another word only where pc was another a cycle before.
  if (state_before != FETCH && state_before != CLEAR && state_before != IDLE)
    assume (code == code_before);
  // The table ends with its first END. Every LOOP has the steps of the sample.
  assume ((op > LOOP) == (pc == table_ends));
  assume (op != LOOP || rows == {8'd0, last_step});
  // Every list has a last entry.
  assume (longest != 20'd0 && (!entry || entries + 20'd1 != longest || list_word[31]));
end

// How far the walk is from its end: rows and words to go.
wire [16:0] rows_left = {1'b0, rows} - {1'b0, row} + 17'd1;
wire [15:0] words_left = words - word;
wire [32:0] walk_left = (hearing && last_word) ? 33'd0 : {rows_left, words_left};

reg [2:0] phase;
reg [32:0] in_walk;
reg [LANES-1:0] in_word;
reg [2:0] in_spike;
reg [19:0] in_run;
reg in_entry;
always @* begin
  {in_walk, in_word, in_spike, in_run, in_entry} = 0;
  case (state)
    CLEAR: phase = 3'd7;
    FETCH: phase = 3'd6;
    DECODE: phase = 3'd5;
    PRIME: phase = 3'd4;
    DRAIN: phase = 3'd2;
    default: phase = 3'd3;
  endcase
  if (state == CLEAR) in_run = SUMS - 1 - sum;
  if (state == SCAN || state == NEURONS || hearing) in_walk = walk_left;
  if (hearing) in_word = spikes;
  case (state)
    EVENT: in_spike = 3'd1;
    RUN: {in_spike, in_run} = {3'd2, 4'd0, left};
    POINT: in_spike = 3'd4;
    FOLLOW: in_spike = 3'd3;
    LIST: {in_spike, in_run, in_entry} = {3'd2, longest - entries, 1'b1};
    ENTRY: {in_spike, in_run} = {3'd2, longest - entries};
    default: in_spike = 3'd0;
  endcase
end
wire [15:0] loops_left = table_ends - loop_start;
wire [7:0] steps_left = last_step - t;
wire [15:0] commands_left = table_ends - pc;
wire [99+LANES:0] rank = {loops_left, steps_left, commands_left, phase, in_walk, in_word, in_spike,
    in_run, in_entry};
reg [99+LANES:0] rank_before;
reg reset_before, stepped, row_ended;
reg [15:0] place;
reg ran, listed;
reg [15:0] reach, reached, listed_target;
initial state = IDLE;
initial state_before = IDLE;
always @(posedge clk) begin
  rank_before <= rank;
  reset_before <= reset;
  stepped <= stepping && !reset;
  row_ended <= row_ends;
  place <= target;
  ran <= state == RUN && !reset;
  listed <= entry && !reset;
  reach <= state == EVENT ? t_of_word + t_of_lane[15:0] : reach + run_step;
  reached <= reach;
  listed_target <= list_word[15:0];
end

always @* if (busy && !reset) begin
  assert (state <= DRAIN);
  if (state_before != IDLE && !reset_before) assert (rank < rank_before);
  // What makes the rank a number without a sign.
  assert (t <= last_step);
  assert (loop_start <= pc);
  assert (pc <= table_ends);
  if (state == CLEAR) assert ({16'd0, sum} < SUMS);
  if (state == LIST || state == ENTRY) assert (entries < longest);
  if (state == EVENT) assert (spikes != 0);
  // What every state is told by its command.
  if (state == PRIME || state == SCAN || hearing) assert (op == SYN);
  if (state == NEURONS || state == DRAIN) assert (op == NEU || op == READ);
  // pc changes into FETCH and CLEAR alone, so the assumption on the memory holds.
  if (decoding_done || state == DECODE) assert (pc == pc_before);
  if (state == DECODE) assert (state_before == FETCH);
  if (decoding_done) assert (state_before >= DECODE);
  // 2. What is written a cycle later stands where the walk was. Rows and words of every walk are those of the command.
  if (in_rows) assert (row <= rows && word <= words);
  if (in_rows && t_word == 16'd1) assert (target == \walk.t_start  + word);
  if (update) begin
    assert (stepped && (state == NEURONS || state == DRAIN));
    assert (write_sum == place && write_state == v_base + place);
    assert (sent_address == (is_read || shows ? read_slot : slot) + address + place);
    assert (update_lanes == (row_ended ? tail[LANES-1:0] : {LANES{1'b1}}));
  end
  // 3. The same of what SYN adds to.
  if (state == RUN) assert (left <= run && sum == reach);
  assert (add == (ran || listed) && !(add && update));
  if (ran) assert (write_sum == reached);
  if (listed) assert (write_sum == listed_target);
end
