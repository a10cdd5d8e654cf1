// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reader of ONNX files, from bytes to graph, with the files that hold their weights
// beside them: whole, or cut short.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "frontends/onnx/import.hpp"
#include "fuzz/target.hpp"
#include "support/onnx_writer.hpp"

namespace weft::fuzz {

namespace {

namespace fs = std::filesystem;

/// A folder of this process with the models' weights, gone at its end; every second one is cut.
class Beside {
 public:
  Beside() : path_(fs::temp_directory_path() / ("weft-fuzz-" + std::to_string(::getpid()))) {
    fs::create_directories(path_ / "cut");
    for (const auto& entry : fs::directory_iterator(fs::path(WEFT_SOURCE_DIR) / "jobs/data/onnx")) {
      if (entry.path().extension() != ".data") continue;
      fs::copy_file(entry.path(), path_ / entry.path().filename());
      const fs::path cut = path_ / "cut" / entry.path().filename();
      fs::copy_file(entry.path(), cut);
      fs::resize_file(cut, fs::file_size(cut) / 2);
    }
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string model(bool cut) const { return path_ / (cut ? "cut/m.onnx" : "m.onnx"); }

 private:
  fs::path path_;
};

void read(const std::string& input) {
  static const Beside beside;
  const std::string path = beside.model(input.size() % 8 == 7);
  test::write_file(path, input);
  onnx::Options options;
  options.most_folded = 1 << 16;
  const graph::Graph graph = onnx::import_model(path, options);
  require_sound(graph);
}

/// A small model of many kinds of fields: functions, branches, typed data, open extents.
std::string small_model() {
  using namespace test;
  OnnxModel model(17);
  model.opset("own", 1).input("x", {1, 3, 8, 8}).value("c", {1, 2, 8, 8});
  model.initializer(floats("w", {2, 3, 3, 3}, std::vector<float>(54, 0.5F)));
  model.initializer(wholes("shape", {2}, {1, -1}));
  model.initializer(tensor_proto("yes", onnx_type::boolean, {}, std::vector<char>{1}));
  model.node("Conv", {"x", "w"}, {"c"}, {attribute("pads", std::vector<std::int64_t>{1, 1, 1, 1})});
  Proto branch;
  branch.message(1, node_proto("Relu", {"c"}, {"r"})).message(12, Proto().text(1, "r"));
  model.node("If", {"yes"}, {"b"}, {graph_attribute("then_branch", branch)});
  Proto function;
  function.text(1, "f").text(4, "a").text(5, "z").text(10, "own");
  function.message(7, node_proto("Softmax", {"a"}, {"z"}, {attribute("axis", 1)}));
  model.function(function.message(9, Proto().whole(2, 17)));
  model.node("f", {"b"}, {"s"}, {}, "call", "own").node("Reshape", {"s", "shape"}, {"y"});
  return model.output("y", {1, 128}).bytes();
}

}  // namespace

Target target() {
  Target fuzzed;
  fuzzed.corpus = files_below("jobs/data/onnx", ".onnx");
  for (int i = 0; i < 8; ++i) fuzzed.corpus.push_back(small_model());
  fuzzed.words = {"Conv",          "Gemm",         "Reshape",
                  "Slice",         "Pad",          "If",
                  "Split",         "Resize",       "Loop",
                  "ConvTranspose", "Tile",         "Range",
                  "Gather",        "GatherND",     "ConstantOfShape",
                  "axis",          "axes",         "pads",
                  "strides",       "kernel_shape", "\x0a",
                  "\x12",          "\x1a",         "\x22",
                  "\x2a",          "\xff",         "\x80",
                  "\x3a\x80",      "\x0b\x0c",     "\x08\xff\xff\xff\xff\x0f",
                  "\x72",          "location",     "offset",
                  "length",        "../",          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
  fuzzed.longest_bytes = 400'000;
  fuzzed.read = read;
  return fuzzed;
}

}  // namespace weft::fuzz
