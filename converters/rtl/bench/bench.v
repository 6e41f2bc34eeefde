// The same check in plain Verilog, for simulators without C++: word by word, without names.
// bench.txt says which node a word belongs to.
module bench;
  parameter LANES = 8, SUM = 18, BIAS = 13, BIAS_SHIFT = 0, EXPONENT = 0, MULTIPLY = 1;
  parameter CURRENT = 1, U = 32, OWN = 1, SPIKES = 1, WEIGHTS = 1, LISTS = 1, SUMS = 1;
  parameter STATES = 1, BIASES = 1, NEURONS = 1, READOUTS = 1, COMMANDS = 1, ITEMS = 0;
  parameter SAMPLES = 1, STEPS = 1, SPIKE_WORDS = 1, READOUT_WORDS = 1, INPUT_WORDS = 1;
  parameter CYCLE_LIMIT = 1000, PLACES = 0;

  reg clk = 0, reset = 1, start = 0, load = 0;
  reg [2:0] load_memory = 0;
  reg [19:0] load_address = 0, readout_address = 0;
  reg [735:0] load_data = 0;
  reg [3:0] top_place = 0;
  wire [19:0] top_item;
  wire [31:0] top_score;
  wire busy, sent;
  wire [LANES*32-1:0] readout_data;
  wire [19:0] sent_address;
  wire [LANES-1:0] sent_spikes;
  wire [31:0] events, operations, zero_operations, updates, margins, cycles;
  core #(
      .LANES(LANES), .SUM(SUM), .BIAS(BIAS), .BIAS_SHIFT(BIAS_SHIFT), .EXPONENT(EXPONENT),
      .MULTIPLY(MULTIPLY), .CURRENT(CURRENT), .U(U), .OWN(OWN), .SPIKES(SPIKES),
      .WEIGHTS(WEIGHTS), .LISTS(LISTS), .SUMS(SUMS), .STATES(STATES), .BIASES(BIASES),
      .NEURONS(NEURONS), .READOUTS(READOUTS), .COMMANDS(COMMANDS), .ITEMS(ITEMS),
      .WEIGHT_IMAGE("images/weights.hex"), .LIST_IMAGE("images/lists.hex"),
      .BIAS_IMAGE("images/biases.hex"), .NEURON_IMAGE("images/neurons.hex"),
      .COMMAND_IMAGE("images/commands.hex"), .CODE_IMAGE("images/codes.hex"),
      .SCORE_BIAS_IMAGE("images/item_biases.hex")
  ) dut (
      .clk(clk), .reset(reset), .start(start), .busy(busy), .load(load),
      .load_memory(load_memory), .load_address(load_address), .load_data(load_data),
      .readout_address(readout_address), .readout_data(readout_data), .top_place(top_place),
      .top_item(top_item), .top_score(top_score), .sent(sent),
      .sent_address(sent_address), .sent_spikes(sent_spikes), .events(events),
      .operations(operations), .zero_operations(zero_operations), .updates(updates), .margins(margins),
      .cycles(cycles)
  );

  reg [LANES-1:0] golden[0:SAMPLES*STEPS*SPIKE_WORDS-1];
  reg [LANES*32-1:0] answers[0:SAMPLES*STEPS*READOUT_WORDS-1];
  reg [63:0] best[0:SAMPLES*PLACES];
  reg [31:0] counts[0:SAMPLES*6-1];
  reg [LANES-1:0] seen[0:STEPS*SPIKE_WORDS-1];
  integer sample, samples, t, i, at, wrong, spent, compared;

  always #5 clk = ~clk;
  always @(negedge clk) if (sent) seen[sent_address] = sent_spikes;

  task differs(input integer step, input integer word, input [LANES*32-1:0] ours,
               input [LANES*32-1:0] theirs, input readout);
    begin
      if (wrong == 0)
        $display("FAIL: sample %0d, step %0d, %0s word %0d: the core has %h, golden is %h", sample,
                 step + 1, readout ? "readout" : "spike", word, ours, theirs);
      wrong = wrong + 1;
    end
  endtask

  initial begin
    $readmemh("golden/spikes.hex", golden);
    $readmemh("golden/readouts.hex", answers);
    $readmemh("golden/counters.hex", counts);
    if (PLACES > 0) $readmemh("golden/best.hex", best, 0, SAMPLES * PLACES - 1);
    wrong = 0;
    compared = 0;
    if (!$value$plusargs("samples=%d", samples)) samples = SAMPLES;
    repeat (2) @(negedge clk);
    reset = 0;
    for (sample = 0; sample < samples; sample = sample + 1) begin
      load_memory = 0;
      load = 1;
      for (t = 0; t < STEPS; t = t + 1)
        for (i = 0; i < INPUT_WORDS; i = i + 1) begin
          load_address = t * SPIKE_WORDS + i;
          load_data = golden[(sample*STEPS+t)*SPIKE_WORDS+i];
          @(negedge clk);
        end
      load = 0;
      start = 1;
      @(negedge clk);
      start = 0;
      spent = 0;
      while (busy && spent < CYCLE_LIMIT) begin
        @(negedge clk);
        spent = spent + 1;
      end
      if (busy) $display("FAIL: sample %0d is not done after %0d cycles", sample, spent);
      if (busy) wrong = wrong + 1;
      for (t = 0; t < STEPS; t = t + 1) begin
        for (i = INPUT_WORDS; i < SPIKE_WORDS; i = i + 1) begin
          at = t * SPIKE_WORDS + i;
          compared = compared + 1;
          if (seen[at] !== golden[sample*STEPS*SPIKE_WORDS+at])
            differs(t, i, seen[at], golden[sample*STEPS*SPIKE_WORDS+at], 0);
        end
        for (i = 0; i < READOUT_WORDS; i = i + 1) begin
          at = t * READOUT_WORDS + i;
          readout_address = at;
          @(negedge clk);
          @(negedge clk);
          compared = compared + 1;
          if (readout_data !== answers[sample*STEPS*READOUT_WORDS+at])
            differs(t, i, readout_data, answers[sample*STEPS*READOUT_WORDS+at], 1);
        end
      end
      for (i = 0; i < PLACES; i = i + 1) begin
        top_place = i;
        @(negedge clk);
        compared = compared + 1;
        if ({12'd0, top_item, top_score} !== {best[sample*PLACES+i][31:0], best[sample*PLACES+i][63:32]}) begin
          if (wrong == 0)
            $display("FAIL: sample %0d, place %0d: item %0d with %0d", sample, i + 1, top_item,
                     $signed(top_score));
          wrong = wrong + 1;
        end
      end
      if ({events, operations, zero_operations, updates, margins, cycles} !==
          {counts[sample*6], counts[sample*6+1], counts[sample*6+2], counts[sample*6+3],
           counts[sample*6+4], counts[sample*6+5]}) begin
        if (wrong == 0)
          $display("FAIL: sample %0d: counters %0d %0d %0d %0d %0d %0d differ", sample, events,
                   operations, zero_operations, updates, margins, cycles);
        wrong = wrong + 1;
      end
    end
    $display("samples %0d\nwords compared %0d\nmismatches %0d", samples, compared, wrong);
    if (wrong == 0) $display("PASS");
    $finish;
  end
endmodule
