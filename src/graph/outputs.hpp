// SPDX-License-Identifier: Apache-2.0
// The outputs of models too large to hold every value of.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "graph/evaluate.hpp"

namespace weft::graph {

/// The numbers of a value that is a constant.
using NumbersOfConstant = std::function<Numbers(const Value&)>;

/// The outputs as `evaluate` has them, bit for bit. A value is held until its last reader is done,
/// a constant while a node reads it.
std::vector<Numbers> outputs_for(const Graph& graph, const std::vector<Numbers>& inputs,
                                 const NumbersOfConstant& numbers_of_constant);

/// The most numbers that `outputs_for` holds at a time.
std::int64_t most_numbers_held(const Graph& graph);

}  // namespace weft::graph
