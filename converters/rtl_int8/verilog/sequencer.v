// Runs the table of commands, and gives every memory its address. A command makes words of LANES
// outputs, each for up to ROWS rows: it multiplies until the sums are complete, a weight a cycle for
// every lane, then answers, an output a cycle.
module sequencer #(
    parameter LANES = 8,
    parameter LANE = 3,
    parameter ROW = 2
) (
    input  wire            clk,
    input  wire            reset,
    input  wire            start,
    output wire            busy,
    // the table of commands
    output reg  [    15:0] pc,
    input  wire [   319:0] code,
    // addresses; each stays where its memory is not needed, so that nothing is read in vain
    output wire [    15:0] x_address,
    output wire [    19:0] weight_address,
    output wire [    19:0] item_address,
    output wire [    15:0] parameter_address,
    output wire [    19:0] bias_address,      // of an item
    // one cycle after the addresses
    output reg             multiply,
    output reg             first,             // of a sum
    output reg             fresh,             // a word of activations has arrived for `row`
    output reg  [ ROW-1:0] row,
    output reg  [LANE-1:0] byte_number,       // of the activation within its word
    output reg  [LANE-1:0] lane,              // that is answered
    output reg             answer,
    output reg             offer,             // that answer is the score of `item`
    output reg             in_tail,           // the last word of outputs
    output reg  [    19:0] item,
    // two cycles after
    output reg             answered,
    output reg  [LANE-1:0] answered_lane,
    // three cycles after
    output reg             write,
    output reg  [    15:0] write_address,
    // of the command
    output wire            each,
    output wire            scores,
    output wire            rectifies,
    output wire [     3:0] tail,
    output wire [    15:0] gain,
    output wire [     5:0] shift
);
  localparam IDLE = 3'd0, FETCH = 3'd1, DECODE = 3'd2, MULTIPLY = 3'd3, ANSWER = 3'd4, DRAIN = 3'd5;
  reg [2:0] state;
  assign busy = state != IDLE;

  wire ends, skips;
  wire [3:0] rows, bytes;
  wire [15:0] outs, words, x_base, x_row, x_word, x_out, p_base, p_row, s_base, s_row;
  wire [15:0] y_base, y_row;
  wire [19:0] w_base, w_row, w_step, w_out;
  command fields (
      .code(code), .ends(ends), .each(each), .scores(scores), .rectifies(rectifies),
      .skips(skips), .rows(rows), .bytes(bytes), .tail(tail), .outs(outs), .words(words),
      .x_base(x_base), .x_row(x_row), .x_word(x_word), .x_out(x_out), .w_base(w_base),
      .w_row(w_row), .w_step(w_step), .w_out(w_out), .p_base(p_base), .p_row(p_row),
      .s_base(s_base), .s_row(s_row), .y_base(y_base), .y_row(y_row), .gain(gain), .shift(shift)
  );

  // Where the loops are, the outermost first.
  reg [15:0] out, word;
  reg [3:0] place, r, l;
  wire out_ends = out == outs;
  wire word_ends = word == words;
  wire place_ends = place == bytes;
  wire row_ends = r == rows;
  wire [3:0] last_lane = LANES[3:0] - 4'd1;
  wire lane_ends = l == (out_ends ? tail : last_lane);
  wire multiplying = state == MULTIPLY;
  wire answering = state == ANSWER;

  // Addresses: at the start of an output word, of an activation, and of this row.
  reg [15:0] x_start, x, x_here, x_held;
  reg [19:0] w_start, w, w_here;
  reg [15:0] p_start, p_here, s_start, s_here, y_start, y_here;
  reg [19:0] first_item;
  wire [15:0] x_next_out = x_start + x_out;
  wire [15:0] x_next = x + x_word;
  wire [19:0] w_next_out = w_start + w_out;
  wire [19:0] w_next = w + w_step;
  wire [15:0] p_next_out = p_start + LANES[15:0];
  wire [15:0] s_next_out = s_start + 16'd1;
  wire [15:0] y_next_out = y_start + 16'd1;
  wire reads_x = multiplying & place == 4'd0;
  assign x_address = reads_x ? x_here : answering & skips ? s_here : x_held;
  assign weight_address = scores ? 20'd0 : w_here;
  assign item_address = scores ? w_here : 20'd0;
  assign parameter_address = scores ? 16'd0 : p_here + {12'd0, l};
  assign bias_address = scores ? first_item + {16'd0, l} : 20'd0;

  reg ended, answer_ended;
  reg [15:0] y1, y2;
  always @(posedge clk) begin
    multiply <= multiplying;
    first <= word == 16'd0 && place == 4'd0;
    fresh <= reads_x;
    row <= r[ROW-1:0];
    byte_number <= place[LANE-1:0];
    lane <= l[LANE-1:0];
    answer <= answering & ~scores;
    offer <= answering & scores;
    in_tail <= out_ends;
    item <= bias_address;
    ended <= lane_ends;
    y1 <= y_here;
    answered <= answer;
    answered_lane <= lane;
    answer_ended <= ended;
    y2 <= y1;
    write <= answered & answer_ended;
    write_address <= y2;
    x_held <= x_address;
    if (reset) begin
      multiply <= 1'b0;
      answer <= 1'b0;
      offer <= 1'b0;
      answered <= 1'b0;
      write <= 1'b0;
    end
  end

  always @(posedge clk) begin
    case (state)
      IDLE: if (start) begin
        state <= FETCH;
        pc <= 16'd0;
      end
      FETCH: state <= DECODE;
      DECODE: begin
        state <= ends ? IDLE : MULTIPLY;
        {out, word, place, r, l} <= 44'd0;
        {x_start, x, x_here} <= {x_base, x_base, x_base};
        {w_start, w, w_here} <= {w_base, w_base, w_base};
        {p_start, p_here} <= {p_base, p_base};
        {s_start, s_here} <= {s_base, s_base};
        {y_start, y_here} <= {y_base, y_base};
        first_item <= 20'd0;
      end
      MULTIPLY: if (!row_ends) begin
        r <= r + 4'd1;
        x_here <= x_here + x_row;
        w_here <= w_here + w_row;
      end else begin
        r <= 4'd0;
        w <= w_next;
        w_here <= w_next;
        place <= place_ends ? 4'd0 : place + 4'd1;
        x_here <= place_ends ? x_next : x;
        if (place_ends) begin
          x <= x_next;
          word <= word_ends ? 16'd0 : word + 16'd1;
          if (word_ends) state <= ANSWER;
        end
      end
      ANSWER: if (!lane_ends) l <= l + 4'd1;
      else begin
        l <= 4'd0;
        if (!row_ends) begin
          r <= r + 4'd1;
          p_here <= p_here + p_row;
          s_here <= s_here + s_row;
          y_here <= y_here + y_row;
        end else begin
          r <= 4'd0;
          out <= out + 16'd1;
          {x_start, x, x_here} <= {x_next_out, x_next_out, x_next_out};
          {w_start, w, w_here} <= {w_next_out, w_next_out, w_next_out};
          {p_start, p_here} <= {p_next_out, p_next_out};
          {s_start, s_here} <= {s_next_out, s_next_out};
          {y_start, y_here} <= {y_next_out, y_next_out};
          first_item <= first_item + LANES[19:0];
          state <= out_ends ? DRAIN : MULTIPLY;
        end
      end
      DRAIN: begin
        state <= FETCH;
        pc <= pc + 16'd1;
      end
      default: state <= IDLE;
    endcase
    if (reset) state <= IDLE;
  end
endmodule
