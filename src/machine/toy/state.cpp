// SPDX-License-Identifier: Apache-2.0
// Allocates a slice and wires its links.
#include "machine/toy/state.hpp"

namespace weft::machine::toy {

namespace {

/// A tile of the slice, or that a link leads to another slice.
std::int32_t local_target(const State& s, std::uint32_t there) {
  const std::uint32_t x = there % s.region.width;
  const std::uint32_t y = there / s.region.width;
  if (!s.part.contains(x, y)) return other_slice;
  return static_cast<std::int32_t>((y - s.part.y0) * s.part.width + x - s.part.x0);
}

void wire_up(const State& s, const Wiring& wiring) {
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    for (std::uint32_t p = 0; p < ports; ++p) {
      const auto wire = wiring.across(s.global_tile(t), p);
      s.target(t * ports + p) = wire ? local_target(s, wire->tile) : no_link;
      s.wire(t * ports + p) = wire.value_or(Wire{});
    }
  }
}

}  // namespace

State make_state(const Program& program, const Slice& slice, const Wiring& wiring) {
  State s;
  s.region = slice.region;
  s.part = slice.tiles;
  s.tiles = static_cast<std::uint32_t>(slice.tiles.tiles());
  s.slots = wiring.greatest_latency_cycles() + 1;
  s.depth = program.queue_depth;
  s.used_ports = wiring.used_ports();
  s.defect = program.defect;
  const std::size_t n = s.tiles;
  s.tile = Array<Tile>("toy_tile", n);
  s.arriving = Array<Token>("toy_arriving", n * lanes * s.slots);
  s.queue = Array<Token>("toy_queue", n * lanes * s.depth);
  s.head = Array<std::uint32_t>("toy_head", n * lanes);
  s.count = Array<std::uint32_t>("toy_count", n * lanes);
  s.target = Array<std::int32_t>("toy_target", n * ports);
  s.wire = Array<Wire>("toy_wire", n * ports);
  s.departing = Array<Token>("toy_departing", n * lanes);
  s.event = Array<Event>("toy_event", n * events_max);
  s.events = Array<std::uint32_t>("toy_events", n);
  s.leaving = Array<std::uint32_t>("toy_leaving", n * events_max);
  s.leaves = Array<std::uint32_t>("toy_leaves", n);
  s.host_in = Array<std::uint32_t>("toy_host_in", 0);
  for (std::uint32_t t = 0; t < s.tiles; ++t) {
    s.tile(t) = Tile{};
    s.tile(t).random = mix(program.seed ^ mix(s.global_tile(t)));
  }
  wire_up(s, wiring);
  return s;
}

std::uint64_t state_bytes(const Program& program, const Slice& slice, const Wiring& wiring) {
  const std::uint64_t tokens =
      std::uint64_t{lanes} * (wiring.greatest_latency_cycles() + 1 + program.queue_depth + 1);
  const std::uint64_t words = 2 * lanes + ports + events_max + 2;
  return slice.tiles.tiles() * (sizeof(Tile) + ports * sizeof(Wire) + tokens * sizeof(Token) +
                                events_max * sizeof(Event) + words * sizeof(std::uint32_t));
}

}  // namespace weft::machine::toy
