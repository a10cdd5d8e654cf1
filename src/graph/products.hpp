// SPDX-License-Identifier: Apache-2.0
// How much multiplying a model is, whoever does it.
#pragma once

#include "graph/graph.hpp"

namespace weft::graph {

/// Multiply-adds of a node's products: of matrices, convolutions, attention and recurrent layers,
/// as many as the definition has, those with padded elements included. 0 of all other operators.
double products_of(const Graph& graph, const Node& node);
/// Of all nodes.
double products_of(const Graph& graph);

}  // namespace weft::graph
