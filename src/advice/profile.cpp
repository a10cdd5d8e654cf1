// SPDX-License-Identifier: Apache-2.0
// Sums over a model's nodes.
#include "advice/profile.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/counted.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValue;
using graph::SourceValueId;

bool is_control_flow(const SourceNode& node) {
  return node.domain.empty() &&
         (node.operation == "If" || node.operation == "Loop" || node.operation == "Scan");
}

std::int64_t bytes_of(const SourceValue& value) {
  return value.type ? graph::count_of(value.type->shape) *
                          static_cast<std::int64_t>(graph::bytes_of(value.type->element))
                    : 0;
}

std::int64_t floats_of(const SourceValue& value) {
  const bool has = value.type && graph::is_floating(value.type->element);
  return has ? graph::count_of(value.type->shape) : 0;
}

void add_host(const SourceValue& value, Profile& to) {
  if (!value.type) return;
  const std::int64_t count = graph::count_of(value.type->shape);
  const auto bytes = static_cast<std::int64_t>(graph::bytes_of(value.type->element));
  if (graph::is_floating(value.type->element)) {
    to.host_floats += count;
  } else {
    to.host_whole_bytes += count * std::min<std::int64_t>(bytes, 4);
  }
}

std::string typed(const SourceValue& value) {
  return value.name + " " + (value.type ? text_of(*value.type) : "of unknown shape");
}

/// Types of elements and shapes that the first results of a group's nodes have.
struct ResultTypes {
  std::vector<graph::Element> elements;
  std::set<graph::Shape> shapes;

  void add(const SourceModel& model, const SourceNode& node) {
    const SourceValueId first = node.outputs.empty() ? graph::no_source_value : node.outputs[0];
    if (first == graph::no_source_value || !model[first].type) return;
    const graph::TensorType& type = *model[first].type;
    if (std::find(elements.begin(), elements.end(), type.element) == elements.end()) {
      elements.push_back(type.element);
    }
    shapes.insert(type.shape);
  }
  void tell(Group& group) const {
    for (const graph::Element one : elements) {
      group.element += (group.element.empty() ? "" : ", ") + std::string(graph::name_of(one));
    }
    group.shapes = shapes.size();
    if (shapes.size() == 1) group.shape = graph::text_of(*shapes.begin());
  }
};

/// Sums by what `name_of_node` calls a node's group; "" is none.
template <typename Name>
std::vector<Group> grouped_by(const SourceModel& model, const Profile& profile, bool with_types,
                              const Name& name) {
  std::vector<Group> groups;
  std::vector<ResultTypes> types;
  std::map<std::string, std::size_t> places;
  for (const SourceNodeId id : model.work()) {
    const std::string key = name(model[id]);
    if (key.empty()) continue;
    const auto [found, fresh] = places.try_emplace(key, groups.size());
    if (fresh) {
      Group group;
      group.name = key;
      group.order = groups.size();
      groups.push_back(std::move(group));
      types.emplace_back();
    }
    groups[found->second].work += profile.by_node[index(id)];
    if (with_types) types[found->second].add(model, model[id]);
  }
  for (std::size_t i = 0; i < groups.size(); ++i) types[i].tell(groups[i]);
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::pair(a.work.multiplications, a.work.bytes) >
           std::pair(b.work.multiplications, b.work.bytes);
  });
  return groups;
}

/// Constants that nodes take, once each, at their first user; through what is folded.
class Parameters {
 public:
  explicit Parameters(const SourceModel& model) : model_(model), seen_(model.values.size()) {}

  std::int64_t first_used_by(const SourceNode& node) {
    std::int64_t count = 0;
    for (const SourceValueId id : node.inputs) count += first_used(id);
    return count;
  }
  std::int64_t bytes() const { return bytes_; }

 private:
  std::int64_t first_used(SourceValueId id) {
    if (id == graph::no_source_value || !model_[id].is_constant || seen_[index(id)]) return 0;
    seen_[index(id)] = true;
    const SourceValue& value = model_[id];
    if (value.is_initializer) {
      const std::int64_t count = floats_of(value);
      if (count > 0) bytes_ += bytes_of(value);
      return count;
    }
    return value.producer ? first_used_by(model_[*value.producer]) : 0;
  }

  const SourceModel& model_;
  std::vector<bool> seen_;
  std::int64_t bytes_ = 0;
};

/// What values that are no constants take while nodes run one after the other.
void add_live(const SourceModel& model, Profile& to) {
  std::vector<std::size_t> last(model.values.size(), 0);
  const std::vector<SourceNodeId> work = model.work();
  for (std::size_t i = 0; i < work.size(); ++i) {
    for (const auto* ids : {&model[work[i]].inputs, &model[work[i]].captured}) {
      for (const SourceValueId id : *ids) {
        if (id != graph::no_source_value) last[index(id)] = i;
      }
    }
  }
  for (const SourceValueId id : model.outputs) last[index(id)] = work.size();
  const std::size_t stretches = std::min<std::size_t>(work.size(), 64);
  to.live.resize(stretches);
  std::int64_t bytes = 0;
  std::int64_t floats = 0;
  const auto count = [&](SourceValueId id, std::int64_t sign) {
    if (id == graph::no_source_value || model[id].is_constant) return;
    bytes += sign * bytes_of(model[id]);
    floats += sign * floats_of(model[id]);
  };
  for (const SourceValueId id : model.inputs) count(id, 1);
  for (std::size_t i = 0; i < work.size(); ++i) {
    const SourceNode& node = model[work[i]];
    for (const SourceValueId id : node.outputs) count(id, 1);
    const std::size_t stretch = i * stretches / work.size();
    if (bytes > to.live[stretch].bytes) to.live[stretch] = {name_of(node), bytes};
    if (bytes > to.live_bytes) {
      to.live_bytes = bytes;
      to.live_elements = floats;
      to.live_at = name_of(node);
    }
    std::set<SourceValueId> done;
    for (const auto* ids : {&node.inputs, &node.captured, &node.outputs}) {
      for (const SourceValueId id : *ids) {
        if (id != graph::no_source_value && last[index(id)] <= i && done.insert(id).second) {
          count(id, -1);
        }
      }
    }
  }
}

void add_types(const SourceModel& model, Profile& to) {
  std::map<graph::Element, std::int64_t> counts;
  for (const SourceNodeId id : model.work()) {
    for (const SourceValueId out : model[id].outputs) {
      if (out != graph::no_source_value && model[out].type) ++counts[model[out].type->element];
    }
  }
  for (const SourceValueId id : model.inputs) {
    if (model[id].type) ++counts[model[id].type->element];
  }
  std::vector<std::pair<std::int64_t, graph::Element>> sorted;
  for (const auto& [element, number] : counts) sorted.emplace_back(-number, element);
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [number, element] : sorted) to.elements.emplace_back(graph::name_of(element));
}

/// Which modules take what others give, into the groups of modules.
void add_flow(const SourceModel& model, std::vector<Group>& modules) {
  std::map<std::string, std::set<std::string>> takers;
  for (const SourceNodeId id : model.work()) {
    const std::string to = place_of(model[id]).module;
    for (const auto* ids : {&model[id].inputs, &model[id].captured}) {
      for (const SourceValueId value : *ids) {
        if (value == graph::no_source_value || !model[value].producer) continue;
        const std::string from = place_of(model[*model[value].producer]).module;
        if (!to.empty() && from != to) takers[from].insert(to);
      }
    }
  }
  for (Group& one : modules) one.gives_to.assign(takers[one.name].begin(), takers[one.name].end());
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Place place_of(const SourceNode& node) {
  const graph::Origin& origin = node.origin;
  Place place;
  if (!origin.stack.empty()) {
    place.file = origin.stack.back().file;
    place.line = origin.stack.back().line;
  }
  place.module = node.module_class.empty() ? origin.module : node.module_class;
  return place;
}

std::string line_text(const Place& place) {
  if (place.file.empty()) return "";
  return file_name(place.file) + ":" + std::to_string(place.line);
}

std::string name_of(const SourceNode& node) {
  if (!node.origin.node.empty()) return node.origin.node;
  return node.origin.result.empty() ? node.operation : "giving " + node.origin.result;
}

std::string operation_of(const SourceNode& node) {
  return node.domain.empty() ? node.operation : node.domain + "." + node.operation;
}

std::string type_text(const Group& group) {
  if (group.element.empty()) return "";
  const std::string shape =
      group.shape.empty() ? ", " + grouped(group.shapes, "shape") : group.shape;
  return " " + group.element + shape;
}

Profile profile_of(const SourceModel& model) {
  Profile profile;
  profile.name = model.name;
  profile.producer = model.producer;
  profile.opsets = model.opsets;
  profile.open_extents = model.open_extents;
  profile.absent_data = model.absent_data;
  profile.by_node.resize(model.nodes.size());
  Parameters parameters(model);
  std::set<std::string> foreign;
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    Work& work = profile.by_node[index(id)];
    work = work_of(model, node);
    work.parameters = parameters.first_used_by(node);
    profile.work += work;
    profile.has_lines = profile.has_lines || !node.origin.stack.empty();
    if (is_control_flow(node)) profile.control_flow.push_back(name_of(node));
    if (!node.domain.empty()) foreign.insert(operation_of(node));
    if (work.bytes > profile.largest.bytes) profile.largest = work;
  }
  profile.foreign.assign(foreign.begin(), foreign.end());
  profile.parameter_bytes = parameters.bytes();
  for (const SourceNode& node : model.nodes) profile.folded_nodes += node.is_folded ? 1 : 0;
  for (const SourceValueId id : model.inputs) {
    add_host(model[id], profile);
    profile.inputs.push_back(typed(model[id]));
  }
  for (const SourceValueId id : model.outputs) {
    add_host(model[id], profile);
    profile.outputs.push_back(typed(model[id]));
  }
  add_live(model, profile);
  add_types(model, profile);
  add_dimensions(model, profile);
  profile.by_operator = grouped_by(model, profile, true, operation_of);
  profile.by_module = grouped_by(model, profile, false,
                                 [](const SourceNode& node) { return place_of(node).module; });
  add_flow(model, profile.by_module);
  profile.by_line = grouped_by(model, profile, false,
                               [](const SourceNode& node) { return line_text(place_of(node)); });
  return profile;
}

}  // namespace weft::advice
