// SPDX-License-Identifier: Apache-2.0
// Models made by hand, lowered, and how far their values are from fp64.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "graph/evaluate.hpp"
#include "lower/registry.hpp"
#include "topology/topology.hpp"

namespace weft::test {

/// Numbers that look like none in particular, between -1 and 1.
inline graph::Numbers drawn(const graph::Shape& shape, unsigned seed) {
  graph::Numbers out;
  out.type = {graph::Element::f32, shape};
  for (std::int64_t i = 0; i < graph::count_of(shape); ++i) {
    seed = seed * 1664525U + 1013904223U;
    out.floats.push_back(static_cast<double>(static_cast<float>(seed >> 8U) / 8388608.0F - 1.0F));
  }
  return out;
}

inline graph::ValueId constant(graph::Graph& model, const std::string& name,
                               const graph::Shape& shape, unsigned seed) {
  return model.add_constant(name, tensor_of(drawn(shape, seed)));
}

/// Windows of 3 x 3 whose results are as large as the image.
inline graph::Convolution padded_3x3() {
  graph::Convolution conv;
  conv.strides = {1, 1};
  conv.dilations = {1, 1};
  conv.pads = {1, 1, 1, 1};
  return conv;
}

inline graph::Origin origin(const std::string& node, const std::string& operation) {
  return {node, operation, {{"net.py", 7, "forward", "y = layer(x)"}}, ""};
}

inline lower::Lowered lowered_for(const std::string& machine, const graph::Graph& model,
                                  lower::Precision precision) {
  lower::Request request;
  request.graph = std::make_shared<const graph::Graph>(model);
  request.machine = std::make_shared<const topology::Topology>(topology::load_topology(machine));
  request.precision = precision;
  request.model = "model.onnx";
  return lower::lowering_for(*request.machine).lower(request);
}

/// The program's values; every node of the model must keep its bounds.
inline lower::Evaluated within_bounds(const graph::Graph& model, const lower::Lowered& program,
                                      const std::vector<graph::Tensor>& inputs) {
  lower::Evaluated out = program.evaluate(inputs);
  EXPECT_EQ(out.judgement.nodes, model.nodes.size());
  for (const std::string& line : out.judgement.outside) ADD_FAILURE() << line;
  return out;
}

/// The largest difference over the largest number that is right.
inline double relative_error(const graph::Numbers& machine, const graph::Numbers& right) {
  double most = 1e-3;
  for (const double number : right.floats) most = std::max(most, std::fabs(number));
  double worst = 0.0;
  for (std::size_t e = 0; e < machine.floats.size(); ++e) {
    worst = std::max(worst, std::fabs(machine.floats[e] - right.floats[e]) / most);
  }
  return worst;
}

}  // namespace weft::test
