// SPDX-License-Identifier: Apache-2.0
// What fills a tile's memory, by name.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "frontends/poplar/lower.hpp"
#include "frontends/poplar/machine_constants.hpp"
#include "frontends/poplar/used_steps.hpp"
#include "frontends/poplar/vertex_state.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

/// Bytes by use and name, of one tile.
using Items = std::map<std::pair<ipu::MemoryUse, std::string>, std::uint64_t>;

void add_variables(const GraphModel& graph, std::uint32_t tile, Items& items) {
  for (const Variable& variable : graph.variables) {
    std::uint64_t elements = 0;
    for (const TileInterval& interval : variable.mapping.intervals(0, variable.elements)) {
      if (interval.tile == tile) elements += interval.end - interval.begin;
    }
    if (elements == 0) continue;
    const auto use = variable.constant ? ipu::MemoryUse::constants : ipu::MemoryUse::variables;
    items[{use, variable.name}] += elements * ipu::bytes_of(variable.type);
  }
}

void add_vertices(const LowerInput& input, std::uint32_t tile, Items& items) {
  const GraphModel& graph = *input.graph;
  const UsedSteps used = used_steps(*input.steps, graph.compute_sets.size());
  const MachineConstants machine =
      machine_constants(*input.topology, input.tiles_per_ipu, input.ipus);
  for (const VertexModel& vertex : graph.vertices) {
    if (vertex.tile != tile || !used.compute_sets[vertex.compute_set]) continue;
    const std::string name = vertex.codelet->name;
    std::uint64_t& bytes = items[{ipu::MemoryUse::vertex_state, name}];
    bytes += vertex_state_bytes(vertex);
    for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
      const ipu::FieldInfo& field = vertex.codelet->fields[f];
      if (!owns_vector(field)) continue;
      bytes += owned_elements(field, vertex.fields[f]) * ipu::bytes_of(field.type);
    }
    items[{ipu::MemoryUse::vertex_code, name}] = machine.codelet_code_bytes;
  }
}

/// What of a use has no name yet: padding, or all of it.
void add_rest(const ipu::Program& program, std::uint32_t tile, Items& items) {
  std::array<std::uint64_t, ipu::memory_uses> named{};
  for (const auto& [item, bytes] : items) named[static_cast<std::size_t>(item.first)] += bytes;
  for (std::size_t u = 0; u < ipu::memory_uses; ++u) {
    const std::uint64_t all = program.memory_use[std::size_t{tile} * ipu::memory_uses + u];
    const auto use = static_cast<ipu::MemoryUse>(u);
    if (all > named[u]) items[{use, std::string(ipu::name_of(use))}] += all - named[u];
  }
}

}  // namespace

std::vector<MemoryLine> memory_of_tile(const LowerInput& input, const ipu::Program& program,
                                       std::uint32_t tile, std::size_t most) {
  if (tile >= program.tiles()) {
    throw GraphError(Complaint::invalid_tile, Category::input,
                     "there is no tile " + std::to_string(tile));
  }
  Items items;
  add_variables(*input.graph, tile, items);
  add_vertices(input, tile, items);
  add_rest(program, tile, items);
  std::vector<MemoryLine> lines;
  for (const auto& [item, bytes] : items) {
    if (bytes != 0) lines.push_back({tile, item.first, item.second, bytes});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const MemoryLine& a, const MemoryLine& b) { return a.bytes > b.bytes; });
  if (lines.size() > most) lines.resize(most);
  return lines;
}

std::vector<MemoryLine> memory_of_tile(const LowerInput& input, std::uint32_t tile,
                                       std::size_t most) {
  LowerInput again = input;
  again.allow_out_of_memory = true;
  return memory_of_tile(input, lower(again).program, tile, most);
}

}  // namespace weft::frontends::poplar
