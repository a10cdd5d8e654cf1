// SPDX-License-Identifier: Apache-2.0
// A tail is what hangs on results whose shapes hang on data.
#include "advice/cut.hpp"

#include <algorithm>
#include <set>

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

bool asks_for_cut(const Tables& tables, const TargetFacts& target, const SourceNode& node) {
  const Row* row = target.operators.find(node.domain, node.operation);
  if (row == nullptr || row->rewrite.empty()) return false;
  return !tables.rewrites.at(row->rewrite).settles;
}

bool hangs_on(const SourceNode& node, const std::vector<bool>& values) {
  for (const auto* ids : {&node.inputs, &node.captured}) {
    for (const SourceValueId id : *ids) {
      if (id != graph::no_source_value && values[index(id)]) return true;
    }
  }
  return false;
}

/// Values that go from in front of the cut to behind it, or are outputs in front of it.
std::vector<SourceValueId> at_cut(const SourceModel& model, const std::vector<bool>& tail) {
  std::vector<bool> behind(model.values.size());
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    if (!tail[i]) continue;
    for (const SourceValueId id : model.nodes[i].outputs) {
      if (id != graph::no_source_value) behind[index(id)] = true;
    }
  }
  std::vector<SourceValueId> out;
  std::set<SourceValueId> seen;
  const auto add = [&](SourceValueId id) {
    if (id == graph::no_source_value || behind[index(id)] || model[id].is_constant) return;
    if (model[id].producer && seen.insert(id).second) out.push_back(id);
  };
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    if (!tail[i]) continue;
    for (const SourceValueId id : model.nodes[i].inputs) add(id);
    for (const SourceValueId id : model.nodes[i].captured) add(id);
  }
  for (const SourceValueId id : model.outputs) add(id);
  return out;
}

}  // namespace

std::vector<bool> tail_of(const Tables& tables, const TargetFacts& target,
                          const SourceModel& model) {
  std::vector<bool> tail(model.nodes.size());
  std::vector<bool> values(model.values.size());
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const SourceNode& node = model.nodes[i];
    if (!node.is_needed || node.is_folded) continue;
    tail[i] = asks_for_cut(tables, target, node) || hangs_on(node, values);
    if (!tail[i]) continue;
    for (const SourceValueId id : node.outputs) {
      if (id != graph::no_source_value) values[index(id)] = true;
    }
  }
  return tail;
}

std::optional<Cut> cut_of(const Tables& tables, const TargetFacts& target,
                          const SourceModel& model) {
  const std::vector<bool> tail = tail_of(tables, target, model);
  Cut cut;
  cut.nodes_behind = std::count(tail.begin(), tail.end(), true);
  if (cut.nodes_behind == 0) return std::nullopt;
  for (const SourceValueId id : at_cut(model, tail)) {
    const graph::SourceValue& value = model[id];
    cut.tensors.push_back(value.name + (value.type ? " " + text_of(*value.type) : ""));
  }
  return cut;
}

SourceModel without_tail(const SourceModel& model, const std::vector<bool>& tail) {
  SourceModel out = model;
  out.outputs = at_cut(model, tail);
  mark_needed(out);
  return out;
}

}  // namespace weft::advice
