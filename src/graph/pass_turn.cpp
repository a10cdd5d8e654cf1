// SPDX-License-Identifier: Apache-2.0
// Passes: a product turns its weights itself.
#include <numeric>
#include <utility>

#include "graph/pass_parts.hpp"
#include "graph/passes.hpp"

namespace weft::graph {
namespace {

/// Whether a transpose swaps the last two axes and leaves the others.
bool swaps_last_two(const Transpose& transpose) {
  const std::size_t rank = transpose.permutation.size();
  if (rank < 2) return false;
  std::vector<std::int64_t> swapped(rank);
  std::iota(swapped.begin(), swapped.end(), 0);
  std::swap(swapped[rank - 1], swapped[rank - 2]);
  return transpose.permutation == swapped;
}

}  // namespace

void turn_weights(Graph& graph) {
  Rewriter rewriter(graph);
  for (Node& node : graph.nodes) {
    const auto* product = std::get_if<MatMul>(&node.what);
    if (product == nullptr) continue;
    const auto* transpose = rewriter.made_by<Transpose>(node.inputs[1]);
    if (transpose == nullptr || !swaps_last_two(*transpose)) continue;
    const Node& turned = *rewriter.maker(node.inputs[1]);
    if (!rewriter.is_constant(turned.inputs[0])) continue;
    MatMul what = *product;
    what.transpose_b = !what.transpose_b;
    std::vector<ValueId> inputs = node.inputs;
    inputs[1] = turned.inputs[0];
    rewriter.become(node, what, std::move(inputs), {});
  }
  rewriter.finish();
}

}  // namespace weft::graph
