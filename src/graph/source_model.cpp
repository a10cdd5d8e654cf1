// SPDX-License-Identifier: Apache-2.0
// What is asked of a model's file.
#include "graph/source_model.hpp"

#include <algorithm>

namespace weft::graph {

const SourceAttribute* SourceNode::attribute(std::string_view wanted) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const SourceAttribute& one) { return one.name == wanted; });
  return found == attributes.end() ? nullptr : &*found;
}

std::vector<SourceNodeId> SourceModel::work() const {
  std::vector<SourceNodeId> ids;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].is_needed && !nodes[i].is_folded) {
      ids.push_back(SourceNodeId{static_cast<std::uint32_t>(i)});
    }
  }
  return ids;
}

void mark_needed(SourceModel& model) {
  std::vector<bool> wanted(model.values.size());
  for (const SourceValueId id : model.outputs) wanted[index(id)] = true;
  for (auto node = model.nodes.rbegin(); node != model.nodes.rend(); ++node) {
    node->is_needed =
        std::any_of(node->outputs.begin(), node->outputs.end(),
                    [&](SourceValueId id) { return id != no_source_value && wanted[index(id)]; });
    if (!node->is_needed) continue;
    for (const auto* ids : {&node->inputs, &node->captured}) {
      for (const SourceValueId id : *ids) {
        if (id != no_source_value) wanted[index(id)] = true;
      }
    }
  }
}

}  // namespace weft::graph
