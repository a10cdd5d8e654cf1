// SPDX-License-Identifier: Apache-2.0
// What tests of the ONNX reader share: a folder for files, a model read back, what refused it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/evaluate.hpp"
#include "support/onnx_writer.hpp"

namespace weft::onnx {

/// A folder for the files of one test, gone at its end.
class Folder {
 public:
  Folder() {
    static std::atomic<int> number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("weft-onnx-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, std::string_view bytes) const {
    test::write_file(path(name), bytes);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline graph::Graph imported(const test::OnnxModel& model, const Options& options = {}) {
  const Folder folder;
  graph::Graph graph = import_model(folder.write("model.onnx", model.bytes()), options);
  require_sound(graph);
  return graph;
}

/// The words of the refusal of a file, "" where it is read; fails the test for one that is neither.
inline std::string refusal_of_file(const std::string& path, const Options& options = {}) {
  try {
    (void)import_model(path, options);
    return "";
  } catch (const Error& error) {
    const Category category = error.category();
    EXPECT_TRUE(category == Category::input || category == Category::unsupported ||
                category == Category::limit)
        << error.what();
    EXPECT_EQ(std::string(error.what()).find(path), 0U) << error.what();
    return error.what();
  }
}

inline std::string refusal(const std::string& bytes, const Options& options = {}) {
  const Folder folder;
  return refusal_of_file(folder.write("model.onnx", bytes), options);
}

inline std::string refusal(const test::OnnxModel& model, const Options& options = {}) {
  return refusal(model.bytes(), options);
}

/// The words of the refusal of a file by the reader of lists; "" where it is read.
inline std::string list_refusal_of_file(const std::string& path) {
  try {
    (void)list_model(path);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find(path), 0U) << error.what();
    return error.what();
  }
}
inline std::string list_refusal(const test::OnnxModel& model) {
  const Folder folder;
  return list_refusal_of_file(folder.write("m.onnx", model.bytes()));
}

/// Expects the refusal to say all of `words`.
inline void expect_refusal(const std::string& said, const std::vector<std::string>& words) {
  EXPECT_NE(said, "") << "was read";
  for (const std::string& word : words) {
    EXPECT_NE(said.find(word), std::string::npos) << "'" << word << "' is not in: " << said;
  }
}

inline graph::Numbers floats_of(const graph::Shape& shape, const std::vector<double>& values) {
  return {{graph::Element::f32, shape}, values, {}};
}
inline graph::Numbers wholes_of(const graph::Shape& shape,
                                const std::vector<std::int64_t>& values) {
  return {{graph::Element::i64, shape}, {}, values};
}

/// What the graph's outputs are for these inputs.
inline std::vector<graph::Numbers> answers(const graph::Graph& graph,
                                           const std::vector<graph::Numbers>& inputs) {
  const std::vector<graph::Numbers> values = evaluate(graph, inputs);
  std::vector<graph::Numbers> outputs;
  for (const graph::ValueId id : graph.outputs) outputs.push_back(values[index(id)]);
  return outputs;
}

}  // namespace weft::onnx
