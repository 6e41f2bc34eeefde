// The fields of a command. Some bits mean one thing in SYN and another in NEU and READ.
// Counts (rows, words, run) are stored less one. docs/background/rtl-core.md has the table.
module command (
    input  wire [319:0] code,
    output wire [  3:0] op,
    output wire [ 19:0] address,   // spikes: first word within a step; LOOP: spike words of a step
    output wire [ 15:0] rows,      // rows of words to walk; LOOP: steps of a sample
    output wire [ 15:0] words,     // words in each
    output wire [ 15:0] row_step,  // spike words from row to row
    output wire [ 15:0] lanes,     // lanes that are listened to
    output wire [ 15:0] tail,      // lanes in use in the last word of a run, or of a row
    output wire [ 19:0] w_base,    // weights, lists or biases: first word; LOOP: readout words
    output wire [ 19:0] w_row,     // and steps by row, by word, by lane
    output wire [ 19:0] w_word,
    output wire [ 19:0] w_lane,
    output wire [ 15:0] t_base,    // targets: the same
    output wire [ 15:0] t_row,
    output wire [ 15:0] t_word,
    output wire [ 15:0] t_lane,
    output wire [ 15:0] run,       // words of targets that a spike reaches
    output wire [ 15:0] run_step,  // from word to word
    output wire [  7:0] lag,       // steps by which spikes come late
    output wire [ 19:0] lag_back,  // spike words by which an earlier slot is reached
    output wire [  3:0] exponent,
    output wire         list,      // weights stand in a list, by target
    output wire         single,    // a run changes one lane, weights in lane 0
    output wire         fixed,     // that lane is `lane`, not the one of the spike
    output wire [  3:0] lane,
    output wire [ 19:0] vth,
    output wire [ 12:0] keep_u,
    output wire [ 12:0] keep_v,
    output wire         own,       // neurons have parameters of their own
    output wire [ 19:0] p_base,    // where they stand
    output wire [ 15:0] v_base,    // first word of the membranes
    output wire         show       // the membrane is read, nothing fires
);
  assign {lane, fixed, single, list, exponent, lag_back, lag, run_step, run, t_lane, t_word, t_row,
          t_base, w_lane, w_word, w_row, w_base, tail, lanes, row_step, words, rows, address, op} =
      code[318:0];
  assign vth = w_lane;
  assign {keep_v, keep_u} = {run_step[12:0], run[12:0]};
  assign own = list;
  assign show = single;
  assign p_base = lag_back;
  assign v_base = t_lane;
  wire unused = code[319];
endmodule
