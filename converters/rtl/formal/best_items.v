// Stands in front of the endmodule of top_ten.v, whose registers it reads. Proves by induction over
// one cycle, for any scores of items that come in the order of their numbers: the list is sorted, best
// first, of equal scores the lower number first, and of any item that was offered it holds the score,
// or ten others that stand before it.
wire [19:0] watched;  // any one item: the proof's own input, as nothing drives it
reg [19:0] constant;
always @(posedge clk) constant <= watched;

reg started, any, seen;
reg [19:0] latest;
reg signed [31:0] watched_score;
initial started = 1'b0;
always @(posedge clk)
  if (restart) {started, any, seen} <= 3'b100;
  else if (offer) begin
    any <= 1'b1;
    latest <= item;
    if (item == watched) begin
      seen <= 1'b1;
      watched_score <= score;
    end
  end

reg [9:0] holds;
integer p;
always @* begin
  assume (watched == constant);
  if (started && offer && any) assume (item > latest);
  for (p = 0; p < 10; p = p + 1) holds[p] = taken[p] && items[p] == watched;
  if (started) begin
    for (p = 0; p < 9; p = p + 1)
      if (taken[p+1])
        assert (taken[p] && (scores[p] > scores[p+1] ||
            (scores[p] == scores[p+1] && items[p] < items[p+1])));
    for (p = 0; p < 10; p = p + 1) begin
      if (taken[p]) assert (any && items[p] <= latest);
      if (holds[p]) assert (seen && scores[p] == watched_score);
    end
    if (seen) begin
      assert (any && watched <= latest);
      assert (holds != 10'd0 || (taken[9] && (scores[9] > watched_score ||
          (scores[9] == watched_score && items[9] < watched))));
    end
  end
end
