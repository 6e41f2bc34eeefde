// Scores every item with the readouts of a sample: its bias, and the sum of the readouts where its
// code is 1. Eight words of readouts are a group; a lane has, for each group, a table of all 256 sums
// of its eight readouts, so that a byte of a code is one look-up. Exact in 32 bits.
module scorer #(
    parameter LANES = 8,
    parameter ITEMS = 16,
    parameter WORDS = 32,        // of readouts
    parameter CODE_IMAGE = "",
    parameter SCORE_BIAS_IMAGE = ""
) (
    input  wire                clk,
    input  wire                reset,
    input  wire                start,
    output wire                busy,
    output wire [        19:0] readout_address,
    input  wire [LANES*32-1:0] readouts,
    input  wire                load_codes,
    input  wire                load_biases,
    input  wire [        19:0] load_address,
    input  wire [ LANES*8-1:0] load_code,
    input  wire [        31:0] load_bias,
    output reg                 offer,
    output reg  [        31:0] score,
    output reg  [        19:0] item
);
  localparam GROUPS = (WORDS + 7) / 8;
  localparam IDLE = 2'd0, TABLES = 2'd1, ITEMS_PASS = 2'd2, DRAIN = 2'd3;
  reg [1:0] state;
  reg [11:0] group;
  reg [7:0] k;  // the place in a walk over all 256 sums that changes one term at a time
  assign busy = state != IDLE;
  wire last_group = {20'd0, group} == GROUPS - 1;

  // Sums: step k adds or takes away the readout of the lowest bit that is set in k.
  reg [2:0] term;
  integer b;
  always @* begin
    term = 3'd0;
    for (b = 7; b >= 0; b = b - 1) if (k[b]) term = b[2:0];
  end
  assign readout_address = {5'd0, group, term};
  reg fill, begins, adds, there;
  reg [19:0] fill_address;
  wire [7:0] gray = k ^ {1'b0, k[7:1]};
  always @(posedge clk) begin
    fill <= state == TABLES;
    begins <= k == 8'd0;
    adds <= gray[term];
    there <= {12'd0, readout_address} < WORDS;
    fill_address <= {group, gray};
    if (reset) fill <= 1'b0;
  end

  // Items: a word of the codes a cycle.
  reg [19:0] code_address, number;
  reg found1, first1, last1, found2, first2, last2;
  reg [19:0] number1, number2;
  reg [11:0] group1;
  wire [LANES*8-1:0] code;
  wire [31:0] bias;
  wire [LANES*32-1:0] looked_up;
  memory #(.WIDTH(LANES * 8), .DEPTH(ITEMS * GROUPS), .IMAGE(CODE_IMAGE)) code_memory (
      .clk(clk), .read_address(code_address), .read_data(code), .write(load_codes),
      .write_address(load_address), .write_data(load_code)
  );
  memory #(.WIDTH(32), .DEPTH(ITEMS), .IMAGE(SCORE_BIAS_IMAGE)) score_bias_memory (
      .clk(clk), .read_address(number1), .read_data(bias), .write(load_biases),
      .write_address(load_address), .write_data(load_bias)
  );
  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : lane
      reg [31:0] kept;
      wire [31:0] term_there = there ? readouts[i*32+:32] : 32'd0;
      wire [31:0] total = begins ? 32'd0 : adds ? kept + term_there : kept - term_there;
      always @(posedge clk) kept <= total;
      memory #(.WIDTH(32), .DEPTH(GROUPS * 256)) table_memory (
          .clk(clk), .read_address({group1, code[i*8+:8]}), .read_data(looked_up[i*32+:32]),
          .write(fill), .write_address(fill_address), .write_data(total)
      );
    end
  endgenerate

  reg [31:0] together;
  integer n;
  always @* begin
    together = first2 ? bias : score;
    for (n = 0; n < LANES; n = n + 1) together = together + looked_up[n*32+:32];
  end
  always @(posedge clk) begin
    found1 <= state == ITEMS_PASS;
    first1 <= group == 12'd0;
    last1 <= last_group;
    number1 <= number;
    group1 <= group;
    {found2, first2, last2, number2} <= {found1, first1, last1, number1};
    if (found2) score <= together;
    offer <= found2 & last2;
    item <= number2;
    if (reset) {found1, found2, offer} <= 3'b0;
  end

  always @(posedge clk) begin
    case (state)
      IDLE: if (start) begin
        state <= TABLES;
        group <= 12'd0;
        k <= 8'd0;
      end
      TABLES: begin
        k <= k + 8'd1;
        if (k == 8'd255) begin
          group <= last_group ? 12'd0 : group + 12'd1;
          if (last_group) state <= ITEMS_PASS;
        end
        code_address <= 20'd0;
        number <= 20'd0;
      end
      ITEMS_PASS: begin
        code_address <= code_address + 20'd1;
        group <= last_group ? 12'd0 : group + 12'd1;
        if (last_group) number <= number + 20'd1;
        if (last_group && {12'd0, number} == ITEMS - 1) state <= DRAIN;
      end
      default: if (!found1 && !found2 && !offer) state <= IDLE;
    endcase
    if (reset) state <= IDLE;
  end
endmodule
