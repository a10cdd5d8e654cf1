// SPDX-License-Identifier: Apache-2.0
// Reads an ONNX file, folds and shapes it, and says as JSON what it became and by how much the
// process grew.
//
// Usage: model_tool MODEL.onnx
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

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

std::string operators_of(const graph::Graph& model) {
  std::map<std::string, int> counts;
  for (const graph::Node& node : model.nodes) ++counts[std::string(name_of(node.what))];
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text;
}

nlohmann::json facts(const std::string& path) {
  nlohmann::json out;
  const std::uint64_t before = memory("VmRSS");
  graph::Graph model = onnx::import_model(path);
  simplify(model);
  out["growth_bytes"] = memory("VmHWM") - before;
  out["file_bytes"] = std::filesystem::file_size(path);
  const std::string data = path + ".data";
  if (std::filesystem::exists(data)) {
    out["file_bytes"] = std::filesystem::file_size(path) + std::filesystem::file_size(data);
  }
  out["nodes_in_file"] = onnx::read_model(path).graph.nodes.size();
  out["nodes"] = model.nodes.size();
  out["operators"] = operators_of(model);
  for (const graph::ValueId id : model.outputs) out["outputs"].push_back(text_of(model[id].type));
  return out;
}

}  // namespace
}  // namespace weft

int main(int count, char** words) {
  try {
    if (count != 2) weft::fail(weft::Category::input, "usage: model_tool MODEL.onnx");
    std::cout << weft::facts(words[1]) << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
