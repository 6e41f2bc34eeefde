// What the benches of both cores read: files of hex numbers, a memory word a line.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

using Words = std::vector<std::vector<uint32_t>>;  // 32 bits each, lowest first

static void fail(int code, const std::string& what) {
  std::cout << "FAIL: " << what << std::endl;
  std::exit(code);
}

// A file of one hex number a line.
static Words read_hex(const std::string& path) {
  std::ifstream file(path);
  if (!file) fail(2, path + " is not there");
  Words words;
  for (std::string line; std::getline(file, line);) {
    std::vector<uint32_t> word;
    for (size_t end = line.size(); end > 0; end -= end < 8 ? end : 8) {
      size_t begin = end < 8 ? 0 : end - 8;
      word.push_back(std::stoul(line.substr(begin, end - begin), nullptr, 16));
    }
    words.push_back(word);
  }
  return words;
}
