// SPDX-License-Identifier: Apache-2.0
// What hangs on no input, computed beforehand; what no output needs, left out. Exact.
#include <set>

#include "advice/rewrite_passes.hpp"
#include "base/error.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValue;
using graph::SourceValueId;

/// A larger result would be a second copy of weights in the file: what makes it stays.
constexpr std::int64_t most_folded = std::int64_t{1} << 16;
/// So small a copy is worth its node.
constexpr std::int64_t least_shared = 256;

void require_no_graphs(const SourceModel& model) {
  for (const SourceNode& node : model.nodes) {
    for (const graph::SourceAttribute& one : node.attributes) {
      if (!std::holds_alternative<graph::OtherAttribute>(one.value)) continue;
      fail(Category::unsupported,
           text_of(node.origin) + " has " + std::get<graph::OtherAttribute>(one.value).kind +
               " in its attribute '" + one.name + "': weft changes no such model");
    }
  }
}

/// Values that are read by work, or are outputs.
std::set<SourceValueId> read_by_work(const SourceModel& model) {
  std::set<SourceValueId> out(model.outputs.begin(), model.outputs.end());
  for (const SourceNode& node : model.nodes) {
    if (node.is_needed && !node.is_folded) out.insert(node.inputs.begin(), node.inputs.end());
  }
  return out;
}

/// The initializer that a value has the numbers of, in another order or shape.
SourceValueId moved_from(const SourceModel& model, SourceValueId id) {
  static const std::set<std::string> moves{"Transpose", "Reshape",   "Identity",
                                           "Squeeze",   "Unsqueeze", "Flatten"};
  while (id != graph::no_source_value && model[id].producer) {
    const SourceNode& node = model[*model[id].producer];
    if (!moves.contains(node.operation) || node.inputs.empty()) return graph::no_source_value;
    id = node.inputs[0];
  }
  return id;
}

/// Weights that are read as they are, too, such as a table that is also the head's matrix.
bool is_second_copy(const SourceModel& model, SourceValueId id,
                    const std::set<SourceValueId>& read) {
  if (model[id].constant->count() < least_shared) return false;
  const SourceValueId from = moved_from(model, id);
  return from != graph::no_source_value && from != id && model[from].is_initializer &&
         read.contains(from);
}

bool can_be_folded(const SourceModel& model, SourceValueId id,
                   const std::set<SourceValueId>& read) {
  const auto& constant = model[id].constant;
  return constant && constant->count() <= most_folded && !is_second_copy(model, id, read);
}

/// Nodes that are gone, those that were needed first; a Constant is but another way to write an
/// initializer.
std::vector<Change> gone(const std::vector<SourceNode>& was, const std::vector<bool>& stays) {
  std::vector<Change> changes;
  for (const bool needed : {true, false}) {
    for (std::size_t i = 0; i < was.size(); ++i) {
      if (stays[i] || was[i].is_needed != needed || was[i].operation == "Constant") continue;
      changes.push_back(change_of(needed ? "fold-constants" : "unused-removed", was[i], {}));
    }
  }
  return changes;
}

}  // namespace

std::vector<Change> fold(SourceModel& model) {
  require_no_graphs(model);
  set_producers(model);
  mark_needed(model);
  const std::vector<SourceNode> was = model.nodes;
  const std::set<SourceValueId> read = read_by_work(model);
  for (SourceNode& node : model.nodes) {
    for (SourceValueId& id : node.outputs) {
      if (id == graph::no_source_value || !can_be_folded(model, id, read)) continue;
      SourceValue& value = model.values[index(id)];
      value.is_initializer = true;
      id = graph::no_source_value;
    }
  }
  mark_needed(model);
  std::vector<bool> stays;
  for (const SourceNode& node : model.nodes) stays.push_back(node.is_needed);
  settle(model);
  return gone(was, stays);
}

}  // namespace weft::advice
