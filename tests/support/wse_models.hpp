// SPDX-License-Identifier: Apache-2.0
// Models made by hand as programs for a wafer.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "lower/registry.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {

using graph::Element;
using graph::Graph;
using graph::Shape;
using graph::ValueId;
using namespace weft::test;

inline Lowered lowered(const Graph& model, Precision precision = Precision::fp32,
                       const std::string& machine = "cerebras-wse2") {
  return lowered_for(machine, model, precision);
}

/// Largest difference of any output from fp64, over the largest number of that output.
inline double largest_error(const Graph& model, const Lowered& program) {
  std::vector<graph::Numbers> given;
  std::vector<graph::Tensor> tensors;
  unsigned seed = 100;
  for (const ValueId id : model.inputs) {
    given.push_back(drawn(model[id].type.shape, ++seed));
    tensors.push_back(tensor_of(given.back()));
  }
  const auto exact = graph::outputs_of(model, graph::evaluate(model, given));
  const Evaluated evaluated = within_bounds(model, program, tensors);
  double worst = 0.0;
  for (std::size_t o = 0; o < model.outputs.size(); ++o) {
    const std::string& name = model[model.outputs[o]].name;
    bool found = false;
    for (std::size_t i = 0; i < program.results.size(); ++i) {
      if (program.results[i].name != name) continue;
      found = true;
      EXPECT_TRUE(program.results[i].output) << name;
      worst = std::max(worst, relative_error(numbers_of(evaluated.values[i]), exact[o]));
    }
    EXPECT_TRUE(found) << name;
  }
  return worst;
}

/// The whole text of a file of the program.
inline std::string text_of(const Lowered& program, const std::string& path) {
  for (const TextFile& file : program.files) {
    if (file.path == path) return file.text;
  }
  ADD_FAILURE() << "no " << path;
  return "";
}

/// What a lowering ends with.
inline std::string refusal(const Graph& model, Precision precision = Precision::fp32) {
  try {
    lowered(model, precision);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

}  // namespace weft::lower
