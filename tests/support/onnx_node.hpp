// SPDX-License-Identifier: Apache-2.0
// ONNX models of one node, for tests of what is said about operators.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/onnx_writer.hpp"

namespace weft::test {

/// An operand of the node: an input of the model, a constant, or absent.
struct NodeOperand {
  std::vector<std::int64_t> dims;
  std::int64_t type = onnx_type::f32;
  std::vector<std::int64_t> whole = {};  ///< of a constant of int64
  bool is_constant = false;
  bool is_absent = false;
  bool is_undeclared = false;  ///< a result whose type the file leaves to the operator
};

inline NodeOperand floats_of(std::vector<std::int64_t> dims) { return {std::move(dims)}; }
inline NodeOperand typed(std::vector<std::int64_t> dims, std::int64_t type) {
  return {std::move(dims), type};
}
/// A constant vector of int64.
inline NodeOperand constant(std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {{count}, onnx_type::i64, std::move(values), true};
}
inline NodeOperand constant_scalar(std::int64_t value) {
  return {{}, onnx_type::i64, {value}, true};
}
inline NodeOperand constant_floats(std::vector<std::int64_t> dims) {
  return {std::move(dims), onnx_type::f32, {}, true};
}
inline NodeOperand absent() { return {{}, onnx_type::f32, {}, false, true}; }

inline NodeOperand undeclared() { return {{}, onnx_type::f32, {}, false, false, true}; }

struct OneNode {
  std::string operation;
  std::int64_t opset = 11;
  std::vector<NodeOperand> operands;
  std::vector<Proto> attributes = {};
  std::vector<NodeOperand> results = {};  ///< types and shapes that the file declares
  std::string domain = "";
};

inline OnnxModel model_of(const OneNode& node) {
  OnnxModel model(node.opset);
  if (!node.domain.empty()) model.opset(node.domain, 1);
  Names inputs;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const NodeOperand& one = node.operands[i];
    inputs.push_back(one.is_absent ? "" : "in" + std::to_string(i));
    if (one.is_absent) continue;
    if (!one.is_constant) {
      const std::vector<Dim> dims(one.dims.begin(), one.dims.end());
      model.input(inputs.back(), dims, one.type);
    } else if (one.type == onnx_type::i64) {
      model.initializer(wholes(inputs.back(), one.dims, one.whole));
    } else {
      std::size_t count = 1;
      for (const std::int64_t extent : one.dims) count *= static_cast<std::size_t>(extent);
      model.initializer(floats(inputs.back(), one.dims, std::vector<float>(count, 0.5F)));
    }
  }
  Names outputs;
  for (std::size_t i = 0; i < node.results.size(); ++i) {
    const NodeOperand& one = node.results[i];
    outputs.push_back(one.is_absent ? "" : "out" + std::to_string(i));
    if (one.is_absent) continue;
    if (one.is_undeclared) {
      model.output(outputs.back());
      continue;
    }
    const std::vector<Dim> dims(one.dims.begin(), one.dims.end());
    model.output(outputs.back(), dims, one.type);
  }
  model.node(node.operation, inputs, outputs, node.attributes, "the_node", node.domain);
  return model;
}

}  // namespace weft::test
