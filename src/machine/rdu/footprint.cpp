// SPDX-License-Identifier: Apache-2.0
// Neighbours and memory of slices, from the graph alone.
#include <vector>

#include "machine/rdu/build.hpp"
#include "machine/rdu/state.hpp"
#include "machine/rdu/step.hpp"
#include "program/rdu_shape.hpp"

namespace weft::machine::rdu {

using form::none;

Relation relation_of(const form::Program& program, const Rectangle& region,
                     std::span<const Rectangle> slices) {
  const std::vector<form::Ends> ends = form::ends_of(program);
  const std::vector<std::uint32_t> tiles = form::tiles_of(program);
  std::vector<TileLink> links;
  for (std::size_t c = 0; c < ends.size(); ++c) {
    const std::uint32_t from = form::unit_of(program, ends[c].producer);
    const std::uint32_t to = form::unit_of(program, ends[c].consumer);
    if (from == none || to == none) continue;
    const Cycle latency = program.channels[c].latency_cycles;
    links.push_back({tiles[from], tiles[to], latency});
    links.push_back({tiles[to], tiles[from], latency});
  }
  return along_links(region, slices, links);
}

Footprint footprint_of(const form::Program& program, std::uint64_t program_bytes,
                       const form::Timing& timing, const Slice& slice) {
  Footprint out;
  if (slice.tiles.empty()) return out;
  const std::vector<std::uint32_t> tiles = form::tiles_of(program);
  const std::vector<form::Ends> ends = form::ends_of(program);
  const auto here = [&](std::uint32_t unit) {
    if (unit == none) return false;
    const std::uint32_t tile = tiles[unit];
    return slice.tiles.contains(tile % slice.region.width, tile / slice.region.width);
  };
  for (std::size_t c = 0; c < ends.size(); ++c) {
    const form::Channel& channel = program.channels[c];
    const std::uint64_t width = channel.kind == form::Channel::Kind::vector ? form::lanes_most : 1;
    out.state_bytes += sizeof(Line);
    if (here(form::unit_of(program, ends[c].producer))) {
      out.state_bytes += channel.capacity * sizeof(Cycle);
    }
    if (here(form::unit_of(program, ends[c].consumer))) {
      out.state_bytes += channel.capacity * (sizeof(Cycle) + 4 + 4 * width);
    }
  }
  for (const form::Context& context : program.contexts) {
    if (!here(context.unit)) continue;
    out.state_bytes += sizeof(ContextState) + context.nodes.size() * (sizeof(Sum) + 4);
    if (form::has_body(context)) out.state_bytes += sizeof(numerics::OutputStationaryBody);
  }
  for (const form::Memory& memory : program.memories) {
    if (here(memory.unit)) out.state_bytes += 4 * std::uint64_t{memory.words} * memory.buffers;
  }
  for (const form::Array& array : program.arrays) {
    if (array.memory == none && here(array.unit)) out.state_bytes += 4 * array.words();
  }
  for (const form::Transfer& transfer : program.transfers) {
    const form::DramTiming& dram = timing.dram_of(program.units[transfer.unit].kind);
    out.state_bytes += dram.outstanding * sizeof(Pending);
  }
  if (here(program.mesh_unit)) {
    // Of each row and column that a flow passes, no more switches than it has.
    for (const form::Flow& flow : program.flows) {
      const auto way = [](std::uint32_t a, std::uint32_t b) { return a < b ? b - a : a - b; };
      out.state_bytes += (way(flow.from_x, flow.to_x) + way(flow.from_y, flow.to_y) + 1) *
                         (sizeof(Mesh::Switch) + sizeof(Token));
    }
  }
  out.program_bytes = program_bytes;
  out.building_bytes = 2 * program_bytes;
  out.counter_values = counter_values;
  return out;
}

}  // namespace weft::machine::rdu
