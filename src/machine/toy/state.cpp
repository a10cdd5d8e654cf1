// SPDX-License-Identifier: Apache-2.0
// Allocates a slice and wires its links.
#include "machine/toy/state.hpp"

namespace weft::machine::toy {

std::int64_t across(const Rectangle& region, std::uint32_t tile, std::uint32_t port) {
  const std::uint32_t x = tile % region.width;
  const std::uint32_t y = tile / region.width;
  const auto all = static_cast<std::uint32_t>(region.tiles());
  switch (port) {
    case west:
      return x == 0 ? no_link : std::int64_t{tile} - 1;
    case east:
      return x + 1 == region.width ? no_link : std::int64_t{tile} + 1;
    case north:
      return y == 0 ? no_link : std::int64_t{tile} - region.width;
    case south:
      return y + 1 == region.height ? no_link : std::int64_t{tile} + region.width;
    default:
      return all - 1 - tile == tile ? no_link : std::int64_t{all - 1 - tile};
  }
}

namespace {

std::int32_t local_target(const State& s, std::uint32_t local, std::uint32_t port) {
  if (port >= s.used_ports) return no_link;
  const std::int64_t there = across(s.region, s.global_tile(local), port);
  if (there == no_link) return no_link;
  const auto x = static_cast<std::uint32_t>(there % s.region.width);
  const auto y = static_cast<std::uint32_t>(there / s.region.width);
  if (!s.part.contains(x, y)) return other_slice;
  return static_cast<std::int32_t>((y - s.part.y0) * s.part.width + x - s.part.x0);
}

}  // namespace

State make_state(const Program& program, const Slice& slice, bool with_far_links) {
  State s;
  s.region = slice.region;
  s.part = slice.tiles;
  s.tiles = static_cast<std::uint32_t>(slice.tiles.tiles());
  s.latency = program.link_latency_cycles;
  s.slots = s.latency + 1;
  s.depth = program.queue_depth;
  s.used_ports = with_far_links ? ports : far;
  s.defect = program.defect;
  const std::size_t n = s.tiles;
  s.tile = Array<Tile>("toy_tile", n);
  s.arriving = Array<Token>("toy_arriving", n * lanes * s.slots);
  s.queue = Array<Token>("toy_queue", n * lanes * s.depth);
  s.head = Array<std::uint32_t>("toy_head", n * lanes);
  s.count = Array<std::uint32_t>("toy_count", n * lanes);
  s.target = Array<std::int32_t>("toy_target", n * ports);
  s.departing = Array<Token>("toy_departing", n * lanes);
  s.event = Array<Event>("toy_event", n * events_max);
  s.events = Array<std::uint32_t>("toy_events", n);
  s.leaving = Array<std::uint32_t>("toy_leaving", n * events_max);
  s.leaves = Array<std::uint32_t>("toy_leaves", n);
  s.host_in = Array<std::uint32_t>("toy_host_in", 0);
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    s.tile(t) = Tile{};
    s.tile(t).random = mix(program.seed ^ mix(s.global_tile(t)));
    for (std::uint32_t p = 0; p < ports; ++p) s.target(t * ports + p) = local_target(s, t, p);
  }
  return s;
}

std::uint64_t state_bytes(const Program& program, const Slice& slice) {
  const std::uint64_t tokens =
      std::uint64_t{lanes} * (program.link_latency_cycles + 1 + program.queue_depth + 1);
  const std::uint64_t words = 2 * lanes + ports + events_max + 2;
  return slice.tiles.tiles() * (sizeof(Tile) + tokens * sizeof(Token) + events_max * sizeof(Event) +
                                words * sizeof(std::uint32_t));
}

}  // namespace weft::machine::toy
