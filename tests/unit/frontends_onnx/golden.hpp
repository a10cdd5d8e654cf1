// SPDX-License-Identifier: Apache-2.0
// The models of jobs/data/onnx and the arrays beside them, for tests that read them.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "support.hpp"
#include "trace/tensor.hpp"

namespace weft::onnx {

inline std::string model_path(const std::string& name) {
  return std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx/" + name + ".onnx";
}

/// "add 3, convolution 2": the graph's operators by name.
inline std::string operators_of(const graph::Graph& graph) {
  std::map<std::string, int> counts;
  for (const graph::Node& node : graph.nodes) ++counts[std::string(name_of(node.what))];
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text;
}

/// An array of the file beside the model, as the graph takes it.
inline graph::Numbers stored(const std::string& model, const std::string& name) {
  const trace::Tensor array =
      trace::read_tensor(std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx/" + model + ".h5", name);
  static const std::map<trace::ElementType, graph::Element> elements = {
      {trace::ElementType::f32, graph::Element::f32},
      {trace::ElementType::f64, graph::Element::f64},
      {trace::ElementType::i64, graph::Element::i64}};
  const graph::Shape shape(array.shape.begin(), array.shape.end());
  return numbers_of(graph::Tensor({elements.at(array.type), shape}, array.bytes));
}

/// The largest difference, as a part of the largest value.
inline double difference(const graph::Numbers& a, const graph::Numbers& b) {
  double largest = 0;
  double off = 0;
  for (std::size_t i = 0; i < a.floats.size(); ++i) {
    largest = std::max(largest, std::abs(b.floats[i]));
    off = std::max(off, std::abs(a.floats[i] - b.floats[i]));
  }
  return off / largest;
}

}  // namespace weft::onnx
