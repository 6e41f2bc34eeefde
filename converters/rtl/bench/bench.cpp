// Loads the memory images, runs every sample and compares every spike, readout and counter with
// the golden vectors. Prints PASS, or the first difference in data-flow order; exits with 0 or 4.
// Usage: bench FOLDER [samples] [--record FILE]   FILE gets what the core sent and counted.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "Vcore.h"
#include "verilated.h"
#include "words.h"

struct Node {
  std::string kind, name, order, shape;
  unsigned base, outer, inner, row_words;
  std::vector<unsigned> sizes;

  // The neuron at a place in the words, as indices of the node's shape.
  std::string neuron(unsigned word, unsigned lane, unsigned lanes) const {
    unsigned row = word / row_words, at = word % row_words * lanes + lane;
    unsigned flat = order == "positions" ? at * outer + row : row * inner + at;
    std::string text;
    for (size_t axis = sizes.size(); axis-- > 0; flat /= sizes[axis])
      text = std::to_string(flat % sizes[axis]) + (text.empty() ? "" : ", ") + text;
    return "(" + text + ")";
  }
};

struct Bench {
  std::string folder;
  unsigned lanes = 0, steps = 0, samples = 0, spike_words = 0, readout_words = 0, places = 0;
  uint64_t cycle_limit = 0;
  std::vector<std::pair<unsigned, std::string>> images;
  std::vector<Node> nodes;
  Words spikes, readouts, best, counts;
  Vcore core;

  explicit Bench(const std::string& where) : folder(where) {
    std::ifstream file(folder + "/bench.txt");
    if (!file) fail(2, folder + "/bench.txt is not there");
    for (std::string line; std::getline(file, line);) {
      std::istringstream in(line);
      std::string key;
      in >> key;
      if (key == "lanes") in >> lanes;
      else if (key == "steps") in >> steps;
      else if (key == "samples") in >> samples;
      else if (key == "spike_words") in >> spike_words;
      else if (key == "readout_words") in >> readout_words;
      else if (key == "places") in >> places;
      else if (key == "cycle_limit") in >> cycle_limit;
      else if (key == "image") {
        images.emplace_back();
        in >> images.back().first >> images.back().second;
      } else if (key == "node") {
        Node node;
        in >> node.kind >> node.base >> node.outer >> node.inner >> node.row_words >> node.order
            >> node.shape;
        std::istringstream sizes(node.shape);
        for (std::string size; std::getline(sizes, size, 'x');)
          node.sizes.push_back(std::stoul(size));
        std::getline(in >> std::ws, node.name);
        nodes.push_back(node);
      }
    }
    spikes = read_hex(folder + "/golden/spikes.hex");
    readouts = read_hex(folder + "/golden/readouts.hex");
    best = read_hex(folder + "/golden/best.hex");
    counts = read_hex(folder + "/golden/counters.hex");
  }

  void tick() {
    core.clk = 0;
    core.eval();
    core.clk = 1;
    core.eval();
  }

  void load(unsigned memory, unsigned address, const std::vector<uint32_t>& word) {
    core.load = 1;
    core.load_memory = memory;
    core.load_address = address;
    for (size_t i = 0; i < word.size(); i++) core.load_data[i] = word[i];
    tick();
    core.load = 0;
  }

  void load_images() {
    for (auto& image : images) {
      Words words = read_hex(folder + "/images/" + image.second);
      for (size_t i = 0; i < words.size(); i++) load(image.first, i, words[i]);
    }
  }

  void show_inputs(unsigned sample) {
    for (auto& node : nodes)
      if (node.kind == "input")
        for (unsigned t = 0; t < steps; t++)
          for (unsigned i = 0; i < node.outer * node.row_words; i++)
            load(0, t * spike_words + node.base + i,
                 spikes[(sample * steps + t) * spike_words + node.base + i]);
  }

  // Runs one sample; what the core sends goes into `sent`, (steps, spike_words). Returns what went
  // wrong with the run itself, or nothing.
  std::string run(unsigned sample, std::vector<uint32_t>& sent) {
    std::string where = "sample " + std::to_string(sample);
    show_inputs(sample);
    core.start = 1;  // to the end: a busy core must not begin again
    tick();
    for (uint64_t spent = 0; core.busy; spent++) {
      if (spent > cycle_limit) {
        core.start = 0;
        core.reset = 1;
        tick();
        core.reset = 0;
        return where + " is not done after " + std::to_string(cycle_limit) + " cycles";
      }
      if (core.sent && core.sent_address >= steps * spike_words)
        return where + ": spikes are written to word " + std::to_string(core.sent_address) +
               ", outside of every population";
      if (core.sent) sent[core.sent_address] = core.sent_spikes;
      tick();
    }
    core.start = 0;
    return "";
  }

  std::vector<uint32_t> readout(unsigned address) {
    core.readout_address = address;
    tick();
    std::vector<uint32_t> lanes_of(lanes);
    for (unsigned i = 0; i < lanes; i++) lanes_of[i] = word_of(core.readout_data, i);
    return lanes_of;
  }

  template <class T> static uint32_t word_of(const T& wide, unsigned i) { return wide[i]; }
  static uint32_t word_of(const IData& narrow, unsigned) { return narrow; }
  static uint32_t word_of(const QData& narrow, unsigned i) { return narrow >> (32 * i); }
};

int main(int argc, char** argv) {
  std::string folder = ".", record;
  unsigned asked = 0;
  for (int i = 1, place = 0; i < argc; i++) {
    if (!std::strcmp(argv[i], "--record") && i + 1 < argc) record = argv[++i];
    else if (place++ == 0) folder = argv[i];
    else asked = std::stoul(argv[i]);
  }
  Bench bench(folder);
  unsigned samples = asked && asked < bench.samples ? asked : bench.samples;
  std::ofstream out;
  if (!record.empty()) out.open(record);
  bench.core.reset = 1;
  bench.tick();
  bench.tick();
  bench.core.reset = 0;
  bench.load_images();

  const unsigned lanes = bench.lanes, steps = bench.steps;
  uint64_t compared = 0, fired = 0, read = 0, ranked = 0, wrong = 0, totals[6] = {0, 0, 0, 0, 0, 0};
  size_t first_node = ~size_t(0);
  std::string first;
  auto differs = [&](size_t node, unsigned sample, unsigned t, unsigned word, unsigned lane,
                     int64_t ours, int64_t golden) {
    wrong++;
    if (node >= first_node) return;
    first_node = node;
    const Node& at = bench.nodes[node];
    first = at.kind + " '" + at.name + "', neuron " + at.neuron(word, lane, lanes) + ", sample " +
            std::to_string(sample) + ", step " + std::to_string(t + 1) + ": the core has " +
            std::to_string(ours) + ", golden is " + std::to_string(golden);
  };
  for (unsigned sample = 0; sample < samples; sample++) {
    std::vector<uint32_t> sent(steps * bench.spike_words, 0);
    std::string problem = bench.run(sample, sent);
    for (unsigned t = 0; t < steps; t++)
      for (size_t n = 0; n < bench.nodes.size(); n++) {
        const Node& node = bench.nodes[n];
        for (unsigned word = 0; word < node.outer * node.row_words; word++) {
          unsigned row_at = word % node.row_words * lanes;
          unsigned used = node.inner - row_at < lanes ? node.inner - row_at : lanes;
          if (node.kind == "population") {
            unsigned at = t * bench.spike_words + node.base + word;
            uint32_t ours = sent[at];
            uint32_t golden = bench.spikes[sample * steps * bench.spike_words + at][0];
            compared += used;
            for (unsigned lane = 0; lane < lanes; lane++) {
              unsigned a = ours >> lane & 1, b = golden >> lane & 1;
              fired += a;
              if (a != b) differs(n, sample, t, word, lane, a, b);
            }
          } else if (node.kind == "readout") {
            unsigned at = t * bench.readout_words + node.base + word;
            std::vector<uint32_t> ours = bench.readout(at);
            auto& golden = bench.readouts[sample * steps * bench.readout_words + at];
            for (unsigned lane = 0; lane < used; lane++, read++)
              if (ours[lane] != golden[lane])
                differs(n, sample, t, word, lane, int32_t(ours[lane]), int32_t(golden[lane]));
            if (out)
              for (unsigned lane = 0; lane < lanes; lane++)
                out << "r " << int32_t(ours[lane]) << "\n";
          }
        }
      }
    for (unsigned place = 0; place < bench.places; place++, ranked++) {
      bench.core.top_place = place;
      bench.core.eval();
      uint32_t item = bench.core.top_item, score = bench.core.top_score;
      auto& golden = bench.best[sample * bench.places + place];
      if (item == golden[0] && score == golden[1]) continue;
      wrong++;
      if (first.empty())
        first = "place " + std::to_string(place + 1) + " of the best items, sample " +
                std::to_string(sample) + ": the core has item " + std::to_string(item) +
                " with " + std::to_string(int32_t(score)) + ", golden is " +
                std::to_string(golden[0]) + " with " + std::to_string(int32_t(golden[1]));
    }
    if (!record.empty())
      for (uint32_t word : sent) out << "s " << word << "\n";
    if (!problem.empty()) {
      wrong++;
      if (first.empty()) first = problem;
    }
    const char* names[6] = {"events", "operations", "zero_operations", "updates", "margins",
                            "cycles"};
    uint32_t counted[6] = {bench.core.events, bench.core.operations, bench.core.zero_operations,
                           bench.core.updates, bench.core.margins, bench.core.cycles};
    for (unsigned i = 0; i < 6; i++) {
      uint32_t golden = bench.counts[sample * 6 + i][0];
      totals[i] += counted[i];
      if (!record.empty()) out << "c " << counted[i] << "\n";
      if (counted[i] == golden) continue;
      wrong++;
      if (first.empty())
        first = std::string("counter '") + names[i] + "', sample " + std::to_string(sample) +
                ": the core has " + std::to_string(counted[i]) + ", expected is " +
                std::to_string(golden);
    }
  }
  std::printf("samples %u\nspikes compared %llu, fired %llu\nreadouts compared %llu\n"
              "places compared %llu\n", samples,
              (unsigned long long)compared, (unsigned long long)fired, (unsigned long long)read,
              (unsigned long long)ranked);
  std::printf("a sample: %.1f events, %.1f operations, %.1f of them with a zero weight, "
              "%.1f updates, %.1f cycles\n",
              double(totals[0]) / samples, double(totals[1]) / samples,
              double(totals[2]) / samples, double(totals[3]) / samples,
              double(totals[5]) / samples);
  std::printf("mismatches %llu\n", (unsigned long long)wrong);
  if (wrong) fail(4, first);
  std::puts("PASS");
  return 0;
}
