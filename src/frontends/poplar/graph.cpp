// SPDX-License-Identifier: Apache-2.0
// The graph as data: looking up codelets and types, mapping views to tiles.
#include "frontends/poplar/graph.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "frontends/poplar/view_data.hpp"
#include "topology/suggest.hpp"

namespace weft::frontends::poplar {
namespace {

/// "popops::Add" of "popops::Add<float>".
std::string_view without_arguments(std::string_view name) { return name.substr(0, name.find('<')); }

/// Elements that a run touches as intervals; strided ones one at a time.
void map_run(TileMapping& mapping, const Run& run, std::uint32_t tile) {
  if (run.count == 1 || run.stride == 1) {
    mapping.set(run.first, run.first + run.count, tile);
  } else if (run.stride == -1) {
    mapping.set(run.first + 1 - run.count, run.first + 1, tile);
  } else {
    const std::uint64_t count = run.stride == 0 ? 1 : run.count;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t element = run.first + i * static_cast<std::uint64_t>(run.stride);
      mapping.set(element, element + 1, tile);
    }
  }
}

}  // namespace

const CodeletInfo* GraphModel::find_codelet(std::string_view name, std::uint32_t& module) const {
  for (std::size_t m = modules.size(); m-- > 0;) {
    if (modules[m].loaded == nullptr) continue;
    const CodeletInfo* found = program::ipu::find_codelet(*modules[m].loaded, name);
    if (found == nullptr) continue;
    module = static_cast<std::uint32_t>(m);
    return found;
  }
  module = program::ipu::compiled_in;
  if (!missing_library(name).empty()) return nullptr;
  return program::ipu::find_registered_codelet(name).info;
}

std::string_view GraphModel::missing_library(std::string_view name) const {
  const auto library = libraries.find(name.substr(0, name.find("::")));
  if (library == libraries.end() || library->second != 0) return {};
  return program::ipu::find_registered_codelet(name).info == nullptr ? std::string_view{}
                                                                     : library->first;
}

std::vector<std::string> GraphModel::similar_codelets(std::string_view name) const {
  constexpr std::size_t nearest = 3;  // edits that still look like a slip
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const CodeletLibrary& library : modules) {
    if (library.loaded == nullptr) continue;
    for (std::uint32_t c = 0; c < library.loaded->count; ++c) {
      const std::string candidate = library.loaded->codelets[c].name;
      const std::string_view stem = without_arguments(candidate);
      std::size_t distance = topology::edit_distance(candidate, name);
      distance = std::min(distance, topology::edit_distance(stem, without_arguments(name)));
      if (distance <= nearest) found.emplace_back(distance, candidate);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> names;
  for (auto& [distance, candidate] : found) names.push_back(std::move(candidate));
  return names;
}

void GraphModel::map(const View& view, std::uint32_t tile) {
  for (const Run& run : view.runs()) map_run(variables.at(run.variable).mapping, run, tile);
}

ElementType GraphModel::type_of(const View& view) const {
  const std::optional<VariableId> first = view.variable();
  if (!first) fail(Category::input, "a tensor that is of no variable has no type");
  const ElementType type = variables.at(*first).type;
  for (const VariableId seen : view.variables()) {
    const ElementType other = variables.at(seen).type;
    if (other == type) continue;
    if (program::ipu::bytes_of(other) == program::ipu::bytes_of(type)) continue;  // reinterpreted
    fail(Category::input, "a tensor of shape " + text_of(view.shape()) + " joins elements of '" +
                              variables[*first].name + "', which are " +
                              std::string(program::ipu::name_of(type)) + ", and of '" +
                              variables[seen].name + "', which are " +
                              std::string(program::ipu::name_of(other)));
  }
  return type;
}

}  // namespace weft::frontends::poplar
