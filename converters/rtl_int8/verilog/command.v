// The fields of a command: one matrix, or one filter, for up to ROWS rows of activations. Counts
// are stored less one. docs/background/rtl-int8-core.md has the table.
module command (
    input  wire [319:0] code,
    output wire         ends,       // no command: the table is done
    output wire         each,       // every lane has an activation of its own
    output wire         scores,     // sums are scores of items
    output wire         rectifies,  // negative answers become zero
    output wire         skips,      // an earlier activation, times `gain`, is added
    output wire [  3:0] rows,       // rows of activations that share every weight
    output wire [  3:0] bytes,      // activations that are taken from a word
    output wire [  3:0] tail,       // lanes in use in the last word of outputs
    output wire [ 15:0] outs,       // words of outputs
    output wire [ 15:0] words,      // words of activations that are summed over
    output wire [ 15:0] x_base,     // activations: first word, steps by row, by word, by output word
    output wire [ 15:0] x_row,
    output wire [ 15:0] x_word,
    output wire [ 15:0] x_out,
    output wire [ 19:0] w_base,     // weights, or items: first word, steps by row, by activation,
    output wire [ 19:0] w_row,      // by output word
    output wire [ 19:0] w_step,
    output wire [ 19:0] w_out,
    output wire [ 15:0] p_base,     // parameters of outputs: first word, step by row
    output wire [ 15:0] p_row,
    output wire [ 15:0] s_base,     // what is skipped to: first word, step by row
    output wire [ 15:0] s_row,
    output wire [ 15:0] y_base,     // outputs: the same
    output wire [ 15:0] y_row,
    output wire [ 15:0] gain,
    output wire [  5:0] shift
);
  assign {shift, gain, y_row, y_base, s_row, s_base, p_row, p_base, w_out, w_step, w_row, w_base,
          x_out, x_word, x_row, x_base, words, outs, tail, bytes, rows, skips, rectifies, scores,
          each, ends} = code[310:0];
  wire unused = &{1'b0, code[319:311]};
endmodule
