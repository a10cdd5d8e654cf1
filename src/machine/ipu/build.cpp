// SPDX-License-Identifier: Apache-2.0
// Allocation and initial content of a slice.
#include "machine/ipu/build.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

template <typename T>
Array<T> make(const std::string& label, std::uint64_t count) {
  return Array<T>(label, std::max<std::uint64_t>(1, count));
}

void allocate(State& s, const form::Program& program, const Slice& slice) {
  s.tiles = static_cast<std::uint32_t>(slice.tiles.tiles());
  s.base = make<std::uint64_t>("base", s.tiles);
  std::uint64_t bytes = 0;
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    s.base(t) = bytes;
    bytes += aligned(program.memory_bytes[global_tile(slice, t)], tile_alignment);
  }
  s.memory_bytes = bytes;
  // An emulated address is a place from the view's begin: leave room to align that begin.
  s.memory = make<std::byte>("tile_memory", bytes + tile_alignment);
  const auto begin = reinterpret_cast<std::uintptr_t>(s.memory.data());
  const std::uint64_t shift = aligned(begin, tile_alignment) - begin;
  for (std::uint32_t t = 0; t < s.tiles; ++t) s.base(t) += shift;
  s.clock = make<Cycle>("clock", s.tiles);
  s.stopped = make<std::uint32_t>("stopped", s.tiles);
  s.compute_cycles = make<Cycle>("compute_cycles", s.tiles);
  s.copy_cycles = make<Cycle>("copy_cycles", s.tiles);
  s.sync_cycles = make<Cycle>("sync_cycles", s.tiles);
  s.vertices_run = make<std::uint64_t>("vertices_run", s.tiles);
  s.bytes_sent = make<std::uint64_t>("bytes_sent", s.tiles);
  s.bytes_received = make<std::uint64_t>("bytes_received", s.tiles);
  s.vertex_cycles = make<std::uint64_t>("vertex_cycles", form::cost_origins * s.tiles);
  s.compute_by_origin = make<std::uint64_t>("compute_by_origin", form::cost_origins * s.tiles);
}

void fill(const State& s, const form::Program& program, const Slice& slice) {
  for (const form::InitialData& data : program.initial) {
    if (!holds(slice.tiles, slice.region, data.tile)) continue;
    const std::uint64_t to = s.base(local_tile(slice, data.tile)) + data.address;
    std::memcpy(s.memory.data() + to, program.initial_bytes.data() + data.first, data.bytes);
  }
}

void check_region(const form::Program& program, const Slice& slice) {
  const Rectangle& region = slice.region;
  if (region.x0 == 0 && region.y0 == 0 && region.width == program.tiles_per_ipu &&
      region.height == program.ipus) {
    return;
  }
  fail(Category::input, "the program is for " + std::to_string(program.ipus) + " IPUs of " +
                            counted(program.tiles_per_ipu, "tile") + ", the region has " +
                            std::to_string(region.height) + " of " + std::to_string(region.width));
}

}  // namespace

std::uint32_t global_tile(const Slice& slice, std::uint32_t local) {
  const Rectangle& part = slice.tiles;
  return (part.y0 + local / part.width) * slice.region.width + part.x0 + local % part.width;
}

std::uint32_t local_tile(const Slice& slice, std::uint32_t global) {
  const std::uint32_t x = global % slice.region.width - slice.tiles.x0;
  const std::uint32_t y = global / slice.region.width - slice.tiles.y0;
  return y * slice.tiles.width + x;
}

bool holds(const Rectangle& tiles, const Rectangle& region, std::uint32_t global) {
  return tiles.contains(global % region.width, global / region.width);
}

std::vector<std::uint32_t> local_tiles(const Slice& slice) {
  std::vector<std::uint32_t> list(slice.region.tiles(), elsewhere);
  for (std::uint32_t t = 0; t < slice.tiles.tiles(); ++t) list[global_tile(slice, t)] = t;
  return list;
}

State make_state(const Constants& constants, const form::Outline& outline, const Slice& slice) {
  const form::Program& program = outline.program;
  check_region(program, slice);
  State state;
  state.constants = constants;
  allocate(state, program, slice);
  fill(state, program, slice);
  build_vertices(state, program, slice);
  build_moves(state, outline, slice);
  build_arrays(state, outline, slice);
  state.totals.compute_sets.assign(program.compute_sets.size(), 0);
  state.totals.rearrangements.assign(program.rearrangements.size(), 0);
  state.totals.exchanges.assign(program.exchanges.size(), 0);
  state.totals.requests.assign(program.requests.size(), 0);
  state.totals.host_cycles.assign(program.requests.size(), 0);
  return state;
}

}  // namespace weft::machine::ipu
