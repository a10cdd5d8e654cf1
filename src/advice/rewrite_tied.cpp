// SPDX-License-Identifier: Apache-2.0
// A table that is looked up in, and multiplied by: a copy of it for each product. Exact.
#include "advice/rewrite_passes.hpp"
#include "advice/rules.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

/// Nodes that only move the table on its way to a product, the product's first; then the table.
std::vector<graph::SourceNodeId> moves_behind(const SourceModel& model, SourceValueId id) {
  std::vector<graph::SourceNodeId> out;
  for (; model[id].producer; id = model[out.back()].inputs[0]) out.push_back(*model[id].producer);
  return out;
}

SourceValueId copied(SourceModel& model, SourceValueId id, const std::string& name) {
  graph::SourceValue copy = model[id];
  copy.name += name;
  copy.producer.reset();
  model.values.push_back(std::move(copy));
  return SourceValueId{static_cast<std::uint32_t>(model.values.size() - 1)};
}

}  // namespace

void untie_weights(Rewritten& to) {
  SourceModel& model = to.model;
  std::vector<std::pair<graph::SourceNodeId, std::vector<SourceNode>>> moved;
  for (const graph::SourceNodeId product : tied_products(model)) {
    const auto moves = moves_behind(model, model[product].inputs[1]);
    const SourceValueId table =
        moves.empty() ? model[product].inputs[1] : model[moves.back()].inputs[0];
    SourceValueId own = copied(model, table, "/untied");
    std::vector<SourceNode> fresh;
    for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
      SourceNode node = model[*move];
      node.inputs[0] = own;
      own = copied(model, node.outputs[0], "/untied");
      node.outputs = {own};
      fresh.push_back(std::move(node));
    }
    const SourceNode& node = model[product];
    to.changes.push_back(change_of("untie-weights", node, {node.operation}));
    model.nodes[index(product)].inputs[1] = own;
    moved.emplace_back(product, std::move(fresh));
  }
  for (auto one = moved.rbegin(); one != moved.rend(); ++one) {  // places in front stay
    model.nodes.insert(model.nodes.begin() + index(one->first), one->second.begin(),
                       one->second.end());
  }
}

}  // namespace weft::advice
