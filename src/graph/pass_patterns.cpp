// SPDX-License-Identifier: Apache-2.0
// Passes: what exporters spell out becomes one node each.
#include "graph/passes.hpp"
#include "graph/patterns.hpp"

namespace weft::graph {

void recognise_patterns(Graph& graph) {
  Rewriter rewriter(graph);
  const auto count = static_cast<std::uint32_t>(graph.nodes.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const NodeId id{i};
    if (recognise_gate(rewriter, id)) continue;
    if (recognise_softmax(rewriter, id)) continue;
    if (recognise_norm(rewriter, id)) continue;
    if (recognise_moves(rewriter, id)) continue;
    recognise_attention(rewriter, id);
  }
  rewriter.finish();
}

void simplify(Graph& graph) {
  remove_dead(graph);
  std::string before;
  for (std::string now = text_of(graph); now != before; now = text_of(graph)) {
    before = now;
    turn_weights(graph);
    fold_constants(graph);
    remove_dead(graph);
    recognise_patterns(graph);
    fold_batch_norm(graph);
    fuse_activations(graph);
    join_layout(graph);
  }
}

}  // namespace weft::graph
