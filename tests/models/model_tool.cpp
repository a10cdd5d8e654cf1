// SPDX-License-Identifier: Apache-2.0
// Reads an ONNX file, folds and shapes it, and says as JSON what it became, how long that took
// beside reading its bytes, and by how much the process grew.
//
// Usage: model_tool MODEL.onnx [REPEATS]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/passes.hpp"

namespace weft {
namespace {

/// "VmHWM" or "VmRSS" of this process, in bytes.
std::uint64_t memory(const std::string& key) {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kibibytes = 0;
  while (status >> word) {
    if (word == key + ":" && status >> kibibytes) return kibibytes * 1024;
  }
  fail(Category::system, "no " + key + " in /proc/self/status");
}

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Reads a file's bytes, a mebibyte at a time.
void read_bytes(const std::string& path) {
  std::vector<char> buffer(std::size_t{1} << 20U);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(Category::input, path + ": cannot be read");
  while (::read(file, buffer.data(), buffer.size()) > 0) {
  }
  ::close(file);
}

std::string operators_of(const graph::Graph& model) {
  std::map<std::string, int> counts;
  for (const graph::Node& node : model.nodes) ++counts[std::string(name_of(node.what))];
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text;
}

nlohmann::json facts(const std::string& path, int repeats) {
  const std::string data = path + ".data";
  const bool beside = std::filesystem::exists(data);
  nlohmann::json out;
  const std::uint64_t before = memory("VmRSS");
  graph::Graph model;
  std::vector<double> times, bytes;
  for (int i = 0; i < repeats; ++i) {
    times.push_back(seconds_of([&] {
      model = graph::Graph();
      model = onnx::import_model(path);
      if (i == 0) out["nodes_read"] = model.nodes.size();
      simplify(model);
    }));
    if (i == 0) out["growth_bytes"] = memory("VmHWM") - before;
    bytes.push_back(seconds_of([&] {
      read_bytes(path);
      if (beside) read_bytes(data);
    }));
  }
  out["file_bytes"] =
      std::filesystem::file_size(path) + (beside ? std::filesystem::file_size(data) : 0);
  out["nodes_in_file"] = onnx::read_model(path).graph.nodes.size();
  out["nodes"] = model.nodes.size();
  out["operators"] = operators_of(model);
  for (const graph::ValueId id : model.outputs) out["outputs"].push_back(text_of(model[id].type));
  out["seconds"] = *std::min_element(times.begin(), times.end());
  out["seconds_of_bytes"] = *std::min_element(bytes.begin(), bytes.end());
  return out;
}

}  // namespace
}  // namespace weft

int main(int count, char** words) {
  try {
    if (count < 2) weft::fail(weft::Category::input, "usage: model_tool MODEL.onnx [REPEATS]");
    const int repeats = count > 2 ? std::stoi(words[2]) : 1;
    std::cout << weft::facts(words[1], repeats) << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
