// SPDX-License-Identifier: Apache-2.0
// The kernels of the reference engine; each runs over tiles of a list, in any order.
#pragma once

#include "fabric/reference_state.hpp"

namespace weft::fabric::reference {

/// Streams of s.active[0 .. count) step in cycle s.shared->now.
void launch_step(const State& s, std::uint32_t count);

/// Routers of s.active[first .. first + count) decide what moves: reads and writes nothing of other
/// tiles. Ended runs go to s.runs.
void launch_decide(const State& s, std::uint32_t first, std::uint32_t count);

/// What s.active[0 .. count) decided reaches the neighbours, for the next cycle.
void launch_deliver(const State& s, std::uint32_t count);

/// A wavelet stands at in-port `port` of a tile in the next cycle.
void push_link(const State& s, std::uint32_t tile, unsigned port, unsigned color,
               std::uint32_t payload, bool control);

/// The other end of out-port `port` has room for one more word of a color in the next cycle.
void return_credit(const State& s, std::uint32_t tile, unsigned port, unsigned color);

}  // namespace weft::fabric::reference
