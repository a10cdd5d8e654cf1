// SPDX-License-Identifier: Apache-2.0
// One function a rule: what of the model it is about.
#include "advice/rules.hpp"

#include <algorithm>
#include <set>

#include "advice/fill.hpp"
#include "advice/judge.hpp"

namespace weft::advice {
namespace {

using graph::Element;
using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValueId;

/// Where a rule speaks: nodes, or words about the whole model.
struct Spot {
  std::vector<SourceNodeId> nodes;
  std::string words;  ///< in front of the rule's reason
};

/// The input that a value is, through what only moves or converts; nothing where it is computed.
std::optional<SourceValueId> input_behind(const SourceModel& model, SourceValueId id) {
  static const std::set<std::string> moves{"Cast",    "Transpose", "Reshape",
                                           "Squeeze", "Unsqueeze", "Identity"};
  while (id != graph::no_source_value && model[id].producer) {
    const SourceNode& node = model[*model[id].producer];
    if (!moves.contains(node.operation) || node.inputs.empty()) return std::nullopt;
    id = node.inputs[0];
  }
  if (id == graph::no_source_value || model[id].is_constant) return std::nullopt;
  return id;
}

/// The initializer that a value is, through what only moves.
std::optional<SourceValueId> table_behind(const SourceModel& model, SourceValueId id) {
  while (id != graph::no_source_value && model[id].producer) {
    const SourceNode& node = model[*model[id].producer];
    if (node.operation != "Transpose" && node.operation != "Identity") return std::nullopt;
    id = node.inputs[0];
  }
  if (id == graph::no_source_value || !model[id].is_initializer) return std::nullopt;
  return id;
}

bool is_float(const SourceModel& model, SourceValueId id) {
  return model[id].type && graph::is_floating(model[id].type->element);
}

std::vector<Spot> opset_spots(const Rule& rule, const SourceModel& model) {
  const auto found = model.opsets.find("");
  if (found == model.opsets.end()) return {};
  const bool is_above = rule.kind == Rule::Kind::newest_opset;
  if (is_above ? found->second <= rule.opset : found->second >= rule.opset) return {};
  return {{{},
           "operator set " + std::to_string(found->second) + " is " +
               (is_above ? "above " : "below ") + std::to_string(rule.opset) + ": "}};
}

std::vector<Spot> input_spots(const SourceModel& model, Element element) {
  std::string names;
  for (const SourceValueId id : model.inputs) {
    if (!model[id].type || model[id].type->element != element) continue;
    names += (names.empty() ? "" : ", ") + model[id].name;
  }
  if (names.empty()) return {};
  return {{{}, "input " + names + " (" + std::string(name_of(element)) + "): "}};
}

std::vector<Spot> extent_spots(const SourceModel& model) {
  std::vector<Spot> spots;
  for (const graph::OpenExtent& one : model.open_extents) {
    const std::string name = one.name.empty() ? "axis " + std::to_string(one.axis) : one.name;
    spots.push_back(
        {{}, "input " + one.input + ", " + name + " = " + std::to_string(one.extent) + ": "});
  }
  return spots;
}

bool is_whole_input(const SourceModel& model, const std::string& name) {
  return std::any_of(model.inputs.begin(), model.inputs.end(), [&](SourceValueId id) {
    return model[id].name == name && model[id].type && !graph::is_floating(model[id].type->element);
  });
}

/// Token numbers, whichever axis they follow each other on; of others those behind a batch.
std::vector<Spot> token_spots(const SourceModel& model, const Profile& profile) {
  if (!profile.sequence || profile.sequence->extent != 1) return {};
  if (profile.sequence->axis != 1 && !is_whole_input(model, profile.sequence->input)) return {};
  return {{{}, "input " + profile.sequence->input + " is one token: "}};
}

std::vector<Spot> spots_of(const Rule& rule, const SourceModel& model, const Profile& profile,
                           Task task) {
  const auto of_nodes = [](std::vector<SourceNodeId> nodes) {
    std::vector<Spot> spots;
    if (!nodes.empty()) spots.push_back({std::move(nodes), ""});
    return spots;
  };
  switch (rule.kind) {
    case Rule::Kind::newest_opset:
    case Rule::Kind::oldest_opset:
      return opset_spots(rule, model);
    case Rule::Kind::training:
      if (task == Task::training) return {Spot{}};
      return {};
    case Rule::Kind::cache_input:
      return of_nodes(cache_joins(model));
    case Rule::Kind::sequence_of_one:
      return token_spots(model, profile);
    case Rule::Kind::tied_weights:
      return of_nodes(tied_products(model));
    case Rule::Kind::long_whole_inputs:
      return input_spots(model, Element::i64);
    case Rule::Kind::double_inputs:
      return input_spots(model, Element::f64);
    case Rule::Kind::frozen_extents:
      return extent_spots(model);
    case Rule::Kind::product_fill:
      break;  // which speaks of extents of the machine
  }
  return {};
}

/// What a rule says of each of its findings.
void sign(const Rule& rule, const Tables& tables, Finding& finding) {
  finding.severity = rule.severity;
  finding.support = rule.severity == Severity::blocked ? Support::none : Support::partial;
  finding.evidence = rule.evidence;
  finding.sources = rule.sources;
  finding.date = tables.newest_date(rule.sources);
  finding.reason += rule.reason;
  if (finding.rewrite.empty()) finding.rewrite = rule.rewrite;
}

Finding finding_of(const Spot& spot, const SourceModel& model, const Profile& profile) {
  Finding finding;
  finding.reason = spot.words;
  Work work;
  for (const SourceNodeId id : spot.nodes) {
    finding.nodes.push_back(name_of(model[id]));
    finding.modules.insert(place_of(model[id]).module);
    work += profile.by_node[index(id)];
  }
  finding.ids = spot.nodes;
  if (!spot.nodes.empty()) {
    set_share(finding, work, profile.work);
    finding.operation = operation_of(model[spot.nodes.front()]);
    finding.place = place_of(model[spot.nodes.front()]);
  }
  return finding;
}

}  // namespace

std::vector<SourceNodeId> cache_joins(const SourceModel& model) {
  std::vector<SourceNodeId> out;
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if (node.operation != "Concat" || !node.domain.empty()) continue;
    bool has_input = false;
    bool has_computed = false;
    for (const SourceValueId value : node.inputs) {
      if (value == graph::no_source_value || model[value].is_constant) continue;
      if (!is_float(model, value) || model[value].type->shape.size() < 3) continue;
      (input_behind(model, value) ? has_input : has_computed) = true;
    }
    if (has_input && has_computed) out.push_back(id);
  }
  return out;
}

std::vector<SourceNodeId> tied_products(const SourceModel& model) {
  std::set<SourceValueId> tables;
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if (node.operation != "Gather" || node.inputs.size() < 2) continue;
    const auto table = table_behind(model, node.inputs[0]);
    if (table && is_float(model, *table)) tables.insert(*table);
  }
  std::vector<SourceNodeId> out;
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if ((node.operation != "MatMul" && node.operation != "Gemm") || node.inputs.size() < 2) {
      continue;
    }
    const auto table = table_behind(model, node.inputs[1]);
    if (table && tables.contains(*table)) out.push_back(id);
  }
  return out;
}

std::vector<Finding> findings_by_rules(const Tables& tables, const TargetFacts& target,
                                       const SourceModel& model, const Profile& profile, Task task,
                                       const topology::Topology& machine) {
  std::vector<Finding> findings;
  const auto plane = plane_of(target, machine);
  for (const Rule& rule : target.rules) {
    std::vector<Finding> made;
    if (rule.kind == Rule::Kind::product_fill && plane) made = fill_findings(model, *plane);
    for (const Spot& spot : spots_of(rule, model, profile, task)) {
      made.push_back(finding_of(spot, model, profile));
    }
    for (Finding& one : made) {
      sign(rule, tables, one);
      findings.push_back(std::move(one));
    }
  }
  return findings;
}

}  // namespace weft::advice
