// SPDX-License-Identifier: Apache-2.0
// Vertices and tiles in words.
#include "machine/ipu/running.hpp"

#include <algorithm>

namespace weft::machine::ipu {

std::string tile_words(const program::ipu::Program& program, std::uint32_t tile) {
  std::string out = "tile " + std::to_string(tile);
  if (program.ipus > 1) {
    out += " (IPU " + std::to_string(tile / program.tiles_per_ipu) + ", its tile " +
           std::to_string(tile % program.tiles_per_ipu) + ")";
  }
  return out;
}

std::string vertex_words(const program::ipu::Program& program, std::uint64_t vertex,
                         std::uint64_t& set) {
  const auto found =
      std::find_if(program.compute_sets.begin(), program.compute_sets.end(),
                   [&](const auto& s) { return vertex >= s.first && vertex < s.first + s.count; });
  set = static_cast<std::uint64_t>(found - program.compute_sets.begin());
  return "vertex '" + program.codelets[program.vertices[vertex].codelet].name +
         "' of compute set '" + found->name + "'";
}

std::atomic<std::uint64_t>& Running::place() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads++ % places;
  return vertices_[mine];
}

std::string Running::describe(const void* running) {
  const auto& self = *static_cast<const Running*>(running);
  for (const auto& place : self.vertices_) {
    const std::uint64_t vertex = place.load(std::memory_order_relaxed);
    if (vertex == 0) continue;
    std::uint64_t set = 0;
    const std::string words = vertex_words(self.program_, vertex - 1, set);
    return words + " on " + tile_words(self.program_, self.program_.vertices[vertex - 1].tile);
  }
  return "a compute set";
}

}  // namespace weft::machine::ipu
