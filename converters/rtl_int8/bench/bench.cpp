// Loads the memory images, runs every sample and compares every activation that the core computes,
// the best items and every counter with the golden vectors. Prints PASS, or the first difference;
// exits with 0 or 4. Usage: bench FOLDER [samples]
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "Vcore.h"
#include "verilated.h"
#include "words.h"

// Rows of one layer, in the order in which the core answers: word after word, the rows of each.
struct Part {
  unsigned row, rows, words, outputs;
  std::string name;
};

struct Bench {
  std::string folder;
  unsigned lanes = 0, samples = 0, input_words = 0, writes = 0, places = 0;
  uint64_t cycle_limit = 0;
  std::vector<std::pair<unsigned, std::string>> images;
  std::vector<Part> parts;
  Words inputs, answers, addresses, best, counts;
  Vcore core;

  explicit Bench(const std::string& where) : folder(where) {
    std::ifstream file(folder + "/bench.txt");
    if (!file) fail(2, folder + "/bench.txt is not there");
    for (std::string line; std::getline(file, line);) {
      std::istringstream in(line);
      std::string key;
      in >> key;
      if (key == "lanes") in >> lanes;
      else if (key == "samples") in >> samples;
      else if (key == "input_words") in >> input_words;
      else if (key == "writes") in >> writes;
      else if (key == "places") in >> places;
      else if (key == "cycle_limit") in >> cycle_limit;
      else if (key == "image") {
        images.emplace_back();
        in >> images.back().first >> images.back().second;
      } else if (key == "part") {
        Part part;
        in >> part.row >> part.rows >> part.words >> part.outputs;
        std::getline(in >> std::ws, part.name);
        parts.push_back(part);
      }
    }
    inputs = read_hex(folder + "/golden/inputs.hex");
    answers = read_hex(folder + "/golden/answers.hex");
    addresses = read_hex(folder + "/golden/addresses.hex");
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

  // Layer, row and output of a lane of the answer that is written as number `write`.
  std::string place(unsigned write, unsigned lane) const {
    for (const Part& part : parts) {
      if (write < part.rows * part.words)
        return "layer '" + part.name + "', row " + std::to_string(part.row + write % part.rows) +
               ", output " + std::to_string(write / part.rows * lanes + lane);
      write -= part.rows * part.words;
    }
    return "a word beyond all layers";
  }

  // Outputs that a written word holds.
  unsigned used(unsigned write) const {
    for (const Part& part : parts) {
      if (write < part.rows * part.words) {
        unsigned left = part.outputs - write / part.rows * lanes;
        return left < lanes ? left : lanes;
      }
      write -= part.rows * part.words;
    }
    return 0;
  }

  template <class T> static int lane_of(const T& wide, unsigned i) {
    return int8_t(wide[i / 4] >> (8 * (i % 4)));
  }
  static int lane_of(const CData& narrow, unsigned) { return int8_t(narrow); }
  static int lane_of(const SData& narrow, unsigned i) { return int8_t(narrow >> (8 * i)); }
  static int lane_of(const IData& narrow, unsigned i) { return int8_t(narrow >> (8 * i)); }
  static int lane_of(const QData& narrow, unsigned i) { return int8_t(narrow >> (8 * i)); }
};

int main(int argc, char** argv) {
  Bench bench(argc > 1 ? argv[1] : ".");
  unsigned asked = argc > 2 ? std::stoul(argv[2]) : 0;
  unsigned samples = asked && asked < bench.samples ? asked : bench.samples;
  Vcore& core = bench.core;
  core.reset = 1;
  bench.tick();
  bench.tick();
  core.reset = 0;
  for (auto& image : bench.images) {
    Words words = read_hex(bench.folder + "/images/" + image.second);
    for (size_t i = 0; i < words.size(); i++) bench.load(image.first, i, words[i]);
  }

  uint64_t compared = 0, ranked = 0, wrong = 0, totals[5] = {0, 0, 0, 0, 0};
  std::string first;
  auto differs = [&](const std::string& where, unsigned sample, const std::string& what) {
    wrong++;
    if (first.empty()) first = where + ", sample " + std::to_string(sample) + ": " + what;
  };
  auto both = [](int64_t ours, int64_t golden) {
    return "the core has " + std::to_string(ours) + ", golden is " + std::to_string(golden);
  };
  for (unsigned sample = 0; sample < samples; sample++) {
    for (unsigned i = 0; i < bench.input_words; i++)
      bench.load(0, i, bench.inputs[sample * bench.input_words + i]);
    core.start = 1;  // to the end: a busy core must not begin again
    bench.tick();
    unsigned written = 0;
    uint64_t spent = 0;
    for (; core.busy && spent <= bench.cycle_limit; spent++) {
      if (core.sent) {
        if (written < bench.writes) {
          unsigned golden = bench.addresses[written][0];
          if (core.sent_address != golden)
            differs(bench.place(written, 0), sample,
                    "it is written to word " + std::to_string(core.sent_address) + ", not " +
                        std::to_string(golden));
          auto& word = bench.answers[size_t(sample) * bench.writes + written];
          for (unsigned lane = 0; lane < bench.lanes; lane++) {
            int ours = Bench::lane_of(core.sent_word, lane), theirs = Bench::lane_of(word, lane);
            if (ours != theirs) differs(bench.place(written, lane), sample, both(ours, theirs));
          }
          compared += bench.used(written);
        }
        written++;
      }
      bench.tick();
    }
    core.start = 0;
    if (core.busy) {
      differs("the core", sample, "it is not done after " + std::to_string(spent) + " cycles");
      core.reset = 1;
      bench.tick();
      core.reset = 0;
    }
    if (written != bench.writes)
      differs("words that are written", sample, both(written, bench.writes));
    for (unsigned place = 0; place < bench.places; place++, ranked++) {
      core.top_place = place;
      core.eval();
      auto& golden = bench.best[sample * bench.places + place];
      if (core.top_item == golden[0] && core.top_score == golden[1]) continue;
      differs("place " + std::to_string(place + 1) + " of the best items", sample,
              "the core has item " + std::to_string(core.top_item) + " with " +
                  std::to_string(int32_t(core.top_score)) + ", golden is " +
                  std::to_string(golden[0]) + " with " + std::to_string(int32_t(golden[1])));
    }
    const char* names[5] = {"operations", "zero_operations", "answers", "checksum", "cycles"};
    uint32_t counted[5] = {core.operations, core.zero_operations, core.answers, core.checksum,
                           core.cycles};
    for (unsigned i = 0; i < 5; i++) {
      uint32_t golden = bench.counts[sample * 5 + i][0];
      totals[i] += counted[i];
      if (counted[i] != golden)
        differs(std::string("counter '") + names[i] + "'", sample, both(counted[i], golden));
    }
  }
  std::printf("samples %u\nactivations compared %llu\nplaces compared %llu\n", samples,
              (unsigned long long)compared, (unsigned long long)ranked);
  std::printf("a sample: %.1f operations, %.1f of them with an activation of zero, "
              "%.1f answers, %.1f cycles\n",
              double(totals[0]) / samples, double(totals[1]) / samples, double(totals[2]) / samples,
              double(totals[4]) / samples);
  std::printf("mismatches %llu\n", (unsigned long long)wrong);
  if (wrong) fail(4, first);
  std::puts("PASS");
  return 0;
}
