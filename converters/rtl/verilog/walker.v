// Walks rows of words and keeps three addresses in step: of spikes, of weights, of targets.
// No multiplier: every step adds.
module walker (
    input  wire        clk,
    input  wire        restart,
    input  wire        step,
    input  wire [19:0] s_base,
    input  wire [15:0] s_row,
    input  wire [19:0] w_base,
    input  wire [19:0] w_row,
    input  wire [19:0] w_word,
    input  wire [15:0] t_base,
    input  wire [15:0] t_row,
    input  wire [15:0] t_word,
    input  wire [15:0] rows,     // less one
    input  wire [15:0] words,    // less one
    output reg  [19:0] s,
    output wire [19:0] s_ahead,  // s after the next step
    output reg  [19:0] w,
    output reg  [15:0] t,
    output wire        row_ends,
    output wire        ends
);
  reg [15:0] row, word;
  reg [19:0] s_start, w_start;
  reg [15:0] t_start;
  assign row_ends = word == words;
  assign ends = row_ends && row == rows;
  wire [19:0] s_next_row = s_start + {4'd0, s_row};
  wire [19:0] w_next_row = w_start + w_row;
  wire [15:0] t_next_row = t_start + t_row;
  assign s_ahead = row_ends ? s_next_row : s + 20'd1;

  always @(posedge clk) begin
    if (restart) begin
      {row, word} <= 32'd0;
      {s, w, t} <= {s_base, w_base, t_base};
      {s_start, w_start, t_start} <= {s_base, w_base, t_base};
    end else if (step) begin
      s <= s_ahead;
      if (row_ends) begin
        word <= 16'd0;
        row <= row + 16'd1;
        {w, t} <= {w_next_row, t_next_row};
        {s_start, w_start, t_start} <= {s_next_row, w_next_row, t_next_row};
      end else begin
        word <= word + 16'd1;
        w <= w + w_word;
        t <= t + t_word;
      end
    end
  end
endmodule
