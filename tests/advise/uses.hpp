// SPDX-License-Identifier: Apache-2.0
// Uses of operators: models of one node, and the targets that judge them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/onnx_node.hpp"

namespace weft::cli {

using namespace weft::test;
namespace type = weft::test::onnx_type;

inline const std::string ipu = "graphcore-gc200";
inline const std::string tsp = "groq-tsp";
inline const std::string rdu = "sambanova-sn40l";
inline const std::string wse = "cerebras-wse3";
inline const NodeOperand image = floats_of({1, 4, 8, 8});
inline const NodeOperand row = floats_of({4, 8});
inline const std::vector<std::int64_t> two{2, 2};

inline OneNode pool(const std::string& operation, std::vector<Proto> more,
                    std::size_t results = 1) {
  OneNode node{operation, 11, {image}, {attribute("kernel_shape", two), attribute("strides", two)}};
  for (Proto& one : more) node.attributes.push_back(std::move(one));
  node.results.push_back(undeclared());
  if (results == 2) node.results.push_back(typed({1, 4, 4, 4}, type::i64));
  return node;
}

inline OneNode convolution(const std::string& operation, std::vector<Proto> attributes) {
  return {
      operation, 11, {image, constant_floats({4, 4, 3, 3})}, std::move(attributes), {undeclared()}};
}

inline OneNode resize(std::vector<Proto> attributes) {
  return {"Resize",
          11,
          {image, absent(), constant_floats({4})},
          std::move(attributes),
          {floats_of({1, 4, 16, 16})}};
}

inline OneNode lstm(std::vector<Proto> more, std::int64_t directions = 1) {
  OneNode node{"LSTM",
               11,
               {floats_of({5, 1, 4}), constant_floats({directions, 12, 4}),
                constant_floats({directions, 12, 3})},
               {attribute("hidden_size", 3)},
               {floats_of({5, directions, 1, 3})}};
  for (Proto& one : more) node.attributes.push_back(std::move(one));
  return node;
}

inline OneNode with_peepholes() {
  OneNode node = lstm({});
  for (int i = 0; i < 4; ++i) node.operands.push_back(absent());
  node.operands.push_back(constant_floats({1, 9}));
  return node;
}

inline OneNode gru(std::vector<Proto> more, std::int64_t directions = 1) {
  OneNode node{"GRU",
               11,
               {floats_of({5, 1, 4}), constant_floats({directions, 9, 4}),
                constant_floats({directions, 9, 3})},
               {attribute("hidden_size", 3)},
               {floats_of({5, directions, 1, 3})}};
  for (Proto& one : more) node.attributes.push_back(std::move(one));
  return node;
}

inline OneNode top_k(NodeOperand x, NodeOperand k, std::vector<Proto> attributes, bool indices) {
  std::vector<std::int64_t> dims = x.dims;
  dims.back() = 2;
  OneNode node{"TopK", 11, {std::move(x), std::move(k)}, std::move(attributes), {floats_of(dims)}};
  node.results.push_back(indices ? typed(dims, type::i64) : absent());
  return node;
}

inline OneNode unary(const std::string& operation, std::int64_t opset, NodeOperand x,
                     std::vector<Proto> attributes = {}) {
  return {operation, opset, {x}, std::move(attributes), {x}};
}

inline OneNode binary(const std::string& operation, std::int64_t opset, NodeOperand x,
                      NodeOperand result) {
  return {operation, opset, {x, x}, {}, {std::move(result)}};
}

}  // namespace weft::cli
