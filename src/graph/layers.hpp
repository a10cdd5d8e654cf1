// SPDX-License-Identifier: Apache-2.0
// Layers of a model: which of its nodes are alike, and one of them as a model by itself.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// Nodes that a machine does the same for: of one operator with the same parameters, whose operands
/// have the same types, are constants or not alike, and of which the same results are used. Whole
/// numbers that are constant (places of a gather) are the same numbers.
struct LayerKind {
  /// "convolution f32[1, 64, 56, 56] of f32[1, 3, 112, 112], constant f32[64, 3, 3, 3]; relu".
  std::string what;
  std::vector<NodeId> nodes;
};

/// All nodes, by kind, in the order of their first ones.
std::vector<LayerKind> layer_kinds(const Graph& graph);

/// The node alone: what it reads of other nodes are inputs, what others or the model's user read of
/// it are outputs, under their names. Weights that hold nothing but zeros, as those that were left
/// out of a file do, become drawn numbers between -1 and 1, the same at each call.
Graph layer_alone(const Graph& graph, NodeId id);

}  // namespace weft::graph
