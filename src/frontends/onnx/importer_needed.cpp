// SPDX-License-Identifier: Apache-2.0
// Which nodes of a file the model's outputs hang on: of others nothing that weft does not know is a
// fault.
#include <algorithm>

#include "frontends/onnx/importer.hpp"

namespace weft::onnx {
namespace {

/// What a node takes, what the graphs in its attributes take from around them among it.
void add_taken(const FileNode& node, std::unordered_set<std::string_view>& to) {
  to.insert(node.inputs.begin(), node.inputs.end());
  for (const FileAttribute& one : node.attributes) {
    for (const FileGraph& graph : one.graphs) {
      for (const FileNode& inner : graph.nodes) add_taken(inner, to);
      for (const FileValue& output : graph.outputs) to.insert(output.name);
    }
  }
}

bool makes_any(const FileNode& node, const std::unordered_set<std::string_view>& names) {
  return std::any_of(node.outputs.begin(), node.outputs.end(),
                     [&](std::string_view name) { return !name.empty() && names.contains(name); });
}

}  // namespace

void find_needed(Scope& scope, const std::vector<std::string_view>& wanted) {
  scope.needed.insert(wanted.begin(), wanted.end());
  for (auto node = scope.nodes->rbegin(); node != scope.nodes->rend(); ++node) {
    if (makes_any(*node, scope.needed)) add_taken(*node, scope.needed);
  }
}

std::vector<std::string_view> needed_of(const FileNode& node, const Scope& scope,
                                        const std::vector<std::string_view>& names) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    const std::string_view output = node.outputs[i];
    if (!output.empty() && scope.needed.contains(output)) out.push_back(names[i]);
  }
  return out;
}

std::vector<std::string_view> names_of(const std::vector<FileValue>& values) {
  std::vector<std::string_view> names;
  for (const FileValue& value : values) names.push_back(value.name);
  return names;
}

bool Importer::is_dead(const FileNode& node, const Scope& scope) const {
  return listing_ == nullptr && !makes_any(node, scope.needed);
}

void Importer::lose_results(const FileNode& node, Scope& scope) {
  for (const std::string_view name : node.outputs) {
    if (!name.empty()) scope.values.try_emplace(name, Named{lost_term});
  }
}

void Importer::add_unknown(const FileNode& node, const std::string& what, const Scope& scope,
                           const graph::Origin& origin) {
  if (!is_dead(node, scope)) unknown_.add(what, origin);
}

}  // namespace weft::onnx
