// SPDX-License-Identifier: Apache-2.0
// What a model says, in doubles and plain loops: the oracle of everything that computes it.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// A node's inputs, in order; nullptr: absent.
using Operands = std::vector<const Numbers*>;

/// The results of one operator. Floats are doubles that nobody rounds to their element's type, but
/// for Convert to a format that does not hold every number of its operand's; whole numbers wrap at
/// their width. Sums are formed in the order of indices, from the first. Category::input where the
/// operands do not fit, for indices out of range and whole numbers divided by zero.
std::vector<Numbers> evaluate(const Operator& what, const Operands& operands);

/// Every value of the graph, by ValueId, for these inputs in the order of `graph.inputs`.
/// Category::input if their types are not the graph's, and what a node fails with, with its origin.
std::vector<Numbers> evaluate(const Graph& graph, const std::vector<Numbers>& inputs);

/// Of the results of a whole graph, those of its outputs.
std::vector<Numbers> outputs_of(const Graph& graph, std::vector<Numbers> values);

}  // namespace weft::graph
