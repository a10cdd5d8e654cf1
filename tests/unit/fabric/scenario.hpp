// SPDX-License-Identifier: Apache-2.0
// What the tiles of a fabric test do, in a form that any fabric model can be driven with.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "fabric/parameters.hpp"
#include "fabric/reference.hpp"
#include "fabric/route.hpp"
#include "fabric/stream.hpp"

namespace weft::fabric::test {

/// A stream of a slot's script; it is posted when the one before it has ended.
struct Job {
  StreamPost post;                   ///< tile, slot and ready are filled in when it is posted
  Cycle delay_cycles = 0;            ///< ready = cycle of the post + delay
  std::vector<std::uint32_t> words;  ///< what a send gives, cyclically; empty: made from the step
};

/// Takes words of a queue outside streams, as data tasks do: in cycles with cycle % period ==
/// phase.
struct Drain {
  std::uint8_t queue = 0;
  Cycle period = 1;
  Cycle phase = 0;
};

struct MainIssue {
  Cycle cycle = 0;
  Cycle until = 0;
};

struct HostWords {
  std::uint8_t color = 0;
  Cycle period = 1;
  std::vector<std::uint32_t> words;
};

/// A tile's code rewrites a color's route.
struct Rewrite {
  Cycle cycle = 0;  ///< of after_teardown: by how much later than the tile sees the teardown
  std::uint8_t color = 0;
  RouteRegisters registers;
};

struct Script {
  std::vector<std::array<std::uint8_t, 2>> bindings;  ///< (queue, color), before cycle 0
  std::array<std::vector<Job>, slot_count> jobs;
  std::vector<Drain> drains;
  std::vector<MainIssue> main_issues;
  std::vector<HostWords> host_words;
  Cycle collect_period = 1;
  std::vector<Rewrite> rewrites;        ///< at their cycles
  std::vector<Rewrite> after_teardown;  ///< one a color at most: what ends its teardown
};

/// A mesh with its routes and what every tile does; tiles row-major over the whole region.
struct Scenario {
  Parameters parameters;
  std::uint32_t width = 1;
  std::uint32_t height = 1;
  std::vector<std::vector<ColorRoute>> routes;  ///< by tile
  std::vector<std::uint32_t> host_in;           ///< by tile
  std::vector<std::uint32_t> host_out;          ///< by tile
  std::vector<Script> scripts;                  ///< by tile
  Cycle cycles = 100;

  Scenario(std::uint32_t w, std::uint32_t h)
      : width(w), height(h), routes(w * h), host_in(w * h), host_out(w * h), scripts(w * h) {}
};

/// Something a tile saw.
struct Event {
  enum class Kind : std::uint8_t { step, pop, host, torn, registers };
  Cycle cycle = 0;
  std::uint32_t tile = 0;
  Kind kind = Kind::step;
  std::uint8_t id = 0;  ///< slot, or color
  bool control = false;
  std::uint32_t step = 0;
  std::array<std::uint32_t, 2> words{};
  friend auto operator<=>(const Event&, const Event&) = default;
};

struct Refusal {
  Cycle cycle = never;
  std::uint32_t tile = 0;
  FabricError code = FabricError::none;
  std::uint32_t color = 0;
  std::uint32_t port = 0;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Wavelets that left the mesh, and the least (cycle, tile, color, port) of them.
struct Departures {
  std::uint64_t wavelets = 0;
  Hop first{never, 0, 0, 0};
  friend bool operator==(const Departures&, const Departures&) = default;
  void add(std::uint64_t more, const Hop& hop) {
    const auto key = [](const Hop& h) { return std::tuple(h.cycle, h.tile, h.color, h.port); };
    wavelets += more;
    if (key(hop) < key(first)) first = hop;
  }
};

/// All that happened.
struct Outcome {
  std::vector<Event> events;
  std::vector<Hop> hops;
  Departures departures;
  Refusal refusal;
};

}  // namespace weft::fabric::test
