// SPDX-License-Identifier: Apache-2.0
// What tiles do: compute sets, on-tile copies, and the bytes of an exchange.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/ipu/guard.hpp"
#include "machine/ipu/running.hpp"
#include "machine/ipu/state.hpp"

namespace weft::machine::ipu {

/// What a tile did wrong.
struct TileFault {
  Fault fault;
  std::uint64_t vertex = no_vertex;  ///< in Program::vertices
  Cycle clock = 0;                   ///< the tile's own, when its compute set began
};
/// By machine tile number; at most one a tile, which does nothing more.
using Faults = std::map<std::uint32_t, TileFault>;

/// How codelets of this superstep see the world.
struct Surroundings {
  std::uint64_t step = 0;  ///< supersteps begun so far: seeds what is random
  bool stochastic_rounding = false;
};

/// Runs a compute set on the tiles of the slice that have vertices in it and moves their clocks on.
void run_compute_set(State& state, std::size_t set, const Slice& slice,
                     const Surroundings& surroundings, Running& running, Faults& faults);
/// On-tile copies; reads come before writes.
void run_rearrangement(State& state, std::size_t set);

/// Moves inside the slice; reads come before writes.
void move_inside(State& state, std::size_t exchange, std::vector<std::byte>& scratch);
/// What leaves for neighbour n, appended to `out`.
void pack(const State& state, std::size_t exchange, std::size_t n, std::vector<std::byte>& out);
/// What came from neighbour n.
void unpack(State& state, std::size_t exchange, std::size_t n, const std::vector<std::byte>& in);

}  // namespace weft::machine::ipu
