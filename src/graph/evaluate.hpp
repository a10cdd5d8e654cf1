// SPDX-License-Identifier: Apache-2.0
// What a model says, in doubles and plain loops: the oracle of everything that computes it.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// The results of one operator for these inputs (nullopt: absent). Floats are doubles that nobody
/// rounds to their element's type (Convert does); whole numbers wrap at their width.
/// Category::input for indices out of range.
std::vector<Numbers> evaluate(const Operator& what,
                              const std::vector<std::optional<Numbers>>& inputs);

/// Every value of the graph, by ValueId, for these inputs in the order of `graph.inputs`.
/// Category::input if their types are not the graph's.
std::vector<Numbers> evaluate(const Graph& graph, const std::vector<Numbers>& inputs);

}  // namespace weft::graph
